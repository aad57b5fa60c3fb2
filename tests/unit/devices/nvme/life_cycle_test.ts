import { assert, assertEquals } from "@std/assert";
import { registers } from "../../../../mod.ts";
import {
  NVME_ADMIN,
  NVME_COMMAND,
  NVME_FEATURE,
  NVME_FEATURES,
  NVME_IO,
  packFields,
} from "../../../../devices/mod.ts";
import { PAGE, pattern, Rig, statusOf } from "./rig.ts";

/** What is wrong with a set-up. */
interface Wrong {
  readonly asq?: bigint;
  readonly acq?: bigint;
  readonly asqs?: number;
  readonly acqs?: number;
  readonly css?: number;
  readonly ams?: number;
  readonly mps?: number;
}

function enableWrongly(rig: Rig, wrong: Wrong): void {
  const { asq = 0x1_0000n, acq = 0x2_0000n, asqs = 3, acqs = 3, ...cc } = wrong;
  rig.regs.aqa.write({ asqs, acqs });
  rig.regs.asq.write(asq);
  rig.regs.acq.write(acq);
  rig.regs.cc.write({ en: true, ...cc });
  rig.until("cfs", true);
}

const GET_QUEUES = { opcode: NVME_ADMIN.getFeatures, cdw10: NVME_FEATURE.numberOfQueues };

Deno.test("EmulatedNvme is ready a while after it is enabled, and not before", () => {
  using rig = new Rig();
  assertEquals(rig.status.raw, 0);
  rig.regs.aqa.write({ asqs: 3, acqs: 3 });
  rig.regs.asq.write(0x1_0000n);
  rig.regs.acq.write(0x2_0000n);
  rig.regs.cc.write({ en: true });
  assertEquals(rig.status.rdy, false);
  const before = rig.device.clock.now();
  rig.until("rdy", true);
  assert(rig.device.clock.now() - before > 1, "it took no time");
  assertEquals(rig.status.raw, 1);
});

Deno.test("EmulatedNvme fails for good when its admin queues cannot be, until it is reset", () => {
  const wrongs: Wrong[] = [
    { asq: 0x1_0010n },
    { acq: 0x2_0800n },
    { asqs: 0 },
    { acqs: 0 },
    { css: 1 },
    { ams: 1 },
    { mps: 5, asq: 0x4_0000n, acq: 0x8_0000n },
    { mps: 4, asq: 0x1_1000n },
  ];
  for (const wrong of wrongs) {
    using rig = new Rig();
    enableWrongly(rig, wrong);
    assertEquals(rig.status.rdy, false);
    rig.regs.cc.update({ en: false });
    rig.until("cfs", false);
    rig.enable();
    assertEquals(statusOf(rig.admin.run(GET_QUEUES)), "success");
  }
});

Deno.test("EmulatedNvme takes no doorbell before it is ready", () => {
  using rig = new Rig();
  rig.doorbell(0, "tail", 1);
  rig.enable();
  rig.host.settle();
  assertEquals([rig.admin.peek(), rig.status.cfs], [undefined, false]);
});

Deno.test("EmulatedNvme forgets all but the admin queues' registers when it is disabled", () => {
  using rig = new Rig();
  rig.enable();
  rig.pair(1);
  rig.regs.intms.write(0xff);
  const threshold = packFields(NVME_FEATURES.temperatureThreshold, { tmpth: 400 });
  const feature = { cdw10: NVME_FEATURE.temperatureThreshold, cdw11: threshold };
  assertEquals(statusOf(rig.admin.run({ opcode: NVME_ADMIN.setFeatures, ...feature })), "success");
  const kept = [rig.regs.aqa.read().raw, rig.regs.asq.read(), rig.regs.acq.read()];
  rig.regs.cc.update({ en: false });
  assertEquals(rig.status.rdy, true, "it falls later");
  rig.until("rdy", false);
  assertEquals([rig.regs.aqa.read().raw, rig.regs.asq.read(), rig.regs.acq.read()], kept);
  assertEquals([rig.regs.cc.read().raw, rig.regs.intms.read()], [0, 0]);
  rig.enable();
  const { result } = rig.admin.run({
    opcode: NVME_ADMIN.getFeatures,
    cdw10: NVME_FEATURE.temperatureThreshold,
  });
  assertEquals(result, 0x157);
  rig.pair(1); // its number is free again
});

Deno.test("EmulatedNvme drops commands under way when it is disabled", () => {
  using rig = new Rig();
  rig.enable();
  const { admin } = rig;
  admin.submit(GET_QUEUES);
  rig.regs.cc.update({ en: false });
  rig.host.settle();
  assertEquals(admin.peek(), undefined);
});

Deno.test("EmulatedNvme can be enabled again before it has become not ready", () => {
  using rig = new Rig();
  rig.enable();
  rig.regs.cc.update({ en: false });
  rig.regs.cc.write({ iosqes: 6, iocqes: 4, en: true });
  assertEquals(rig.status.rdy, false);
  rig.until("rdy", true);
  rig.host.settle();
  assertEquals(rig.status.rdy, true);
});

Deno.test("EmulatedNvme forgets everything but its media in a function-level reset", () => {
  using rig = new Rig();
  rig.enable();
  const data = rig.allocate(PAGE);
  data.bytes.set(pattern(512));
  const write = { opcode: NVME_IO.write, nsid: 1, prp1: data.iova };
  assertEquals(statusOf(rig.pair(1).run(write)), "success");
  rig.admin.submit(GET_QUEUES);
  rig.device.reset();
  const { aqa, asq, acq, cc, csts } = rig.regs;
  assertEquals([aqa.read().raw, cc.read().raw, csts.read().raw], [0, 0, 0]);
  assertEquals([asq.read(), acq.read()], [0n, 0n]);
  assertEquals(rig.admin.peek(), undefined);
  const kept = new Uint8Array(512);
  rig.nvme.media().read(0, kept);
  assertEquals(kept, pattern(512));
  rig.device.config.command.update({ busMaster: true });
  rig.enable();
  assertEquals(statusOf(rig.admin.run(GET_QUEUES)), "success");
});

Deno.test("EmulatedNvme shuts down, takes no commands then, and comes back by a reset", () => {
  for (const shn of [1, 2]) {
    using rig = new Rig();
    rig.enable();
    rig.admin.submit(GET_QUEUES); // rung, and not fetched
    rig.regs.cc.update({ shn });
    assertEquals(rig.status.shst, 1);
    rig.admin.submit(GET_QUEUES);
    rig.host.settle();
    assertEquals([rig.status.shst, rig.status.rdy], [2, true]);
    assertEquals(rig.admin.peek(), undefined);
    rig.regs.cc.update({ en: false });
    rig.until("rdy", false);
    assertEquals(rig.status.raw, 0);
    rig.enable();
    assertEquals(statusOf(rig.admin.run(GET_QUEUES)), "success");
  }
});

Deno.test("EmulatedNvme completes what is under way while it shuts down", () => {
  using rig = new Rig();
  rig.enable();
  rig.admin.submit(GET_QUEUES);
  rig.device.clock.pause(0.001); // fetched, and not done
  assertEquals(rig.admin.peek(), undefined);
  rig.regs.cc.update({ shn: 1 });
  assertEquals(statusOf(rig.admin.wait()), "success");
  rig.host.settle();
  assertEquals(rig.status.shst, 2);
});

Deno.test("EmulatedNvme drops what takes longer than its shutdown", () => {
  using rig = new Rig();
  rig.enable();
  rig.admin.submit({ opcode: NVME_ADMIN.formatNvm, nsid: 1 });
  rig.device.clock.pause(1);
  rig.regs.cc.update({ shn: 1 });
  rig.host.settle();
  assertEquals([rig.status.shst, rig.admin.peek()], [2, undefined]);
});

Deno.test("EmulatedNvme tells a shutdown also while it is disabled, until it is taken back", () => {
  using rig = new Rig();
  rig.regs.cc.write({ shn: 1 });
  rig.host.settle();
  assertEquals(rig.status.shst, 2);
  rig.regs.cc.write({ shn: 0 });
  assertEquals(rig.status.shst, 0);
});

Deno.test("EmulatedNvme uses pages as big as it is told", () => {
  using rig = new Rig();
  const pageSize = PAGE << 4;
  const memory = rig.device.allocate(4 * pageSize, { alignment: pageSize });
  rig.regs.aqa.write({ asqs: 3, acqs: 3 });
  rig.regs.asq.write(memory.iova);
  rig.regs.acq.write(memory.iova + BigInt(pageSize));
  rig.regs.cc.write({ iosqes: 6, iocqes: 4, mps: 4, en: true });
  rig.until("rdy", true);
  // Not the last 4 KiB of their page: more than 4 KiB lie in it.
  const command = registers(memory, NVME_COMMAND);
  command.opcode.write(NVME_ADMIN.identify);
  command.cdw10.write(1);
  command.prp1.write(memory.iova + BigInt(3 * pageSize - 2 * PAGE + 4));
  rig.doorbell(0, "tail", 1);
  rig.host.settle();
  assertEquals(memory.read16(pageSize + 14), 1, "success, first phase");
  assertEquals(memory.read16(3 * pageSize - 2 * PAGE + 4), 0x1b36);
});
