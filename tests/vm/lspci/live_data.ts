/** What a live device's lspci and VFIO say that is not in its config space as sysfs shows it. */
import type { Difference } from "./differences_data.ts";

const KERNEL = "the kernel tells it, beside the config space";
const SIZE = "the kernel knows how long a BAR is: it has asked the device";

/** What lspci prints of a device that it does not read from the config space. */
export const FROM_THE_KERNEL: readonly Difference[] = [
  { kind: "header", label: "IOMMU group", pattern: "(rest)", why: KERNEL },
  { kind: "header", label: "Physical Slot", pattern: "(rest)", why: KERNEL },
  { kind: "header", label: "Region #", pattern: "=", theirs: /\[size=/, why: SIZE },
  { kind: "header", label: "", pattern: "Expansion ROM at ***", theirs: /\[size=/, why: SIZE },
  {
    kind: "header",
    label: "Interrupt",
    pattern: "routed to IRQ *",
    why: "the line that the kernel uses is another than firmware wrote down",
  },
  {
    kind: "header",
    label: "Prefetchable memory behind bridge",
    pattern: "=",
    why: "the kernel's window, which has no width; the register's has",
  },
];

/**
 * Fields that VFIO keeps for the driver, by who owns them and their names, and what the device has meanwhile.
 *
 * @see Linux, drivers/vfio/pci/vfio_pci_config.c
 */
export const VIRTUALISED: ReadonlyMap<string, string> = new Map([
  [
    "header: interruptLine",
    "a note for the driver: the kernel has its own route, and the device takes no notice",
  ],
  [
    "bar0: address",
    "the kernel answers the question for the size; the device keeps the address that was given out",
  ],
  ["expansion ROM: address", "as with a BAR"],
  [
    "MSI: address",
    "messages go where the kernel has its interrupt, and only once interrupts are switched on",
  ],
  [
    "PCI Express: deviceControl.maxPayload",
    "all on the way to the device have to agree: the kernel keeps it",
  ],
]);
