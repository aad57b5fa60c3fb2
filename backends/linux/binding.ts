/**
 * Drivers taking devices and giving them back, by driver_override: it names one driver for one device, where new_id
 * would give a driver every device of that kind.
 *
 * @see Linux, Documentation/ABI/testing/sysfs-bus-pci; drivers/base/bus.c
 */
import type { Binding } from "../../core/host.ts";
import { VfioError } from "../../core/errors.ts";
import type { ErrorCode, VfioErrorOptions } from "../../core/errors.ts";
import { readText, writeText } from "../../os/files.ts";
import { hasCode } from "../../os/system_error.ts";
import { groupNode } from "./facts.ts";
import { PhysicalDevice } from "./physical_device.ts";
import { devicePath, driverOf, exists, groupOf, isBridge, isNoIommu } from "./sysfs.ts";

const BUS = "/sys/bus/pci";
/** What the kernel shows for no override. */
const NO_OVERRIDE = "(null)";

type Operation = "bind" | "unbind";

/** What a device had before it was given away. */
interface Before {
  readonly driver: string | undefined;
  readonly override: string;
}

/** Gives a device to a driver, or leaves everything as it was. @param address From the parser, as `driver` is. */
export function bind(address: string, driver: string): Binding {
  checkDevice(address, "bind");
  if (!exists(`${BUS}/drivers/${driver}`)) {
    throw refusal("ENOENT", "bind", address, `there is no driver ${driver}`, () => ({ driver }));
  }
  const before = { driver: driverOf(address), override: overrideOf(address) };
  if (before.driver !== driver) {
    checkUnused(address, "bind");
    try {
      setOverride(address, driver, "bind");
      release(address, "bind");
      const cause = probe(address, "bind");
      verify(address, driver, cause);
    } catch (error) {
      rollBack(address, before);
      throw error;
    }
  }
  return new HostBinding(address, driver, before);
}

/** Takes a device from its driver, and lets the kernel look for one that takes it without being told. */
export function unbind(address: string): void {
  checkDevice(address, "unbind");
  checkUnused(address, "unbind");
  release(address, "unbind");
  setOverride(address, "", "unbind");
  probe(address, "unbind");
}

class HostBinding implements Binding {
  readonly address: string;
  readonly driver: string;
  readonly previous: string | undefined;
  #before: Before | undefined;

  constructor(address: string, driver: string, before: Before) {
    this.address = address;
    this.driver = driver;
    this.previous = before.driver;
    this.#before = before;
  }

  [Symbol.dispose](): void {
    const before = this.#before;
    if (before === undefined || before.driver === this.driver) return;
    checkUnused(this.address, "unbind");
    giveBack(this.address, before);
    this.#before = undefined;
  }
}

function giveBack(address: string, before: Before): void {
  if (driverOf(address) !== before.driver) release(address, "unbind");
  if (overrideOf(address) !== before.override) setOverride(address, before.override, "unbind");
  if (before.driver === undefined || driverOf(address) === before.driver) return;
  write(`${BUS}/drivers/${before.driver}/bind`, address, address, "unbind");
  verify(address, before.driver);
}

/** The first error tells more than one of the way back. */
function rollBack(address: string, before: Before): void {
  try {
    giveBack(address, before);
  } catch (error) {
    if (!(error instanceof VfioError)) throw error;
  }
}

function checkDevice(address: string, operation: Operation): void {
  if (!exists(devicePath(address))) throw refusal("ENODEV", operation, address, "there is no such device");
}

/** The kernel waits until the device is closed: here that would be for ever. */
function checkUnused(address: string, operation: Operation): void {
  if (!PhysicalDevice.isHeld(address)) return;
  throw refusal("EBUSY", operation, address, "it is open in this process", () => ({ opened: address }));
}

/** The driver that driver_override names; "" for none. */
export function overrideOf(address: string): string {
  const text = readText(`${devicePath(address)}/driver_override`).trim();
  return text === NO_OVERRIDE ? "" : text;
}

function setOverride(address: string, driver: string, operation: Operation): void {
  write(`${devicePath(address)}/driver_override`, `${driver}\n`, address, operation);
}

function release(address: string, operation: Operation): void {
  if (driverOf(address) === undefined) return;
  write(`${devicePath(address)}/driver/unbind`, address, address, operation);
}

/** Lets the kernel look for a driver. @returns Why it did not like the one it found: older kernels do not say. */
function probe(address: string, operation: Operation): VfioError | undefined {
  try {
    write(`${BUS}/drivers_probe`, address, address, operation);
    return undefined;
  } catch (error) {
    if (hasCode(error, "EINVAL", "EBUSY", "ENODEV")) return error;
    throw error;
  }
}

/** Looks whether the driver took the device, and VFIO made the group's node. */
function verify(address: string, driver: string, cause?: VfioError): void {
  const facts = () => ({
    address,
    driver,
    ...(groupOf(address) === undefined ? { noGroup: "yes" } : {}),
    ...(isBridge(address) ? { bridge: "yes" } : {}),
  });
  if (driverOf(address) !== driver) {
    throw refusal("ENODEV", "bind", address, `the driver ${driver} did not take it`, facts, cause);
  }
  const group = groupOf(address);
  if (driver !== "vfio-pci" || group === undefined) return;
  const node = groupNode(group, isNoIommu(group));
  if (!exists(node)) throw refusal("ENODEV", "bind", address, `${node} did not appear`, facts);
}

function write(path: string, text: string, address: string, operation: Operation): void {
  try {
    writeText(path, text);
  } catch (error) {
    if (!(error instanceof VfioError)) throw error;
    throw refusal(error.code, operation, address, path, undefined, error);
  }
}

function refusal(
  code: ErrorCode,
  operation: Operation,
  subject: string,
  detail: string,
  facts?: VfioErrorOptions["facts"],
  cause?: VfioError,
): VfioError {
  return new VfioError({
    code,
    operation,
    subject,
    detail,
    cause,
    ...(facts === undefined ? {} : { facts }),
  });
}
