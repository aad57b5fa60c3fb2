import { assertEquals } from "@std/assert";
import {
  NVME_ADMIN,
  NVME_COMMANDS,
  NVME_EVENT,
  NVME_FEATURE,
  NVME_FEATURES,
  NVME_LOG,
  packFields,
  unpackFields,
} from "../../../../devices/mod.ts";
import type { Completion } from "./rig.ts";
import { PAGE, Rig, statusOf } from "./rig.ts";

const REQUEST = { opcode: NVME_ADMIN.asyncEventRequest };
const INVALID_REGISTER = { type: 0, info: 0, page: 1 };
const INVALID_VALUE = { type: 0, info: 1, page: 1 };
const TOO_WARM = { type: 1, info: 1, page: 2 };

function eventOf({ result }: Completion): { type: number; info: number; page: number } {
  const { type, info, page } = unpackFields(NVME_EVENT.result, result);
  return { type, info, page };
}

function readLog(rig: Rig, lid: number, rae = false): string {
  const page = rig.allocate(PAGE);
  const cdw10 = packFields(NVME_COMMANDS.getLogPage.cdw10, { lid, rae, numdl: 15 });
  return statusOf(rig.admin.run({ opcode: NVME_ADMIN.getLogPage, prp1: page.iova, cdw10 }));
}

function setFeature(rig: Rig, fid: number, value: number): string {
  return statusOf(rig.admin.run({ opcode: NVME_ADMIN.setFeatures, cdw10: fid, cdw11: value }));
}

Deno.test("An event request stays until something happens, and takes no room in the queue", () => {
  using rig = new Rig();
  rig.enable(3);
  for (let i = 0; i < 4; i++) {
    rig.admin.submit(REQUEST);
    rig.host.settle();
  }
  assertEquals(rig.admin.peek(), undefined);
  assertEquals(readLog(rig, NVME_LOG.firmware), "success");
  const fifth = rig.admin.run(REQUEST);
  assertEquals([statusOf(fifth), fifth.dnr], ["asyncEventLimitExceeded", false]);
});

Deno.test("A doorbell that no queue has is an event", () => {
  using rig = new Rig();
  rig.enable();
  for (const [queue, end] of [[1, "tail"], [1, "head"], [65, "tail"], [400, "head"]] as const) {
    const cid = rig.admin.submit(REQUEST);
    rig.host.settle();
    rig.doorbell(queue, end, 1);
    const event = rig.admin.wait();
    assertEquals([event.cid, eventOf(event)], [cid, INVALID_REGISTER]);
    assertEquals(readLog(rig, NVME_LOG.error), "success");
  }
});

Deno.test("A doorbell value that cannot be is an event, and is ignored", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1, 8);
  pair.run({ opcode: 0, nsid: 1 });
  // Out of range; as it was; more than there is, or than there is room for.
  const wrong = [["tail", 8], ["tail", 0xffff], ["tail", 1], ["head", 8], ["head", 1], ["head", 2]] as const;
  for (const [end, value] of wrong) {
    rig.admin.submit(REQUEST);
    rig.host.settle();
    rig.doorbell(1, end, value);
    assertEquals(eventOf(rig.admin.wait()), INVALID_VALUE, `${end} ${value}`);
    readLog(rig, NVME_LOG.error);
  }
  assertEquals(statusOf(pair.run({ opcode: 0, nsid: 1 })), "success");
});

Deno.test("A doorbell value out of range is no other one, around the ring", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1, 8);
  for (let i = 0; i < 3; i++) pair.put({ opcode: 0, nsid: 1 });
  pair.ring();
  rig.host.settle();
  for (const [end, value] of [["head", 9], ["tail", 12]] as const) {
    rig.admin.submit(REQUEST);
    rig.host.settle();
    rig.doorbell(1, end, value);
    assertEquals(eventOf(rig.admin.wait()), INVALID_VALUE);
    readLog(rig, NVME_LOG.error);
  }
});

Deno.test("Event requests that were answered do not make room for more than there is", () => {
  using rig = new Rig();
  rig.enable(4, { completions: 2 });
  for (let i = 0; i < 3; i++) {
    rig.admin.submit(REQUEST);
    rig.host.settle();
    rig.doorbell(9, "tail", 1);
    rig.admin.wait();
    readLog(rig, NVME_LOG.error);
  }
  // One completes, four are under way, three stay in the queue: a ninth does not fit, and is not seen.
  for (let i = 0; i < 9; i++) {
    rig.admin.submit({ opcode: 0x7f });
    rig.host.settle();
  }
  for (let i = 0; i < 8; i++) assertEquals(statusOf(rig.admin.wait()), "invalidOpcode");
  rig.host.settle();
  assertEquals(rig.admin.peek(), undefined);
});

Deno.test("A submission queue that would overflow is an event", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1, 4);
  rig.admin.submit(REQUEST);
  rig.host.settle();
  // Two at once, and then three more: one does not fit.
  pair.put({ opcode: 0, nsid: 1 });
  pair.put({ opcode: 0, nsid: 1 });
  pair.ring();
  rig.doorbell(1, "tail", 1);
  assertEquals(eventOf(rig.admin.wait()), INVALID_VALUE);
  assertEquals([pair.wait().cid, pair.wait().cid], [0, 1]);
  rig.host.settle();
  assertEquals(pair.peek(), undefined);
});

Deno.test("A wrong doorbell is nothing while nobody waits for events", () => {
  using rig = new Rig();
  rig.enable();
  rig.doorbell(9, "tail", 1);
  rig.admin.submit(REQUEST);
  rig.host.settle();
  assertEquals(rig.admin.peek(), undefined);
});

Deno.test("After an event others of its type wait until its log page is read", () => {
  using rig = new Rig();
  rig.enable();
  const first = rig.admin.submit(REQUEST);
  rig.admin.submit(REQUEST);
  rig.host.settle();
  rig.doorbell(9, "tail", 1);
  rig.doorbell(9, "tail", 1);
  assertEquals(rig.admin.wait().cid, first);
  rig.host.settle();
  assertEquals(rig.admin.peek(), undefined);
  assertEquals(readLog(rig, NVME_LOG.error, true), "success", "with RAE");
  rig.doorbell(9, "tail", 1);
  rig.host.settle();
  assertEquals(rig.admin.peek(), undefined);
  assertEquals(readLog(rig, NVME_LOG.error), "success", "without");
  rig.host.settle();
  assertEquals(rig.admin.peek(), undefined, "what came meanwhile is one event with the first");
  rig.doorbell(9, "tail", 1);
  assertEquals(eventOf(rig.admin.wait()), INVALID_REGISTER);
  readLog(rig, NVME_LOG.error);
  rig.admin.submit(REQUEST);
  rig.host.settle();
  assertEquals(rig.admin.peek(), undefined, "nothing is left over");
});

Deno.test("Too much warmth is an event, if asked for, and waits for a request", () => {
  using rig = new Rig();
  rig.enable();
  const { temperatureThreshold, asyncEvents } = NVME_FEATURE;
  const low = packFields(NVME_FEATURES.temperatureThreshold, { tmpth: 300 });
  const cool = packFields(NVME_FEATURES.temperatureThreshold, { tmpth: 400 });
  assertEquals(setFeature(rig, temperatureThreshold, low), "success");
  rig.admin.submit(REQUEST);
  rig.host.settle();
  assertEquals(rig.admin.peek(), undefined, "not asked for");
  assertEquals(setFeature(rig, asyncEvents, packFields(NVME_FEATURES.asyncEvents, { health: 2 })), "success");
  assertEquals(setFeature(rig, temperatureThreshold, cool), "success");
  rig.host.settle();
  assertEquals(rig.admin.peek(), undefined, "not too warm");
  rig.admin.submit({ opcode: NVME_ADMIN.setFeatures, cdw10: temperatureThreshold, cdw11: low });
  assertEquals(eventOf(rig.admin.wait()), TOO_WARM);
  assertEquals(statusOf(rig.admin.wait()), "success");
  readLog(rig, NVME_LOG.health);
  assertEquals(setFeature(rig, temperatureThreshold, low), "success");
  assertEquals(eventOf(rig.admin.run(REQUEST)), TOO_WARM, "it has waited");
  readLog(rig, NVME_LOG.health);
  assertEquals(setFeature(rig, temperatureThreshold, low), "success");
  rig.host.settle();
  assertEquals(rig.admin.peek(), undefined, "no request is left");
});

Deno.test("Too little warmth is an event too", () => {
  using rig = new Rig();
  rig.enable();
  setFeature(rig, NVME_FEATURE.asyncEvents, 2);
  const under = packFields(NVME_FEATURES.temperatureThreshold, { thsel: 1, tmpth: 330 });
  assertEquals(setFeature(rig, NVME_FEATURE.temperatureThreshold, under), "success");
  assertEquals(eventOf(rig.admin.run(REQUEST)), TOO_WARM);
});

Deno.test("Events and requests are forgotten in a reset", () => {
  using rig = new Rig();
  rig.enable();
  rig.admin.submit(REQUEST);
  rig.host.settle();
  rig.doorbell(9, "tail", 1);
  rig.regs.cc.update({ en: false });
  rig.until("rdy", false);
  rig.enable();
  rig.doorbell(9, "tail", 1);
  rig.host.settle();
  assertEquals(rig.admin.peek(), undefined);
  rig.admin.submit(REQUEST);
  rig.host.settle();
  assertEquals(rig.admin.peek(), undefined);
  rig.doorbell(9, "tail", 1);
  assertEquals(eventOf(rig.admin.wait()), INVALID_REGISTER);
});
