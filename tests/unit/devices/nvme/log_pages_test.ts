import { assertEquals } from "@std/assert";
import { registers } from "../../../../mod.ts";
import type { DmaBuffer } from "../../../../mod.ts";
import {
  NVME_ADMIN,
  NVME_ALL_NAMESPACES,
  NVME_COMMANDS,
  NVME_ERROR_LOG,
  NVME_ERROR_SIZE,
  NVME_FEATURE,
  NVME_FIRMWARE_LOG,
  NVME_HEALTH_LOG,
  NVME_IO,
  NVME_LOG,
  NVME_STATUS,
  packFields,
} from "../../../../devices/mod.ts";
import { PAGE, Rig, statusOf } from "./rig.ts";

interface Wish {
  readonly size?: number;
  readonly offset?: bigint;
  readonly nsid?: number;
}

/** Reads a log page into memory that was full of other things. */
function read(rig: Rig, lid: number, wish: Wish = {}): { readonly status: string; readonly page: DmaBuffer } {
  const { size = 512, offset = 0n, nsid = NVME_ALL_NAMESPACES } = wish;
  const page = rig.allocate(PAGE);
  page.bytes.fill(0xee);
  const words = size / 4 - 1;
  const completion = rig.admin.run({
    opcode: NVME_ADMIN.getLogPage,
    nsid,
    prp1: page.iova,
    cdw10: packFields(NVME_COMMANDS.getLogPage.cdw10, { lid, numdl: words % 0x1_0000 }),
    cdw11: packFields(NVME_COMMANDS.getLogPage.cdw11, { numdu: Math.floor(words / 0x1_0000) }),
    cdw12: Number(offset & 0xffff_ffffn),
    cdw13: Number(offset >> 32n),
  });
  return { status: statusOf(completion), page };
}

Deno.test("Get Log Page gives as much as is asked for, from where it is asked for", () => {
  using rig = new Rig();
  rig.enable();
  const { page: whole } = read(rig, NVME_LOG.health);
  const { status, page } = read(rig, NVME_LOG.health, { size: 8, offset: 112n });
  assertEquals(status, "success");
  assertEquals([page.read64(0), page.read8(8)], [whole.read64(112), 0xee]);
  assertEquals(whole.read64(112), 1n, "power cycles");
  const { page: rest } = read(rig, NVME_LOG.health, { size: 4096, offset: 508n });
  assertEquals([rest.read32(0), rest.read32(4)], [0, 0xeeee_eeee], "not more than there is");
});

Deno.test("Get Log Page refuses pages, offsets and sizes that are not there", () => {
  using rig = new Rig({ mdts: 1 });
  rig.enable();
  for (const lid of [0, 4, 5, 6, 0x0d, 0x70, 0xc0, 0xff]) {
    assertEquals(read(rig, lid).status, "invalidLogPage");
  }
  for (const offset of [1n, 2n, 512n, 4096n, 1n << 32n, (1n << 64n) - 4n]) {
    assertEquals(read(rig, NVME_LOG.health, { offset }).status, "invalidField", `${offset}`);
  }
  assertEquals(read(rig, NVME_LOG.health, { size: 8192 }).status, "success");
  assertEquals(read(rig, NVME_LOG.health, { size: 8196 }).status, "invalidField");
  assertEquals(read(rig, NVME_LOG.health, { size: 4 * 0x1_0000 + 4 }).status, "invalidField");
});

Deno.test("The health page counts what was read and written", () => {
  using rig = new Rig({ namespaces: 2 });
  rig.enable();
  const pair = rig.pair(1);
  const data = rig.allocate(256 * PAGE);
  const list = rig.allocate(PAGE);
  for (let i = 0; i < 255; i++) list.write64(8 * i, data.iova + BigInt(PAGE * (i + 1)));
  const long = { prp1: data.iova, prp2: list.iova, cdw12: 1023 };
  for (let i = 0; i < 3; i++) pair.run({ opcode: NVME_IO.write, nsid: 1, ...long }); // 1,572,864 bytes
  pair.run({ opcode: NVME_IO.read, nsid: 2, ...long });
  pair.run({ opcode: NVME_IO.read, nsid: 1, prp1: data.iova });
  pair.run({ opcode: NVME_IO.compare, nsid: 2, ...long });
  const counts = (nsid: number) => {
    const fields = registers(read(rig, NVME_LOG.health, { nsid }).page, NVME_HEALTH_LOG);
    return [fields.dataUnitsRead, fields.dataUnitsWritten, fields.hostReads, fields.hostWrites]
      .map((field) => Number(field.read()));
  };
  assertEquals(counts(1), [1, 4, 1, 3]);
  assertEquals(counts(2), [3, 0, 2, 0]);
  assertEquals(counts(NVME_ALL_NAMESPACES), [3, 4, 3, 3], "rounded up once");
  assertEquals(counts(0), counts(NVME_ALL_NAMESPACES));
  assertEquals(read(rig, NVME_LOG.health, { nsid: 3 }).status, "invalidField");
  assertEquals(read(rig, NVME_LOG.health, { nsid: 257 }).status, "invalidNamespaceOrFormat");
});

Deno.test("The health page tells temperature and spare, warns, and counts hours", () => {
  using rig = new Rig();
  rig.enable();
  const state = () => registers(read(rig, NVME_LOG.health).page, NVME_HEALTH_LOG);
  const { spare, temperature, temperatureWarning } = state().state.read();
  assertEquals({ spare, temperature, temperatureWarning }, {
    spare: 100,
    temperature: 323,
    temperatureWarning: false,
  });
  assertEquals(state().powerOnHours.read(), 0n);
  rig.admin.run({ opcode: NVME_ADMIN.setFeatures, cdw10: NVME_FEATURE.temperatureThreshold, cdw11: 323 });
  assertEquals(state().state.read().temperatureWarning, true);
  rig.device.clock.pause(2.5 * 3600 * 1000);
  assertEquals(state().powerOnHours.read(), 2n);
});

Deno.test("The error log keeps what failed, the newest first", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  const entry = (page: DmaBuffer, i: number) => {
    const { count, sqid, cid, status, nsid } = registers(page, NVME_ERROR_LOG, i * NVME_ERROR_SIZE);
    return [count.read(), sqid.read(), cid.read(), status.read().status, nsid.read()];
  };
  assertEquals(entry(read(rig, NVME_LOG.error).page, 0), [0n, 0, 0, 0, 0]);
  const first = pair.run({ opcode: NVME_IO.read, nsid: 5, cid: 11 });
  const second = rig.admin.run({ opcode: 0x7f, cid: 12 });
  assertEquals([first.more, second.more], [true, true]);
  const { page } = read(rig, NVME_LOG.error, { size: 256 });
  assertEquals(entry(page, 0), [2n, 0, 12, NVME_STATUS.invalidOpcode, 0]);
  assertEquals(entry(page, 1), [1n, 1, 11, NVME_STATUS.invalidField, 5]);
  assertEquals(entry(page, 2), [0n, 0, 0, 0, 0]);
  assertEquals(registers(page, NVME_ERROR_LOG).location.read().raw, 0xffff);
  assertEquals(registers(read(rig, NVME_LOG.health).page, NVME_HEALTH_LOG).errorCount.read(), 2n);
});

Deno.test("The error log keeps 64 entries, and over a reset", () => {
  using rig = new Rig();
  rig.enable();
  for (let i = 0; i < 70; i++) rig.admin.run({ opcode: 0x7f });
  rig.regs.cc.update({ en: false });
  rig.until("rdy", false);
  rig.enable();
  const { page } = read(rig, NVME_LOG.error, { size: 64 * NVME_ERROR_SIZE });
  const counts = [0, 63].map((i) => registers(page, NVME_ERROR_LOG, i * NVME_ERROR_SIZE).count.read());
  assertEquals(counts, [70n, 7n]);
  assertEquals(read(rig, NVME_LOG.error, { offset: BigInt(64 * NVME_ERROR_SIZE) }).status, "invalidField");
});

Deno.test("A doorbell error is logged as no command's", () => {
  using rig = new Rig();
  rig.enable();
  rig.admin.submit({ opcode: NVME_ADMIN.asyncEventRequest });
  rig.host.settle();
  rig.doorbell(9, "tail", 1);
  rig.admin.wait();
  const { sqid, cid } = registers(read(rig, NVME_LOG.error).page, NVME_ERROR_LOG);
  assertEquals([sqid.read(), cid.read()], [0xffff, 0xffff]);
});

Deno.test("The firmware page tells one slot", () => {
  using rig = new Rig();
  rig.enable();
  const { status, page } = read(rig, NVME_LOG.firmware);
  assertEquals(status, "success");
  assertEquals(registers(page, NVME_FIRMWARE_LOG).afi.read().active, 1);
  assertEquals(new TextDecoder().decode(page.bytes.slice(8, 16)), "7.2     ");
});
