import { assertEquals } from "@std/assert";
import { deviceOf, patientOf } from "../../../../cli/doctor/patient.ts";
import { checksOfDevice, checksOfMachine } from "../../../../cli/report/checks.ts";
import type { ReportDevice } from "../../../../views/mod.ts";
import { EDU, machine, NIC, PORT, SIBLING } from "../machine.ts";

const { host } = machine();
const PATIENT = patientOf(host);

function entryOf(address: string) {
  const entry = host.find(address);
  if (entry === undefined) throw new Error(`no ${address}`);
  return entry;
}

function checks(address: string, isNamed: boolean) {
  return checksOfDevice(PATIENT, deviceOf(host, PATIENT, entryOf(address)), isNamed);
}

Deno.test("checksOfDevice() tells all of a device that was asked about, and what is wrong with others of VFIO's", () => {
  assertEquals(checks(EDU, true).some(({ name, state }) => name === "Binding" && state === "ok"), true);
  assertEquals(checks(EDU, false), []);
  assertEquals(checks(SIBLING, false).map(({ name, state }) => [name, state]), [[
    "Group 1 viable",
    "problem",
  ]]);
  assertEquals([checks(NIC, false), checks(PORT, true)], [[], []]);
});

Deno.test("checksOfMachine() takes what helps a group from the device that it was found at", () => {
  const devices: ReportDevice[] = [{ entry: entryOf(SIBLING), checks: checks(SIBLING, false) }];
  const helped = (given: readonly ReportDevice[]) =>
    checksOfMachine(PATIENT, given).find(({ name }) => name === "Group 1 viable")?.remedies?.[0]?.command;
  assertEquals(helped(devices), "sudo vfio bind 00:05.1 --group");
});

Deno.test("checksOfMachine() says once that config spaces are cut off", () => {
  const cut = [EDU, NIC].map((address) => ({ entry: entryOf(address), config: new Uint8Array(64) }));
  const found = (devices: readonly ReportDevice[]) =>
    checksOfMachine(PATIENT, devices).filter(({ name }) => name === "Config space").map(({ state }) => state);
  assertEquals(found(cut), ["warning"]);
  assertEquals(found([{ entry: entryOf(EDU), config: new Uint8Array(256) }, { entry: entryOf(NIC) }]), []);
});
