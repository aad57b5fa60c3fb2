/** The capabilities of a config space, as a report shows them. */
import { decodeConfig } from "../pci/decode/config.ts";
import type { ReportCapability } from "./report_data.ts";
import { factsFrom } from "./report_facts.ts";
import { hex } from "./units.ts";

/** Decodes the capabilities of a config space: what a report shows where nobody decoded them before. */
export function reportCapabilities(config: Uint8Array): ReportCapability[] {
  const { capabilities, extendedCapabilities } = decodeConfig(config);
  return [...capabilities, ...extendedCapabilities].map(({ id, name, at, length, fields }) => ({
    name: name ?? `Capability ${hex(id, 2)}`,
    at,
    size: length,
    fields: factsFrom(fields),
  }));
}
