import { assert, assertEquals } from "@std/assert";
import { registers } from "../../../../mod.ts";
import {
  NVME_ADMIN,
  NVME_ALL_NAMESPACES,
  NVME_COMMANDS,
  NVME_FEATURE,
  NVME_FEATURES,
  NVME_TIMESTAMP,
  packFields,
} from "../../../../devices/mod.ts";
import { PAGE, Rig, statusOf } from "./rig.ts";

interface Question {
  readonly sel?: number;
  readonly nsid?: number;
  readonly value?: number;
  readonly prp1?: bigint;
}

/** The value of a feature, or why there is none. */
function get(rig: Rig, fid: number, question: Question = {}): number | string {
  const { sel = 0, nsid = 0, value = 0, prp1 = 0n } = question;
  const cdw10 = packFields(NVME_COMMANDS.getFeatures.cdw10, { fid, sel });
  const completion = rig.admin.run({ opcode: NVME_ADMIN.getFeatures, nsid, prp1, cdw10, cdw11: value });
  return completion.status === 0 ? completion.result : statusOf(completion);
}

function set(rig: Rig, fid: number, value: number, more: { nsid?: number; sv?: boolean } = {}): string {
  const { nsid = 0, sv = false } = more;
  const cdw10 = packFields(NVME_COMMANDS.setFeatures.cdw10, { fid, sv });
  return statusOf(rig.admin.run({ opcode: NVME_ADMIN.setFeatures, nsid, cdw10, cdw11: value }));
}

const CHANGEABLE = [
  NVME_FEATURE.temperatureThreshold,
  NVME_FEATURE.volatileWriteCache,
  NVME_FEATURE.asyncEvents,
] as const;
const FIXED = [
  NVME_FEATURE.arbitration,
  NVME_FEATURE.powerManagement,
  NVME_FEATURE.interruptCoalescing,
  NVME_FEATURE.interruptVector,
  NVME_FEATURE.writeAtomicity,
] as const;
const NOT_COALESCED = 1 << 16;

Deno.test("Get Features tells values, and defaults where there is nothing else", () => {
  using rig = new Rig({ queues: 8 });
  rig.enable();
  const values: [number, number][] = [
    [NVME_FEATURE.arbitration, 7],
    [NVME_FEATURE.powerManagement, 0],
    [NVME_FEATURE.temperatureThreshold, 343],
    [NVME_FEATURE.volatileWriteCache, 1],
    [NVME_FEATURE.numberOfQueues, 0x0007_0007],
    [NVME_FEATURE.interruptCoalescing, 0],
    [NVME_FEATURE.interruptVector, NOT_COALESCED],
    [NVME_FEATURE.writeAtomicity, 0],
    [NVME_FEATURE.asyncEvents, 0],
  ];
  for (const [fid, value] of values) {
    for (const sel of [0, 1, 2]) assertEquals(get(rig, fid, { sel }), value, `feature ${fid}, sel ${sel}`);
  }
});

Deno.test("Set Features changes what can be changed; the default stays", () => {
  using rig = new Rig();
  rig.enable();
  for (const fid of CHANGEABLE) {
    const standard = get(rig, fid, { sel: 1 });
    assertEquals(set(rig, fid, 0), "success");
    assertEquals([get(rig, fid), get(rig, fid, { sel: 1 })], [0, standard], `feature ${fid}`);
    assertEquals(set(rig, fid, 1, { nsid: NVME_ALL_NAMESPACES }), "success");
    assertEquals(get(rig, fid), 1);
    assertEquals(get(rig, fid, { sel: 3 }), 4, "changeable");
  }
  for (const fid of FIXED) {
    assertEquals(set(rig, fid, 0), "featureNotChangeable");
    assertEquals(get(rig, fid, { sel: 3 }), 0);
  }
});

Deno.test("Set Features saves nothing, and knows which features are a namespace's", () => {
  using rig = new Rig();
  rig.enable();
  const { volatileWriteCache, errorRecovery } = NVME_FEATURE;
  assertEquals(set(rig, volatileWriteCache, 0, { sv: true }), "featureNotSaveable");
  assertEquals(set(rig, volatileWriteCache, 0, { nsid: 1 }), "featureNotNamespaceSpecific");
  assertEquals(set(rig, volatileWriteCache, 0, { nsid: 257 }), "invalidNamespaceOrFormat");
  assertEquals(get(rig, volatileWriteCache), 1);
  for (const nsid of [0, 257]) {
    assertEquals(set(rig, errorRecovery, 1, { nsid }), "invalidNamespaceOrFormat");
    assertEquals(get(rig, errorRecovery, { nsid }), "invalidNamespaceOrFormat");
  }
  assertEquals(get(rig, errorRecovery, { nsid: NVME_ALL_NAMESPACES }), "invalidNamespaceOrFormat");
  assertEquals(set(rig, errorRecovery, 1, { nsid: 2 }), "invalidField");
  assertEquals(get(rig, errorRecovery, { nsid: 2 }), "invalidField");
});

Deno.test("Get and Set Features refuse features that are not there", () => {
  using rig = new Rig();
  rig.enable();
  for (const fid of [0x00, 0x03, 0x0c, 0x10, 0x7f, 0x80, 0xff]) {
    assertEquals([get(rig, fid), set(rig, fid, 0)], ["invalidField", "invalidField"]);
  }
  for (const sel of [4, 7]) assertEquals(get(rig, NVME_FEATURE.arbitration, { sel }), "invalidField");
});

Deno.test("The temperature threshold is two, and there is one sensor", () => {
  using rig = new Rig();
  rig.enable();
  const fid = NVME_FEATURE.temperatureThreshold;
  const under = packFields(NVME_FEATURES.temperatureThreshold, { thsel: 1 });
  const wrong = packFields(NVME_FEATURES.temperatureThreshold, { thsel: 2 });
  const sensor = packFields(NVME_FEATURES.temperatureThreshold, { tmpsel: 1 });
  assertEquals([get(rig, fid, { value: under }), get(rig, fid, { value: wrong })], [0, "invalidField"]);
  assertEquals(set(rig, fid, under | 250), "success");
  assertEquals([get(rig, fid, { value: under }), get(rig, fid)], [250, 343]);
  assertEquals(set(rig, fid, wrong), "invalidField");
  assertEquals(get(rig, fid, { value: wrong, sel: 1 }), "invalidField");
  assertEquals(set(rig, fid, sensor | 1), "success", "of a sensor that is not there: nothing");
  assertEquals([get(rig, fid, { value: sensor }), get(rig, fid)], [0, 343]);
});

Deno.test("Error recovery is each namespace's, or all of them", () => {
  using rig = new Rig({ namespaces: 2, blocks: 8 });
  rig.enable();
  const fid = NVME_FEATURE.errorRecovery;
  assertEquals(set(rig, fid, 5, { nsid: 2 }), "success");
  assertEquals([get(rig, fid, { nsid: 1 }), get(rig, fid, { nsid: 2 })], [0, 5]);
  assertEquals(set(rig, fid, 9, { nsid: NVME_ALL_NAMESPACES }), "success");
  assertEquals([get(rig, fid, { nsid: 1 }), get(rig, fid, { nsid: 2 })], [9, 9]);
  const dulbe = packFields(NVME_FEATURES.errorRecovery, { dulbe: true });
  assertEquals(set(rig, fid, dulbe, { nsid: 1 }), "invalidField", "blocks are not told from zeros");
  assertEquals(get(rig, fid, { nsid: 1, sel: 3 }), 6, "changeable, namespace specific");
});

Deno.test("The number of queues is what there is, and can be asked for until there are some", () => {
  using rig = new Rig({ queues: 8 });
  rig.enable();
  const fid = NVME_FEATURE.numberOfQueues;
  const ask = (ncq: number, nsq: number) => {
    const cdw11 = packFields(NVME_FEATURES.numberOfQueues, { ncq, nsq });
    return rig.admin.run({ opcode: NVME_ADMIN.setFeatures, cdw10: fid, cdw11 });
  };
  for (const [ncq, nsq] of [[0, 0], [7, 7], [99, 99]] as const) {
    const { status, result } = ask(ncq, nsq);
    assertEquals([status, result], [0, 0x0007_0007]);
  }
  assertEquals(statusOf(ask(0xffff, 0)), "invalidField");
  assertEquals(statusOf(ask(0, 0xffff)), "invalidField");
  rig.pair(1);
  assertEquals(statusOf(ask(7, 7)), "commandSequenceError");
  for (const opcode of [NVME_ADMIN.deleteSubmissionQueue, NVME_ADMIN.deleteCompletionQueue]) {
    assertEquals(statusOf(rig.admin.run({ opcode, cdw10: 1 })), "success");
  }
  assertEquals(statusOf(ask(7, 7)), "commandSequenceError", "also when they are gone");
  rig.regs.cc.update({ en: false });
  rig.until("rdy", false);
  rig.enable();
  assertEquals(statusOf(ask(7, 7)), "success", "after a reset");
});

Deno.test("Interrupt vectors are not coalesced, and there are 65", () => {
  using rig = new Rig();
  rig.enable();
  const fid = NVME_FEATURE.interruptVector;
  assertEquals([get(rig, fid, { value: 64 }), get(rig, fid, { value: 65 })], [64, "invalidField"]);
});

Deno.test("The timestamp goes on from where a host has set it", () => {
  using rig = new Rig();
  rig.enable();
  const page = rig.allocate(PAGE);
  const stamp = registers(page, NVME_TIMESTAMP).value;
  const question = { prp1: page.iova };
  assertEquals(get(rig, NVME_FEATURE.timestamp, question), 0);
  assertEquals(stamp.read().origin, 0);
  stamp.write({ timestamp: 1_700_000_000_000n });
  const command = { opcode: NVME_ADMIN.setFeatures, prp1: page.iova, cdw10: NVME_FEATURE.timestamp };
  assertEquals(statusOf(rig.admin.run(command)), "success");
  rig.device.clock.pause(5000);
  assertEquals(get(rig, NVME_FEATURE.timestamp, question), 0);
  const { timestamp, origin } = stamp.read();
  assertEquals(origin, 1);
  const passed = Number(timestamp - 1_700_000_000_000n);
  assert(passed >= 5000 && passed < 5100, `${passed} ms`);
  assertEquals(get(rig, NVME_FEATURE.timestamp, { ...question, sel: 1 }), 0);
  assertEquals(stamp.read().raw, 0n, "the default");
});
