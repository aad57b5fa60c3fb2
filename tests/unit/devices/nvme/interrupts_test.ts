import { assertEquals } from "@std/assert";
import { NVME_ADMIN, NVME_FEATURE, NVME_IO } from "../../../../devices/mod.ts";
import { Rig } from "./rig.ts";

const FLUSH = { opcode: NVME_IO.flush, nsid: 1 };
const GET = { opcode: NVME_ADMIN.getFeatures, cdw10: NVME_FEATURE.numberOfQueues };
const TABLE = 0x2000;
const VECTOR_CONTROL = 12;
const PENDING = 0x3000;

/** The INTx line as the device's Status register has it. */
function asserted(rig: Rig): boolean {
  return rig.device.config.status.read().interruptStatus;
}

Deno.test("MSI-X: each completion interrupts, by its queue's vector", () => {
  using rig = new Rig();
  const { vectors } = rig.device.enableInterrupts("msix", { count: 4 });
  rig.enable();
  const [first, second] = [rig.pair(1, 8, { vector: 3 }), rig.pair(2, 8, { vector: 1 })];
  rig.host.settle();
  const counts = () => vectors.map((vector) => vector.read());
  assertEquals(counts(), [4, 0, 0, 0], "four admin commands");
  for (let i = 0; i < 3; i++) first.put(FLUSH);
  first.ring();
  rig.host.settle();
  assertEquals(counts(), [0, 0, 0, 3]);
  second.run(FLUSH);
  assertEquals(counts(), [0, 1, 0, 0]);
  assertEquals(asserted(rig), false);
});

Deno.test("MSI-X: a queue without interrupts has none, and INTMS does not matter", () => {
  using rig = new Rig();
  const { vectors } = rig.device.enableInterrupts("msix", { count: 2 });
  rig.enable();
  const [silent, loud] = [rig.pair(1), rig.pair(2, 8, { vector: 1 })];
  vectors[0].read();
  rig.regs.intms.write(0xffff_ffff);
  silent.run(FLUSH);
  loud.run(FLUSH);
  assertEquals(vectors.map((vector) => vector.read()), [0, 1]);
});

Deno.test("MSI-X: a masked vector stays pending", () => {
  using rig = new Rig();
  const [, vector] = rig.device.enableInterrupts("msix", { count: 2 }).vectors;
  rig.enable();
  const pair = rig.pair(1, 8, { vector: 1 });
  rig.bar.write32(TABLE + 16 + VECTOR_CONTROL, 1);
  pair.run(FLUSH);
  pair.run(FLUSH);
  assertEquals([vector?.read(), rig.bar.read32(PENDING)], [0, 2]);
  rig.bar.write32(TABLE + 16 + VECTOR_CONTROL, 0);
  assertEquals([vector?.read(), rig.bar.read32(PENDING)], [1, 0]);
});

Deno.test("MSI-X: a program can wait for a completion", async () => {
  using rig = new Rig();
  const [, vector] = rig.device.enableInterrupts("msix", { count: 2 }).vectors;
  rig.enable();
  const pair = rig.pair(1, 8, { vector: 1 });
  pair.submit(FLUSH);
  assertEquals(await vector?.wait({ timeoutMs: 100 }), 1);
  assertEquals(pair.take()?.status, 0);
  pair.release();
  pair.submit(FLUSH);
  assertEquals(vector?.waitSync(100), 1);
});

Deno.test("INTx: the line is asserted until the host has read all completions", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1, 8, { vector: 0 });
  assertEquals(asserted(rig), false);
  pair.put(FLUSH);
  pair.put(FLUSH);
  pair.ring();
  rig.host.settle();
  assertEquals(asserted(rig), true);
  pair.take();
  pair.release();
  assertEquals(asserted(rig), true, "one is left");
  rig.admin.submit(GET);
  rig.host.settle();
  pair.take();
  pair.release();
  assertEquals(asserted(rig), true, "the admin queue's is left");
  rig.admin.take();
  rig.admin.release();
  assertEquals(asserted(rig), false);
});

Deno.test("INTx: a queue without interrupts does not assert the line", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  pair.submit(FLUSH);
  rig.host.settle();
  assertEquals([asserted(rig), pair.peek()?.status], [false, 0]);
});

Deno.test("INTx: INTMS masks, INTMC unmasks, both tell", () => {
  using rig = new Rig();
  rig.enable();
  rig.admin.submit(GET);
  rig.host.settle();
  rig.regs.intms.write(0x8000_0006);
  assertEquals([rig.regs.intms.read(), rig.regs.intmc.read()], [0x8000_0006, 0x8000_0006]);
  assertEquals(asserted(rig), true, "another vector's mask");
  rig.regs.intms.write(1);
  assertEquals([rig.regs.intms.read(), asserted(rig)], [0x8000_0007, false]);
  rig.regs.intmc.write(5);
  assertEquals([rig.regs.intmc.read(), asserted(rig)], [0x8000_0002, true]);
});

Deno.test("INTx: a queue made for MSI-X, with a vector that INTMS does not have, asserts the line", () => {
  using rig = new Rig();
  const messages = rig.device.enableInterrupts("msix", { count: 41 });
  rig.enable();
  const pair = rig.pair(1, 8, { vector: 40 });
  messages[Symbol.dispose]();
  rig.regs.intms.write(0xffff_ffff);
  assertEquals(asserted(rig), false);
  pair.submit(FLUSH);
  rig.host.settle();
  assertEquals(asserted(rig), true);
});

Deno.test("INTx: a program can wait for a completion, again and again", () => {
  using rig = new Rig();
  const [line] = rig.device.enableInterrupts("intx").vectors;
  rig.enable();
  for (let i = 0; i < 3; i++) {
    rig.admin.submit(GET);
    assertEquals(line.waitSync(100), 1);
    assertEquals(rig.admin.take()?.cid, i);
    rig.admin.release();
  }
  assertEquals(line.waitSync(1), 0);
});

Deno.test("INTx: deleting a queue and resetting deassert the line", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1, 8, { vector: 0 });
  pair.submit(FLUSH);
  rig.host.settle();
  rig.admin.run({ opcode: NVME_ADMIN.deleteSubmissionQueue, cdw10: 1 });
  assertEquals(asserted(rig), true);
  rig.admin.run({ opcode: NVME_ADMIN.deleteCompletionQueue, cdw10: 1 });
  assertEquals(asserted(rig), false);
  rig.admin.submit(GET);
  rig.host.settle();
  assertEquals(asserted(rig), true);
  rig.regs.cc.update({ en: false });
  assertEquals(asserted(rig), false);
});
