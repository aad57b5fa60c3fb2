/**
 * Something to look at: pictures as SVG, and a report as one HTML file, of what the library knows.
 *
 * A view is made of plain data, gives SVG by `svg()` and text by `toString()`, and shows itself in a Jupyter notebook.
 * Nothing here reads a device.
 *
 * What the rest of the library gives is plain data and knows nothing of views: in a notebook the last line of a cell is
 * the view of it.
 *
 * @example Cells of a notebook
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDevice } from "@vfio/vfio";
 * import { EmulatedEdu } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 * import { ConfigMap, DISPLAY, DmaMap, groupsOf, GroupsView } from "@vfio/vfio/views";
 *
 * const backend = new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu());
 * const groups = new GroupsView(groupsOf(backend.host)); // which devices can be opened
 *
 * const bytes = new Uint8Array(256);
 * backend.host.readConfig("0000:00:04.0", 0, bytes);
 * const config = new ConfigMap({ bytes }); // what a device says of itself
 *
 * using device = openDevice("0000:00:04.0", { backend });
 * const { iova, size } = device.allocate(4096);
 * const mappings = [{ start: iova, last: iova + BigInt(size) - 1n, name: "ring" }];
 * const dma = new DmaMap({ mappings, ranges: device.space.dma.info().ranges }); // where it can do DMA
 *
 * for (const view of [groups, config, dma]) {
 *   assertEquals(Object.keys(view[DISPLAY]()), ["image/svg+xml", "text/plain"]);
 * }
 * ```
 *
 * @example What a machine's IOMMU keeps apart
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { EmulatedEdu } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 * import { groupsOf, GroupsView } from "@vfio/vfio/views";
 *
 * const host = new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu());
 * const view = new GroupsView(groupsOf(host.host)); // on hardware: linux().host
 * assertStringIncludes(`${view}`, "0000:00:04.0"); // as text
 * assertStringIncludes(view.svg(), "<svg "); // as a picture, for a file or a page
 * ```
 *
 * @module
 */
export { configAreas } from "./config_areas.ts";
export type { ConfigArea, HiddenBytes } from "./config_areas.ts";
export * from "./config_map.ts";
export * from "./dma_map.ts";
export * from "./fault_text.ts";
export * from "./group_states.ts";
export * from "./groups_view.ts";
export * from "./latency_histogram.ts";
export * from "./markup.ts";
export { redactReport } from "./redaction.ts";
export * from "./register_view.ts";
export * from "./report.ts";
export * from "./report_data.ts";
export { reportCapabilities } from "./report_capabilities.ts";
export * from "./report_facts.ts";
export { reportJson } from "./report_json.ts";
export * from "./serial_numbers.ts";
export type { Picture } from "./svg.ts";
export { formatSize, formatTime } from "./units.ts";
export * from "./view.ts";
export type { DeviceResource } from "../core/host_details.ts";
export type { DeviceEntry, IommuFault, ReservedRegion } from "../core/host.ts";
export type { Iova, IovaRange } from "../core/iommu_driver.ts";
export type { Field } from "../core/register_fields.ts";
export type { RegisterAccess, RegisterDeclaration, RegisterMap, RegisterWidth } from "../core/registers.ts";
export type { Remedy } from "../core/remedies.ts";
