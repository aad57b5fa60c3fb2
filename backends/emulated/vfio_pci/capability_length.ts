/** How many bytes of the config space belong to a capability. */
import type { KernelFacts } from "../kernel_data.ts";
import type { PciSlot } from "../pci_slot.ts";
import type { CapabilityRule } from "./config_rules_data.ts";

/** A root complex's own endpoint has no link, and a shorter PCI Express capability. */
const ROOT_COMPLEX_ENDPOINT = 9;

/** Tells a standard capability's length; 0 hides it. @see Linux, drivers/vfio/pci/vfio_pci_config.c, `vfio_cap_len` */
export function capabilityLength(
  slot: PciSlot,
  id: number,
  at: number,
  rule: CapabilityRule,
  facts: KernelFacts,
): number {
  if (rule.length !== "variable") return rule.length;
  switch (id) {
    case 0x05:
      return msiLength(slot.readConfig(at + 2, 16));
    case 0x07:
      return (slot.readConfig(at + 2, 16) & 0x3000) === 0 ? 8 : 24;
    case 0x08:
      return (slot.readConfig(at + 3, 8) & 0xe0) === 0 ? 28 : 24;
    case 0x09:
      return slot.readConfig(at + 2, 8);
    case 0x10:
      return expressLength(slot.readConfig(at + 2, 16), facts);
    case 0x12:
      return (slot.readConfig(at + 4, 8) & 0x0f) === 0x0f ? 16 : 8;
    default:
      return 0;
  }
}

function msiLength(flags: number): number {
  return 10 + ((flags & 0x80) !== 0 ? 4 : 0) + ((flags & 0x100) !== 0 ? 10 : 0);
}

function expressLength(flags: number, facts: KernelFacts): number {
  const isIntegrated = ((flags >> 4) & 0xf) === ROOT_COMPLEX_ENDPOINT;
  if ((flags & 0xf) === 1) return isIntegrated ? 0x0c : 0x14;
  return isIntegrated ? 0x2c : facts.expressSize;
}

/** Tells an extended capability's length; 0 hides it. @see Linux, drivers/vfio/pci/vfio_pci_config.c, `vfio_ext_cap_len` */
export function extendedLength(slot: PciSlot, id: number, at: number, rule: CapabilityRule): number {
  if (rule.length !== "variable") return rule.length;
  switch (id) {
    case 0x02:
    case 0x08:
    case 0x09:
      return channelsLength(slot, at);
    case 0x0b:
    case 0x23:
      return slot.readConfig(at + 4, 32) >>> 20;
    case 0x0d:
      return servicesLength(slot, at);
    case 0x15:
      return 4 + 8 * ((slot.readConfig(at + 8, 8) & 0xe0) >> 5);
    case 0x16:
      return 16 + (slot.readConfig(at + 4, 8) & 0x1f) + 1;
    case 0x17:
      return hintsLength(slot.readConfig(at + 4, 32));
    default:
      return 0;
  }
}

function channelsLength(slot: PciSlot, at: number): number {
  const length = 16 + 12 * (1 + (slot.readConfig(at + 4, 32) & 7));
  const arbitration = slot.readConfig(at + 8, 32);
  const phases = (arbitration & 8) !== 0
    ? 128
    : (arbitration & 4) !== 0
    ? 64
    : (arbitration & 2) !== 0
    ? 32
    : 0;
  return phases === 0 ? length : Math.ceil(length / 16) * 16 + phases / 2;
}

function servicesLength(slot: PciSlot, at: number): number {
  if ((slot.readConfig(at + 4, 8) & 0x20) === 0) return 8;
  const bits = slot.readConfig(at + 5, 8);
  return 8 + (bits === 0 ? 256 : Math.ceil(bits / 32) * 32) / 8;
}

function hintsLength(capability: number): number {
  if ((capability & 0x600) !== 0x200) return 12;
  return 12 + 2 * ((capability & 0x07ff_0000) >>> 16) + 2;
}
