/**
 * Steps: which files of sysfs are written to give a device from one driver to another. By driver_override, which names
 * one driver for one device; new_id would give a driver every device of that kind.
 *
 * @see Linux, Documentation/ABI/testing/sysfs-bus-pci; drivers/base/bus.c
 */

/** One write to a file of sysfs. */
export interface DriverStep {
  /** Which file: "/sys/bus/pci/drivers_probe". */
  readonly path: string;
  /** What is written, in one go. */
  readonly text: string;
}

const BUS = "/sys/bus/pci";

/** Where the driver is named that may have a device. @param address As the parser gives it. */
export function overrideStep(address: string, driver: string): DriverStep {
  return { path: `${BUS}/devices/${address}/driver_override`, text: `${driver}\n` };
}

/**
 * Lists what gives a device to a driver.
 *
 * The kernel's driver is named before the old one lets go, so that nobody else takes the device in between.
 *
 * @param address As the parser gives it.
 * @param from The driver that has it; undefined: none.
 * @param to The driver that is to have it; undefined: the one that the kernel finds.
 * @param keep Leaves driver_override as it is then: else it is cleared at the end.
 */
export function driverSteps(
  address: string,
  from: string | undefined,
  to: string | undefined,
  keep: boolean,
): DriverStep[] {
  return [
    overrideStep(address, to ?? ""),
    ...(from === undefined ? [] : [{ path: `${BUS}/devices/${address}/driver/unbind`, text: address }]),
    { path: `${BUS}/drivers_probe`, text: address },
    ...(to === undefined || keep ? [] : [overrideStep(address, "")]),
  ];
}
