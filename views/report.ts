/** A report: all that helps somebody else to see what is wrong, as one file. */
import { DmaMap } from "./dma_map.ts";
import { lookOf } from "./group_looks.ts";
import { summariseGroups } from "./group_states.ts";
import type { GroupSummary } from "./group_states.ts";
import { GroupsView } from "./groups_view.ts";
import { markup } from "./markup.ts";
import type { Insertion, Markup } from "./markup.ts";
import { prepareReport } from "./redaction.ts";
import type { ReportData, ReportDevice, ReportFact, ReportFault, ReportOptions } from "./report_data.ts";
import { deviceSection, idOf, nameOf } from "./report_device.ts";
import { checkList, factList, figure, pill } from "./report_parts.ts";
import { REPORT_STYLE } from "./report_style_data.ts";
import { SVG_STYLE } from "./svg_style_data.ts";
import { hex } from "./units.ts";

const DEVICE_FIGURE = 560;

/**
 * Writes a report as one HTML file, serial numbers taken out ({@linkcode redactReport}) unless they are to stay.
 *
 * Guarantees: whatever the data say, the file runs nothing and fetches nothing, and says so to the browser; it is
 * well-formed XML, too.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { EmulatedEdu } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 * import { groupsOf, reportHtml } from "@vfio/vfio/views";
 *
 * const { host } = new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu());
 * const devices = host.list().map((entry) => {
 *   const config = new Uint8Array(4096);
 *   return { entry, config: config.subarray(0, host.readConfig(entry.address, 0, config)) };
 * });
 * const html = reportHtml({ ...groupsOf(host), machine: [{ name: "Kernel", value: "7.2" }], devices });
 * assertStringIncludes(html, "0000:00:04.0");
 * ```
 */
export function reportHtml(data: ReportData, options: ReportOptions = {}): string {
  const told = prepareReport(data, options);
  const {
    title = "VFIO report",
    created,
    machine,
    checks = [],
    devices,
    faults = [],
    dma = [],
    latencies = [],
  } = told;
  const groups = summariseGroups({ ...told, devices: devices.map(({ entry }) => entry) });
  return page(title, [
    markup`<header><h1><bdi>${title}</bdi></h1>${
      created === undefined ? undefined : markup`<p class="dim">${created}</p>`
    }</header>\n`,
    part("Machine", factList(machine)),
    part("Checks", checkList(checks)),
    part("Devices", deviceTable(devices, groups)),
    part("IOMMU groups", devices.length === 0 ? undefined : figure(groupsView(told))),
    part("Blocked DMA", factList(faults.map(faultFact))),
    part("DMA address spaces", figures(dma.map((layout) => figure(new DmaMap(layout), DEVICE_FIGURE)))),
    part("Measurements", figures(latencies.map((histogram) => figure(histogram)))),
    devices.map((device, index) => deviceSection(device, index, groupOf(device, groups))),
    markup`<footer>${
      options.keepSerials === true ? "Serial numbers are in it." : "Serial numbers are taken out."
    } This file runs nothing and fetches nothing.</footer>\n`,
  ]);
}

function faultFact({ seconds, address, iova, write, reason }: ReportFault): ReportFact {
  return {
    name: `${seconds.toFixed(6)} s`,
    value: `${address} wanted to ${write ? "write" : "read"} ${hex(iova)}: ${reason}`,
  };
}

function page(title: string, content: Insertion): string {
  return String(markup`<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>${title}</title>
${REPORT_STYLE}
${SVG_STYLE}
</head>
<body>
${content}</body>
</html>
`);
}

/** A section with a heading; nothing without content. */
function part(heading: string, content: Markup | undefined): Markup | undefined {
  return content === undefined ? undefined : markup`<section>\n<h2>${heading}</h2>\n${content}</section>\n`;
}

function figures(drawings: readonly Markup[]): Markup | undefined {
  return drawings.length === 0 ? undefined : markup`<div class="figures">\n${drawings}</div>\n`;
}

function deviceTable(devices: readonly ReportDevice[], groups: readonly GroupSummary[]): Markup {
  if (devices.length === 0) return markup`<p class="dim">No devices.</p>\n`;
  const heads = ["Device", "ID", "Name", "Driver", "Group", "State"].map((text) =>
    markup`<th scope="col">${text}</th>`
  );
  const rows = devices.map((device, index) => {
    const { entry } = device;
    const group = groupOf(device, groups);
    const state = group === undefined ? undefined : pill(lookOf(group.state));
    return markup`<tr><td class="mono" data-label="Device"><a href="#device-${index}">${entry.address}</a></td><td class="mono" data-label="ID">${
      idOf(entry)
    }</td><td data-label="Name"><bdi>${nameOf(device)}</bdi></td><td data-label="Driver"><bdi>${
      entry.driver ?? "none"
    }</bdi></td><td data-label="Group">${
      entry.group ?? "none"
    }</td><td data-label="State"><span>${state}</span></td></tr>\n`;
  });
  return markup`<table>\n<thead><tr>${heads}</tr></thead>\n<tbody>\n${rows}</tbody>\n</table>\n`;
}

function groupsView(data: ReportData): GroupsView {
  const names = new Map(data.devices.map((device) => [device.entry.address, nameOf(device)]));
  return new GroupsView({ ...data, devices: data.devices.map(({ entry }) => entry), names });
}

function groupOf({ entry }: ReportDevice, groups: readonly GroupSummary[]): GroupSummary | undefined {
  return groups.find(({ devices }) => devices.includes(entry));
}
