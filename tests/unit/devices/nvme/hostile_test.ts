import { assertEquals, assertThrows } from "@std/assert";
import { ByteMemory, registers, VfioError } from "../../../../mod.ts";
import {
  EmulatedNvme,
  NVME,
  NVME_ADMIN,
  NVME_CNS,
  NVME_COMPLETION_SIZE,
  NVME_CONTROLLER,
  NVME_IO,
} from "../../../../devices/mod.ts";
import type { BarModel, NvmeCompletion } from "../../../../devices/mod.ts";
import { PAGE, type Pair, Rig } from "./rig.ts";
import { withBar, withWrites } from "./wraps.ts";

const FLUSH = { opcode: NVME_IO.flush, nsid: 1 };

/** Tells of I/O commands what it is told to tell. */
class Liar extends EmulatedNvme {
  #lie: (entry: NvmeCompletion) => readonly NvmeCompletion[];

  constructor(lie: (entry: NvmeCompletion) => readonly NvmeCompletion[]) {
    super();
    this.#lie = lie;
  }

  protected override completed(entry: NvmeCompletion): readonly NvmeCompletion[] {
    return entry.sqid === 0 ? super.completed(entry) : this.#lie(entry);
  }
}

/** Claims more than anybody can do. */
class Boaster extends EmulatedNvme {
  protected override identified(page: Uint8Array, cns: number): void {
    super.identified(page, cns);
    if (cns !== NVME_CNS.controller) return;
    const fields = registers(new ByteMemory(page), NVME_CONTROLLER);
    fields.mdts.write(0xff);
    fields.nn.write(0xffff_ffff);
  }
}

function pairOf(rig: Rig): Pair {
  rig.enable();
  return rig.pair(1, 8);
}

Deno.test("EmulatedNvme.completed() can tell of another command, and of another end", () => {
  using rig = new Rig({
    model: new Liar((entry) => [{ ...entry, cid: entry.cid ^ 0x8000, sqid: 9, sqhd: 0xffff, status: 0x7ff }]),
  });
  const pair = pairOf(rig);
  pair.submit(FLUSH);
  const { cid, sqid, sqhd, status } = pair.wait();
  assertEquals({ cid, sqid, sqhd, status }, { cid: 0x8000, sqid: 9, sqhd: 0xffff, status: 0x7ff });
});

Deno.test("EmulatedNvme.completed() can tell of one command twice, also where there is no room", () => {
  using rig = new Rig({ model: new Liar((entry) => [entry, entry, entry]) });
  rig.enable();
  const pair = rig.pair(1, 8, { completions: 2 });
  pair.submit(FLUSH);
  assertEquals([pair.wait().cid, pair.wait().cid, pair.wait().cid], [0, 0, 0]);
  pair.submit(FLUSH);
  assertEquals([pair.wait().cid, pair.wait().cid, pair.wait().cid], [1, 1, 1]);
});

Deno.test("EmulatedNvme.completed() can tell nothing: the controller is stuck, and goes on", () => {
  const lost = new Set([0, 2]);
  using rig = new Rig({ model: new Liar((entry) => lost.has(entry.cid) ? [] : [entry]) });
  const pair = pairOf(rig);
  for (let i = 0; i < 4; i++) pair.put(FLUSH);
  pair.ring();
  assertEquals([pair.wait().cid, pair.wait().cid], [1, 3]);
  assertThrows(() => pair.wait(), VfioError, "ETIMEDOUT");
  // What is lost takes no room: the queue has 8 entries.
  for (let i = 0; i < 20; i++) {
    lost.add(pair.submit(FLUSH));
    rig.host.settle();
  }
  assertEquals(pair.run(FLUSH).status, 0);
  assertEquals(rig.admin.run({ opcode: NVME_ADMIN.deleteSubmissionQueue, cdw10: 1 }).status, 0);
});

Deno.test("EmulatedNvme.identified() can claim what cannot be", () => {
  using rig = new Rig({ model: new Boaster() });
  rig.enable();
  const page = rig.allocate(PAGE);
  assertEquals(rig.admin.run({ opcode: NVME_ADMIN.identify, prp1: page.iova, cdw10: 1 }).status, 0);
  const { mdts, nn } = registers(page, NVME_CONTROLLER);
  assertEquals([mdts.read(), nn.read()], [0xff, 0xffff_ffff]);
});

Deno.test("EmulatedNvme's registers can be changed by wrapping its BAR", () => {
  const never = (inner: BarModel): BarModel => ({
    read: (offset, width) => offset === NVME.csts.at ? 0 : inner.read(offset, width),
    write: (offset, width, value) => inner.write(offset, width, value),
  });
  using rig = new Rig({ wrap: (nvme) => withBar(nvme, never) });
  assertThrows(() => rig.enable(), VfioError, "ETIMEDOUT");
});

Deno.test("EmulatedNvme's queues can be spoilt by wrapping its bus", () => {
  const spoil = (bytes: Uint8Array) =>
    bytes.length === NVME_COMPLETION_SIZE ? new Uint8Array(bytes.length).fill(0xff) : bytes;
  using rig = new Rig({ wrap: (nvme) => withWrites(nvme, spoil) });
  rig.enable();
  rig.admin.submit({ opcode: NVME_ADMIN.getFeatures });
  const { cid, status, result } = rig.admin.wait();
  assertEquals({ cid, status, result }, { cid: 0xffff, status: 0x7ff, result: 0xffff_ffff });
});

Deno.test("A controller that answers all ones, or is gone, does nothing more", () => {
  for (const fault of ["answers-all-ones", "gone"] as const) {
    using rig = new Rig();
    const pair = pairOf(rig);
    pair.submit(FLUSH);
    rig.host.inject(rig.device.address, fault);
    assertEquals(rig.status.raw, 0xffff_ffff);
    pair.submit(FLUSH);
    rig.host.settle();
    // What was under way comes to its end in one of them; what is new does not arrive.
    assertEquals(pair.take()?.cid, fault === "gone" ? undefined : 0);
    assertEquals(pair.take(), undefined);
  }
});
