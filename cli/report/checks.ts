/** What doctor finds, for a report. */
import { isBridge } from "../../views/mod.ts";
import type { ReportCheck, ReportDevice } from "../../views/mod.ts";
import { PUBLIC_BYTES } from "../config/source.ts";
import { checkDevice } from "../doctor/device_checks.ts";
import type { Finding } from "../doctor/finding.ts";
import { nextSteps } from "../doctor/next_steps.ts";
import type { Patient, PatientDevice } from "../doctor/patient.ts";
import { checkAllDevices, checkMemlock, checkSystem } from "../doctor/system_checks.ts";
import { isBound } from "../open.ts";

/** Looks at the machine. @param devices What could be read of them. */
export function checksOfMachine(patient: Patient, devices: readonly ReportDevice[]): ReportCheck[] {
  const findings = [
    ...checkSystem(patient),
    ...checkAllDevices(patient),
    checkMemlock(patient.system),
  ];
  return [
    ...findings.map((finding) => withRemedies(checkOf(finding, patient, undefined), devices)),
    ...configChecks(devices),
  ];
}

/** What helps a group is known where one of its devices was looked at. */
function withRemedies(check: ReportCheck, devices: readonly ReportDevice[]): ReportCheck {
  if (check.state === "ok" || check.remedies !== undefined) return check;
  const same = devices.flatMap(({ checks = [] }) => checks).find(({ name }) => name === check.name);
  return { ...check, ...(same?.remedies === undefined ? {} : { remedies: same.remedies }) };
}

/**
 * Looks at a device.
 *
 * @param isNamed It was asked about: then all is told, also that it is not VFIO's; of others, what is wrong with those
 * that are.
 */
export function checksOfDevice(patient: Patient, device: PatientDevice, isNamed: boolean): ReportCheck[] {
  const { entry } = device;
  if (isBridge(entry) || !(isNamed || isBound(entry))) return [];
  const findings = checkDevice(device, patient.system).filter(({ status }) => isNamed || status !== "ok");
  return findings.map((finding) => checkOf(finding, patient, device));
}

function checkOf(finding: Finding, patient: Patient, device: PatientDevice | undefined): ReportCheck {
  const { status, subject, text } = finding;
  const remedies = nextSteps([finding], patient, device);
  return { state: status, name: subject, text, ...(remedies.length === 0 ? {} : { remedies }) };
}

function configChecks(devices: readonly ReportDevice[]): ReportCheck[] {
  const isCut = devices.some(({ config }) => config !== undefined && config.length <= PUBLIC_BYTES);
  if (!isCut) return [];
  const text =
    `only the ${PUBLIC_BYTES} bytes that any user may read: sudo vfio report has capabilities and links, too`;
  return [{ state: "warning", name: "Config space", text }];
}
