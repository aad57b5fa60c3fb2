/**
 * Layouts of the capabilities of root complexes, each from the start of the capability or of the entry.
 *
 * @see PCI Express Base Specification 6.0, sections 7.9.8 to 7.9.10 and 7.9.7
 */
import type { RegisterMap } from "../../core/registers.ts";
import type { Meanings } from "./fields.ts";

/** Root Complex Link Declaration: the element itself. */
export const LINK_DECLARATION = {
  element: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: { type: [3, 0], links: [15, 8], component: [23, 16], port: [31, 24] },
  },
} as const satisfies RegisterMap;

/** Kinds of elements. */
export const LINK_DECLARATION_MEANINGS = {
  element: { type: ["configuration space", "egress port", "internal link"] },
} as const satisfies Meanings;

/** A link to another element. */
export const DECLARED_LINK = {
  description: {
    at: 0x00,
    width: 32,
    access: "ro",
    fields: { valid: 0, type: [1, 1], associatedRcrb: 2, component: [23, 16], port: [31, 24] },
  },
  addressLower: { at: 0x08, width: 32, access: "ro" },
  addressUpper: { at: 0x0c, width: 32, access: "ro" },
} as const satisfies RegisterMap;

/** How the other element is reached. */
export const DECLARED_LINK_MEANINGS = {
  description: { type: ["memory-mapped", "configuration space"] },
} as const satisfies Meanings;

/** Root Complex Internal Link Control. */
export const INTERNAL_LINK = {
  capabilities: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      maxSpeed: [3, 0],
      maxWidth: [9, 4],
      aspm: [11, 10],
      l0sExitLatency: [14, 12],
      l1ExitLatency: [17, 15],
    },
  },
  control: { at: 0x08, width: 16, fields: { aspm: [1, 0], extendedSynch: 7 } },
  status: { at: 0x0a, width: 16, access: "ro", fields: { speed: [3, 0], width: [9, 4] } },
} as const satisfies RegisterMap;

/** Root Complex Event Collector Endpoint Association: endpoints on its own bus. */
export const EVENT_COLLECTOR = {
  devices: { at: 0x04, width: 32, access: "ro" },
} as const satisfies RegisterMap;

/** Root Complex Event Collector Endpoint Association: other buses, from version 2 on. None while `next` is the greater. */
export const EVENT_COLLECTOR_2 = {
  buses: { at: 0x08, width: 32, access: "ro", fields: { next: [15, 8], last: [23, 16] } },
} as const satisfies RegisterMap;

/** Root Complex Register Block. */
export const REGISTER_BLOCK = {
  vendorId: { at: 0x04, width: 16, access: "ro" },
  deviceId: { at: 0x06, width: 16, access: "ro" },
  capabilities: { at: 0x08, width: 32, access: "ro", fields: { crsSoftwareVisibility: 0 } },
  control: { at: 0x0c, width: 32, fields: { crsSoftwareVisibility: 0 } },
} as const satisfies RegisterMap;
