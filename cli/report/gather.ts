/** What a report is made of, gathered: nothing is opened, nothing is changed. */
import type { DeviceEntry } from "../../mod.ts";
import type { ReportData } from "../../views/mod.ts";
import type { Context } from "../context.ts";
import { findDevice } from "../device.ts";
import { patientOf } from "../doctor/patient.ts";
import type { Patient } from "../doctor/patient.ts";
import { groupPicture } from "../group_picture.ts";
import { checksOfMachine } from "./checks.ts";
import { deviceReport } from "./device_report.ts";
import { faultsIn } from "./faults.ts";
import { machineFacts } from "./machine_facts.ts";

/**
 * Gathers it.
 *
 * @param words The devices that it is about, as the command line names them; none: all.
 * @param created When that is, as it is to be printed.
 * @throws {NoSuchDevice} and {UsageError} as {@linkcode findDevice}.
 */
export function gatherReport(context: Context, words: readonly string[], created: string): ReportData {
  const patient = patientOf(context.host);
  const named = new Set(words.map((word) => findDevice(context.host, word).address));
  const shown = concerned(patient, named);
  const faults = faultsIn(context);
  const devices = shown.map((entry) => deviceReport(context, patient, entry, named.has(entry.address)));
  const { names: _, ...groups } = groupPicture(context, shown, patient.groups);
  return {
    ...groups,
    created,
    machine: machineFacts(context, patient, faults !== undefined),
    checks: checksOfMachine(patient, devices),
    devices,
    faults: faults?.filter(({ address }) => named.size === 0 || named.has(address)) ?? [],
  };
}

/** A device is used together with all of its group. */
function concerned({ devices }: Patient, named: ReadonlySet<string>): readonly DeviceEntry[] {
  if (named.size === 0) return devices;
  return devices.filter(({ address, siblings }) =>
    named.has(address) || siblings.some((sibling) => named.has(sibling))
  );
}
