/** The part of a report that is about one device. */
import type { DeviceEntry } from "../core/host.ts";
import { className } from "../pci/class_codes.ts";
import { configAreas } from "./config_areas.ts";
import type { ConfigArea } from "./config_areas.ts";
import { colourOf, ConfigMap } from "./config_map.ts";
import { lookOf } from "./group_looks.ts";
import type { GroupSummary } from "./group_states.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";
import type { ReportCapability, ReportDevice, ReportFact } from "./report_data.ts";
import { configFacts } from "./report_config_facts.ts";
import { checkList, factList, pill } from "./report_parts.ts";
import { inlineSvg } from "./svg.ts";
import { hex } from "./units.ts";

const MAP_WIDTH = 386;
/** With fewer bytes there is no room for capabilities. */
const CONVENTIONAL_SIZE = 256;

/** Writes a device's section. @param index Of the device, from 0: its place on the page is `#device-0`. */
export function deviceSection(device: ReportDevice, index: number, group: GroupSummary | undefined): Markup {
  const { entry, checks = [], facts = [], config } = device;
  const state = group === undefined ? undefined : pill(lookOf(group.state));
  return markup`<section>
<h2 id="device-${index}"><span class="mono">${entry.address}</span> <bdi>${nameOf(device)}</bdi></h2>
${state}
${factList([...entryFacts(entry), ...configFacts(device), ...facts])}${checkList(checks)}${
    config === undefined ? undefined : configPart(device, config)
  }</section>
`;
}

/** What a device is called. */
export function nameOf({ entry, name }: ReportDevice): string {
  return name ?? className(entry.classCode & 0xff_ffff) ?? "Unknown device";
}

/** The vendor's and the device's number, as lspci prints them. */
export function idOf({ vendor, device }: Pick<DeviceEntry, "vendor" | "device">): string {
  return `${digits(vendor)}:${digits(device)}`;
}

function entryFacts(entry: DeviceEntry): ReportFact[] {
  const { subsystemVendor, subsystemDevice, classCode, revision, driver, group, numaNode } = entry;
  return [
    { name: "ID", value: `${idOf(entry)} rev ${revision.toString(16).padStart(2, "0")}` },
    { name: "Subsystem", value: idOf({ vendor: subsystemVendor, device: subsystemDevice }) },
    { name: "Class", value: `${className(classCode & 0xff_ffff) ?? "unknown"} (${hex(classCode, 6)})` },
    { name: "Driver", value: driver ?? "none" },
    { name: "IOMMU group", value: group ?? "none" },
    ...numaNode === undefined ? [] : [{ name: "NUMA node", value: numaNode }],
  ];
}

function configPart(device: ReportDevice, config: Uint8Array): Markup {
  const hidden = device.hidden ?? [];
  const capabilities = device.capabilities ?? [];
  const areas = configAreas(config).map((area) => known(area, capabilities));
  const map = new ConfigMap({
    bytes: config,
    areas,
    hidden,
    title: `Config space of ${device.entry.address}`,
  });
  return markup`<div class="config">
<figure>${inlineSvg(map.picture(MAP_WIDTH))}</figure>
<div>${
    capabilities.length === 0
      ? markup`<p class="dim">${missingText(config.length)}</p>`
      : capabilities.map((capability) => capabilityPart(capability, areas))
  }</div>
</div>
`;
}

function missingText(size: number): string {
  return size < CONVENTIONAL_SIZE
    ? `Only ${size} bytes could be read: capabilities come behind them.`
    : "No capabilities.";
}

/** What is found in the bytes, in the words of who decoded them. */
function known(area: ConfigArea, capabilities: readonly ReportCapability[]): ConfigArea {
  const capability = capabilities.find(({ at }) => at === area.at);
  if (capability === undefined) return area;
  const { name, size = area.size, registers } = capability;
  return { ...area, name, size, ...registers === undefined ? {} : { registers } };
}

function capabilityPart({ name, at, fields }: ReportCapability, areas: readonly ConfigArea[]): Markup {
  const index = areas.findIndex((area) => area.at === at);
  const swatch = index < 0
    ? undefined
    : markup`<svg class="vfio" width="12" height="12" aria-hidden="true"><rect x="0.5" y="0.5" width="11" height="11" rx="2" class="${
      colourOf(index)
    }"/></svg>`;
  return markup`<section class="capability"><h4>${swatch}<bdi>${name}</bdi> <span class="dim mono">${
    hex(at, 2)
  }</span></h4>${factList(fields)}</section>
`;
}

function digits(id: number): string {
  return id.toString(16).padStart(4, "0");
}
