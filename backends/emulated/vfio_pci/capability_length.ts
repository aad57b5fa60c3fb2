/** How many bytes of the config space belong to a capability. */
import { CAPABILITY, EXTENDED_CAPABILITY } from "../../../pci/capability_ids_data.ts";
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
    case CAPABILITY.msi:
      return msiLength(slot.readConfig(at + 2, 16));
    case CAPABILITY.pciX:
      return (slot.readConfig(at + 2, 16) & 0x3000) === 0 ? 8 : 24;
    case CAPABILITY.hyperTransport:
      return (slot.readConfig(at + 3, 8) & 0xe0) === 0 ? 28 : 24;
    case CAPABILITY.vendorSpecific:
      return slot.readConfig(at + 2, 8);
    case CAPABILITY.pciExpress:
      return expressLength(slot.readConfig(at + 2, 16), facts);
    case CAPABILITY.sata:
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
    case EXTENDED_CAPABILITY.virtualChannel:
    case EXTENDED_CAPABILITY.multiFunctionVirtualChannel:
    case EXTENDED_CAPABILITY.virtualChannelWithMultiFunction:
      return channelsLength(slot, at);
    case EXTENDED_CAPABILITY.vendorSpecific:
    case EXTENDED_CAPABILITY.designatedVendorSpecific:
      return slot.readConfig(at + 4, 32) >>> 20;
    case EXTENDED_CAPABILITY.accessControlServices:
      return servicesLength(slot, at);
    case EXTENDED_CAPABILITY.resizableBar:
      return 4 + 8 * ((slot.readConfig(at + 8, 8) & 0xe0) >> 5);
    case EXTENDED_CAPABILITY.dynamicPowerAllocation:
      return 16 + (slot.readConfig(at + 4, 8) & 0x1f) + 1;
    case EXTENDED_CAPABILITY.tphRequester:
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
