/**
 * Something to look at: pictures as SVG, and a report as one HTML file, of what the library knows.
 *
 * A view is made of plain data, gives SVG by `svg()` and text by `toString()`, and shows itself in a Jupyter notebook.
 * Nothing here reads a device.
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
export type { DeviceEntry, IommuFault, ReservedRegion } from "../core/host.ts";
export type { Iova, IovaRange } from "../core/iommu_driver.ts";
export type { Field } from "../core/register_fields.ts";
export type { RegisterAccess, RegisterDeclaration, RegisterMap, RegisterWidth } from "../core/registers.ts";
export type { Remedy } from "../core/remedies.ts";
