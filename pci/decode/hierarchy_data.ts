/**
 * Layouts of capabilities about a function's place among the others, each from its start.
 *
 * @see PCI Express Base Specification 6.0, sections 7.9.17, 7.9.22 and 7.9.25
 */
import type { RegisterMap } from "../../core/registers.ts";
import type { Meanings } from "./fields.ts";

/** Hierarchy ID, without the system's GUID, whose parts are in {@linkcode SYSTEM_GUID}. */
export const HIERARCHY_ID = {
  status: {
    at: 0x04,
    width: 32,
    fields: { messageRequesterId: [15, 0], writeable: 28, vfConfigurable: 29, pending: 30, valid: 31 },
  },
  data: { at: 0x08, width: 32, fields: { authorityId: [7, 0], hierarchyId: [31, 16] } },
} as const satisfies RegisterMap;

/** The GUID of the system in Hierarchy ID: 144 bits, the highest first. */
export const SYSTEM_GUID = {
  guid1: { at: 0x0c, width: 32, fields: { bits: [15, 0] } },
  guid2: { at: 0x10, width: 32 },
  guid3: { at: 0x14, width: 32 },
  guid4: { at: 0x18, width: 32 },
  guid5: { at: 0x1c, width: 32 },
} as const satisfies RegisterMap;

/** System Firmware Intermediary. */
export const SYSTEM_FIRMWARE_INTERMEDIARY = {
  capability: { at: 0x04, width: 16, access: "ro", fields: { outOfBandPresence: 0 } },
  control: {
    at: 0x06,
    width: 16,
    fields: {
      presenceMask: 0,
      linkActiveMask: 1,
      outOfBandPresenceChangedEnable: 2,
      linkActiveChangedEnable: 3,
      filter: [5, 4],
      hotPlugSurpriseSuppress: 6,
      drsMask: 7,
      drsSignalingEnable: 8,
      drsTrigger: 9,
    },
  },
  status: {
    at: 0x08,
    width: 16,
    access: "w1c",
    fields: {
      presence: 0,
      outOfBandPresence: 1,
      outOfBandPresenceChanged: 2,
      linkActive: 3,
      linkActiveChanged: 4,
      drsReceived: 5,
    },
  },
  accessAddress: { at: 0x0c, width: 32, fields: { address: [27, 0] } },
  accessData: { at: 0x10, width: 32 },
} as const satisfies RegisterMap;

/** What a downstream port keeps from what is below it. */
export const SYSTEM_FIRMWARE_INTERMEDIARY_MEANINGS = {
  control: { filter: { 0: "none", 1: "all requests", 2: "configuration requests" } },
} as const satisfies Meanings;

/** Shadow Functions; the count is one less than what there are, and each has a word from 0x0c on. */
export const SHADOW_FUNCTIONS = {
  capability: { at: 0x04, width: 32, access: "ro", fields: { last: [7, 0] } },
  control: { at: 0x08, width: 32, fields: { enable: 0 } },
} as const satisfies RegisterMap;

/** A shadow function: how far its number is from the function's own. */
export const SHADOW_FUNCTION = {
  instance: { at: 0x00, width: 32, access: "ro", fields: { offset: [15, 0] } },
} as const satisfies RegisterMap;
