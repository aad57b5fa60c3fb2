/**
 * PCI without a device at hand: addresses, names, and what a config space says, read from a device or from a dump.
 *
 * Whatever a device or a file says is bounded: nothing here hangs, or reads past the end, on a config space that is
 * truncated, gone or made up.
 *
 * @example What is this device, and which interrupts has it?
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDevice } from "@vfio/vfio";
 * import { EmulatedEdu } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 * import { CAPABILITY, capabilities, capabilityName, className, decodeMsi, findCapability } from "@vfio/vfio/pci";
 *
 * const backend = new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu());
 * using edu = openDevice("0000:00:04.0", { backend });
 * assertEquals(className(edu.config.classCode.read().code), "Unclassified device");
 *
 * const config = edu.region("config");
 * assertEquals([...capabilities(config)].map(({ id }) => capabilityName(id)), ["MSI"]);
 * const at = findCapability(config, CAPABILITY.msi) ?? 0;
 * assertEquals(decodeMsi(config, at)?.vectors, 1);
 * ```
 *
 * @example The same from a dump that somebody sent
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { registers } from "@vfio/vfio";
 * import { CONFIG_HEADER, configMemory, decodeBars, parseDump } from "@vfio/vfio/pci";
 *
 * const [dump] = parseDump(`
 * 00:04.0 Unclassified device [00ff]: Device 1234:11e8 (rev 10)
 * 00: 34 12 e8 11 03 01 10 00 10 00 ff 00 00 00 00 00
 * 10: 00 00 a0 fe 00 00 00 00 00 00 00 00 00 00 00 00
 * 20: 00 00 00 00 00 00 00 00 00 00 00 00 f4 1a 00 11
 * 30: 00 00 00 00 40 00 00 00 00 00 00 00 0b 01 00 00
 * `);
 * const { bytes } = dump!;
 * assertEquals(registers(configMemory(bytes), CONFIG_HEADER).vendorId.read(), 0x1234);
 * assertEquals(decodeBars(bytes), [
 *   { index: 0, kind: "memory32", prefetchable: false, address: 0xfea0_0000n },
 * ]);
 * ```
 *
 * @example All that a config space says, for JSON
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDevice } from "@vfio/vfio";
 * import { EmulatedEdu } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 * import { decodeConfig } from "@vfio/vfio/pci";
 *
 * const backend = new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu());
 * using edu = openDevice("0000:00:04.0", { backend });
 *
 * const config = decodeConfig(edu.region("config"));
 * assertEquals(config.header.command?.memorySpace, true);
 * for (const capability of config.capabilities) {
 *   // The kind tells which fields there are.
 *   if (capability.kind === "msi") assertEquals(capability.fields.control?.address64, true);
 * }
 * assertEquals(JSON.parse(JSON.stringify(config)), config);
 * ```
 *
 * @module
 */
export * from "./address.ts";
export * from "./bars.ts";
export * from "./bridge_header.ts";
export * from "./capabilities.ts";
export { CAPABILITY, EXTENDED_CAPABILITY } from "./capability_ids_data.ts";
export * from "./capability_names.ts";
export * from "./class_codes.ts";
export * from "./config_bytes.ts";
export * from "./decode/mod.ts";
export * from "./dump.ts";
export * from "./header.ts";
export * from "./msi.ts";
export * from "./msix.ts";
export * from "./names.ts";
export * from "./region_names.ts";
export type { Memory } from "../core/memory.ts";
export type { Field } from "../core/register_fields.ts";
export type { RegisterAccess, RegisterDeclaration, RegisterMap, RegisterWidth } from "../core/registers.ts";
