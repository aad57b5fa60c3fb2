/** What matters of a capability, in a line. */
import type { DecodedCapability, DecodedExtendedCapability } from "../../pci/mod.ts";
import type { ErrorCounts } from "../../mod.ts";
import { errorsText } from "../error_counts.ts";
import { hex } from "../json.ts";
import { counted } from "../quantities.ts";
import { dim, yellow } from "../text.ts";
import type { Line, Span } from "../text.ts";

/** The names of the capabilities that matter first are as long at most. */
const NAME_WIDTH = 16;

/** A capability of either list. */
export type AnyCapability = DecodedCapability | DecodedExtendedCapability;

/**
 * Writes a capability as a line: where it is, what it is, and what people look for first.
 *
 * @param errors What the kernel counted; undefined: nobody counts.
 */
export function capabilityLine(capability: AnyCapability, errors?: ErrorCounts): Line {
  const { at, id, name } = capability;
  const version = "version" in capability ? ` v${capability.version}` : "";
  const place = `  [${hex(at, 2)}${version}] `;
  const cut = capability.truncated === true ? [yellow("  cut off")] : [];
  const title = name ?? `Unknown capability 0x${hex(id, 2)}`;
  const found = [...factsOf(capability), ...errorsOf(capability, errors), ...cut];
  return [dim(place), found.length === 0 ? title : title.padEnd(NAME_WIDTH), ...found];
}

/** Names of the bits that are set. */
export function setBits(fields: object | undefined): string[] {
  return Object.entries(fields ?? {}).filter(([, value]) => value === true).map(([name]) => name);
}

/** A bit as lspci writes it. */
export function flag(name: string, value: boolean | undefined): string {
  return `${name}${value === true ? "+" : "-"}`;
}

/** What the kernel has counted says more than what its handler has left in the registers. */
function errorsOf({ kind }: AnyCapability, errors: ErrorCounts | undefined): Span[] {
  if (kind !== "advancedErrorReporting" || errors === undefined) return [];
  const text = errorsText(errors);
  return text === undefined ? [] : ["  ", yellow(text)];
}

function factsOf(capability: AnyCapability): Span[] {
  switch (capability.kind) {
    case "powerManagement": {
      const { capabilities, control } = capability.fields;
      return facts(
        capabilities && `v${capabilities.version}`,
        control && `${control.powerState}  ${flag("NoSoftReset", control.noSoftReset)}`,
      );
    }
    case "msi": {
      const { control } = capability.fields;
      return facts(
        control &&
          `${vectorsText(control.multipleMessageCapable)}  ${flag("64bit", control.address64)} ` +
            `${flag("Mask", control.perVectorMasking)}  ${flag("Enable", control.enable)}`,
      );
    }
    case "msix": {
      const { control, table, pending } = capability.fields;
      return facts(
        control && `${control.vectors} vectors`,
        table && `table BAR${table.bar}+0x${hex(table.offset)}`,
        pending && `PBA BAR${pending.bar}+0x${hex(pending.offset)}`,
        control && flag("Enable", control.enable),
      );
    }
    case "pciExpress": {
      const { capabilities, deviceControl, deviceCapabilities } = capability.fields;
      return facts(
        capabilities && `v${capabilities.version} ${capabilities.type}`,
        deviceControl && deviceCapabilities &&
          `MPS ${deviceControl.maxPayload}/${deviceCapabilities.maxPayload}`,
        deviceControl && `MRRS ${deviceControl.maxReadRequest}`,
        deviceCapabilities && flag("FLR", deviceCapabilities.functionLevelReset),
      );
    }
    case "advancedErrorReporting": {
      const { uncorrectableStatus, correctableStatus } = capability.fields;
      const errors = [...setBits(uncorrectableStatus), ...setBits(correctableStatus)];
      return errors.length === 0 ? [] : ["  ", yellow(errors.join(", "))];
    }
    case "singleRootIoVirtualization": {
      const { totalVfs, vfs } = capability.fields;
      return facts(totalVfs === undefined ? undefined : `${vfs ?? 0} of ${totalVfs} VFs`);
    }
    case "resizableBar":
      return facts(
        ...capability.fields.bars.map(({ bar, size }) => bar === undefined ? undefined : `BAR${bar} ${size}`),
      );
    default:
      return [];
  }
}

function facts(...texts: readonly (string | undefined)[]): Span[] {
  return texts.flatMap((text) => text === undefined || text === "" ? [] : [`  ${text}`]);
}

function vectorsText(vectors: number | string): string {
  return typeof vectors === "number" ? counted(vectors, "vector") : `${vectors} vectors`;
}
