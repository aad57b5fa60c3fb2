/** What a report says of a device. */
import { VfioError } from "../../mod.ts";
import type { DeviceDetails, DeviceEntry } from "../../mod.ts";
import type { ReportCheck, ReportDevice, ReportFact } from "../../views/mod.ts";
import { copyConfig } from "../config/source.ts";
import type { Context } from "../context.ts";
import { deviceOf } from "../doctor/patient.ts";
import type { Patient } from "../doctor/patient.ts";
import { errorsText } from "../error_counts.ts";
import { Refusal } from "../errors.ts";
import { nameOf } from "../names.ts";
import { describeUses, holderText } from "../state.ts";
import { checksOfDevice } from "./checks.ts";

/** What the kernel says of a device that it does not manage the power of. */
const UNKNOWN = "unknown";

/** Gathers it. @param isNamed It was asked about, and not only its group or the machine. */
export function deviceReport(
  context: Context,
  patient: Patient,
  entry: DeviceEntry,
  isNamed: boolean,
): ReportDevice {
  const device = deviceOf(context.host, patient, entry);
  const { config, checks } = configOf(context, entry);
  const holders = device.node?.holders ?? [];
  return {
    entry,
    name: nameOf(context, entry),
    resources: device.details.resources,
    facts: [
      ...factsOf(device.details),
      ...(holders.length === 0 ? [] : [{ name: "Open in", value: holders.map(holderText).join(", ") }]),
    ],
    checks: [...checks, ...checksOfDevice(patient, device, isNamed)],
    ...(config === undefined ? {} : { config }),
  };
}

function configOf(
  context: Context,
  entry: DeviceEntry,
): { readonly config?: Uint8Array; readonly checks: readonly ReportCheck[] } {
  try {
    const { bytes } = copyConfig(context, entry, false);
    if (bytes.some((byte) => byte !== 0xff)) return { config: bytes, checks: [] };
    const text = "all bytes are ff: the device does not answer";
    return { config: bytes, checks: [{ state: "problem", name: "Config space", text }] };
  } catch (error) {
    // One device that is off or gone must not keep the others from being told of.
    if (!(error instanceof Refusal || error instanceof VfioError)) throw error;
    return { checks: [{ state: "warning", name: "Config space", text: error.message }] };
  }
}

function factsOf(details: DeviceDetails): ReportFact[] {
  const { names, uses, driverOverride, resetMethods, iommu, virtualFunctions, powerState, errors } = details;
  const fact = (name: string, value: string | undefined): ReportFact[] =>
    value === undefined || value === "" ? [] : [{ name, value }];
  return [
    ...fact("IOMMU", iommu),
    ...fact("Resets", resetMethods.length === 0 ? "none of the function's own" : resetMethods.join(", ")),
    ...fact("Power", powerState === UNKNOWN ? undefined : powerState),
    ...fact("Known as", names.join(", ")),
    ...fact("In use", describeUses(uses)),
    ...fact("driver_override", driverOverride),
    ...fact("Virtual functions", virtualFunctions === 0 ? undefined : `${virtualFunctions} switched on`),
    ...fact("Errors", errors && (errorsText(errors) ?? "none since boot")),
  ];
}
