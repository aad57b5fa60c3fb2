/** Data in which every name is what somebody else would like it to be. */
import { ConfigMap, DmaMap, GroupsView, LatencyHistogram, RegisterView } from "../../../views/mod.ts";
import type { DeviceEntry, DmaMapData, RegisterMap, ReportData, View } from "../../../views/mod.ts";
import { configOf, sampleHost } from "./sample.ts";

const CONFIG = configOf(sampleHost(), "0000:02:00.0");

function device(text: string, group: number | undefined): DeviceEntry {
  return {
    address: text,
    vendor: 0x1234,
    device: 0x11e8,
    subsystemVendor: 0xffff,
    subsystemDevice: 0,
    classCode: 0x123456,
    revision: 255,
    driver: text,
    group,
    siblings: [text],
    noIommu: false,
    numaNode: 0,
    cdev: text,
  };
}

function registersOf(text: string): RegisterMap {
  return {
    [text]: { at: 0, width: 32, fields: { [text]: [31, 24], other: 0 } },
    [`${text}2`]: { at: 4, width: 8, fields: { [text]: 7, [`${text}3`]: [6, 1] } },
    other: { at: 8, width: 64 },
  };
}

/** A report that says `text` wherever it says anything. */
export function hostileReport(text: string): ReportData {
  const facts = [{ name: text, value: text }, { name: text, value: [{ name: text, value: text }] }];
  const checks = [{
    state: "problem" as const,
    name: text,
    text,
    remedies: [{ id: text, text, command: text }],
  }];
  const entry = { ...device(text, 1) };
  const capability = { name: text, at: 0xc8, registers: registersOf(text), fields: facts };
  return {
    title: text,
    created: text,
    machine: facts,
    checks,
    devices: [
      { entry, name: text, facts, checks, config: CONFIG, capabilities: [capability] },
      { entry: device(text, undefined) },
    ],
    reserved: new Map([[1, [{ start: 0n, last: 1n, type: text }]]]),
    types: new Map([[1, text]]),
    holders: new Map([[1, text]]),
    faults: [{ seconds: 1, address: text, iova: 0n, write: false, reason: text }],
    dma: [dma(text)],
    latencies: [histogram(text)],
    serials: [text],
  };
}

function dma(text: string): DmaMapData {
  return {
    mappings: [{ start: 0x1000n, last: 0x1fffn, name: text }],
    reserved: [{ start: 0x5000n, last: 0x5fffn, type: text }],
    fault: { address: text, iova: 0x1000n, write: true, reason: text },
  };
}

function histogram(text: string): LatencyHistogram {
  const made = new LatencyHistogram(text);
  for (let i = 1; i < 100; i++) made.record(i * i);
  return made;
}

/** All views, with `text` for every name. */
export function hostileViews(text: string): View[] {
  const area = { name: text, at: 0x40, size: 12, registers: registersOf(text) };
  return [
    new GroupsView({
      ...hostileReport(text),
      devices: [device(text, 1), device(text, undefined)],
      names: new Map([[text, text]]),
    }),
    new ConfigMap({ bytes: CONFIG, areas: [area], title: text, hidden: [{ at: 0x42, size: 1, name: text }] }),
    new RegisterView(registersOf(text), { [text]: 0xff00_00ff, [`${text}2`]: 0x81 }, text),
    histogram(text),
    new DmaMap(dma(text)),
  ];
}
