/** What a device's registers say in a few facts: what it may do, what it decodes, its link, its interrupts. */
import type { DeviceResource } from "../core/host_details.ts";
import { registers } from "../core/registers.ts";
import { configMemory } from "../pci/config_bytes.ts";
import { decodeConfig } from "../pci/decode/config.ts";
import type { DecodedConfig } from "../pci/decode/config.ts";
import { linkOf, linkText } from "../pci/decode/link.ts";
import { CONFIG_HEADER } from "../pci/header.ts";
import type { ReportDevice, ReportFact } from "./report_data.ts";
import { formatSize, hex } from "./units.ts";

/** Gathers them: of the config space what could be read of it. */
export function configFacts({ config, resources }: ReportDevice): ReportFact[] {
  if (config === undefined) return (resources ?? []).map(resourceFact);
  const decoded = decodeConfig(config);
  return [
    ...commandFacts(config),
    ...resources === undefined ? barFacts(decoded) : resources.map(resourceFact),
    ...linkFacts(decoded),
    ...interruptFacts(decoded, config[CONFIG_HEADER.interruptPin.at] ?? 0),
  ];
}

function commandFacts(config: Uint8Array): ReportFact[] {
  if (config.length < CONFIG_HEADER.command.at + 2) return [];
  const { ioSpace, memorySpace, busMaster, interruptDisable, raw } = registers(
    configMemory(config),
    CONFIG_HEADER,
  ).command.read();
  const flags = [["I/O", ioSpace], ["Mem", memorySpace], ["BusMaster", busMaster], [
    "DisINTx",
    interruptDisable,
  ]] as const;
  const text = flags.map(([name, on]) => `${name}${on ? "+" : "-"}`).join(" ");
  return [{ name: "Command", value: `${hex(raw, 4)}  ${text}` }];
}

const KINDS = { io: "I/O ports", memory32: "32-bit memory", memory64: "64-bit memory" } as const;

function barFacts({ bars }: DecodedConfig): ReportFact[] {
  return bars.map(({ index, kind, prefetchable, address }) => ({
    name: `BAR ${index}`,
    value: `${KINDS[kind]}${prefetchable ? ", prefetchable" : ""} ${placeText(BigInt(address))}`,
  }));
}

function resourceFact({ index, kind, prefetchable, address, size }: DeviceResource): ReportFact {
  return {
    name: index < 6 ? `BAR ${index}` : "ROM",
    value: `${formatSize(BigInt(size))} of ${KINDS[kind]}${prefetchable ? ", prefetchable" : ""} ${
      placeText(address)
    }`,
  };
}

function placeText(address: bigint): string {
  return address === 0n ? "without address" : `at ${hex(address, 8)}`;
}

function linkFacts(config: DecodedConfig): ReportFact[] {
  const link = linkOf(config);
  if (link === undefined) return [];
  const warning = { full: "", downgraded: "  ⚠ downgraded", down: "  ✗ no link" }[link.state];
  return [{ name: "Link", value: `${linkText(link)}${warning}` }];
}

const PINS = ["", "INTA", "INTB", "INTC", "INTD"];

/** @param pin As Interrupt Pin numbers it; 0: none. */
function interruptFacts({ capabilities, answered }: DecodedConfig, pin: number): ReportFact[] {
  if (!answered) return [];
  const messages = capabilities.flatMap((each) => {
    if (each.kind === "msi") {
      const { control } = each.fields;
      return control === undefined
        ? []
        : [`MSI ${stateText(control.multipleMessageCapable, control.enable)}`];
    }
    if (each.kind !== "msix") return [];
    const { control } = each.fields;
    return control === undefined ? [] : [`MSI-X ${stateText(control.vectors, control.enable)}`];
  });
  const kinds = [PINS[pin] ?? "", ...messages].filter((text) => text !== "");
  return kinds.length === 0 ? [] : [{ name: "Interrupts", value: kinds.join(", ") }];
}

function stateText(vectors: number | string, isOn: boolean): string {
  return `of ${vectors} vector${vectors === 1 ? "" : "s"}${isOn ? " (on)" : ""}`;
}
