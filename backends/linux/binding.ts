/** Drivers taking devices and giving them back: the steps are done, looked at, and undone when one fails. */
import { isVfioDriver } from "../../core/dma_drivers.ts";
import { driverSteps, overrideStep } from "../../core/driver_steps.ts";
import type { DriverStep } from "../../core/driver_steps.ts";
import type { Binding } from "../../core/host.ts";
import { VfioError } from "../../core/errors.ts";
import type { ErrorCode, VfioErrorOptions } from "../../core/errors.ts";
import { exists, fileStatus, readText, writeText } from "../../os/files.ts";
import type { FileStatus } from "../../os/files.ts";
import { giveFile, setMode } from "../../os/own_files.ts";
import { hasCode } from "../../os/system_error.ts";
import { writePatiently } from "../../os/patient_write.ts";
import { groupNode, holdersOf } from "./facts.ts";
import { PhysicalDevice } from "./physical_device.ts";
import { devicePath, driverOf, groupOf, ifThere, isBridge, isNoIommu } from "./sysfs.ts";

const DRIVERS = "/sys/bus/pci/drivers";
/** The kernel asks for a device every 10 s, the first time at once. */
const RELEASE_MS = 5000;
/** What the kernel shows for no override. */
const NO_OVERRIDE = "(null)";

type Operation = "bind" | "unbind";

/** What a device had before it was given away. */
interface Before {
  readonly driver: string | undefined;
  readonly override: string;
  /** The group's node, which vfio-pci makes for root. */
  readonly node: { readonly path: string; readonly status: FileStatus } | undefined;
}

/** Gives a device to a driver, or leaves everything as it was. @param address From the parser, as `driver` is. */
export function bind(address: string, driver: string): Binding {
  checkDevice(address, "bind");
  checkDriver(address, driver, "bind");
  const before = stateOf(address);
  if (before.driver !== driver) {
    checkUnused(address, "bind");
    move(address, before, driver, "bind");
  }
  return new HostBinding(address, driver, before);
}

/** Takes a device from its driver, and lets another one have it. @param to undefined: the one that the kernel finds. */
export function unbind(address: string, to?: string): void {
  checkDevice(address, "unbind");
  if (to !== undefined) checkDriver(address, to, "unbind");
  checkUnused(address, "unbind");
  const before = stateOf(address);
  if (to !== undefined && before.driver === to) clearOverride(address, before);
  else move(address, before, to, "unbind");
}

/** Does the steps; after one that fails, everything is as before. */
function move(address: string, before: Before, to: string | undefined, operation: Operation): void {
  try {
    const cause = run(driverSteps(address, before.driver, to, operation === "bind"), address, operation);
    if (to !== undefined) verify(address, to, operation, cause);
  } catch (error) {
    // What waits has the device's lock: nothing can be done with it until then.
    if (!hasCode(error, "ETIMEDOUT")) rollBack(address, before);
    throw error;
  }
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
  const { driver, override, node } = before;
  if (driverOf(address) !== driver) {
    const steps = driverSteps(address, driverOf(address), driver, true);
    // A device without a driver had none that the kernel finds.
    run(driver === undefined ? steps.slice(0, -1) : steps, address, "unbind");
    if (driver !== undefined) verify(address, driver, "unbind");
  }
  if (overrideOf(address) !== override) write(overrideStep(address, override), address, "unbind");
  if (node === undefined || !exists(node.path)) return;
  giveFile(node.path, node.status.owner, node.status.group);
  setMode(node.path, node.status.mode);
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

function checkDriver(address: string, driver: string, operation: Operation): void {
  if (exists(`${DRIVERS}/${driver}`)) return;
  throw refusal("ENOENT", operation, address, `there is no driver ${driver}`, () => ({ driver }));
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

function stateOf(address: string): Before {
  const group = groupOf(address);
  const path = group === undefined ? undefined : groupNode(group, isNoIommu(group));
  const status = path === undefined ? undefined : ifThere(() => fileStatus(path));
  return {
    driver: driverOf(address),
    override: overrideOf(address),
    node: path === undefined || status === undefined ? undefined : { path, status },
  };
}

function clearOverride(address: string, { override }: Before): void {
  if (override !== "") write(overrideStep(address, ""), address, "unbind");
}

/** @returns Why the kernel did not like the driver that it found: older kernels do not say. */
function run(steps: readonly DriverStep[], address: string, operation: Operation): VfioError | undefined {
  let cause: VfioError | undefined;
  for (const step of steps) {
    try {
      write(step, address, operation);
    } catch (error) {
      if (!step.path.endsWith("/drivers_probe") || !hasCode(error, "EINVAL", "EBUSY", "ENODEV")) throw error;
      cause = error;
    }
  }
  return cause;
}

/** Looks whether the driver took the device, and VFIO made the group's node. */
function verify(address: string, driver: string, operation: Operation, cause?: VfioError): void {
  const facts = () => ({
    address,
    driver,
    ...(groupOf(address) === undefined ? { noGroup: "yes" } : {}),
    ...(isBridge(address) ? { bridge: "yes" } : {}),
  });
  if (driverOf(address) !== driver) {
    throw refusal("ENODEV", operation, address, `the driver ${driver} did not take it`, facts, cause);
  }
  const group = groupOf(address);
  if (driver !== "vfio-pci" || group === undefined) return;
  const node = groupNode(group, isNoIommu(group));
  if (!exists(node)) throw refusal("ENODEV", operation, address, `${node} did not appear`, facts);
}

function write({ path, text }: DriverStep, address: string, operation: Operation): void {
  let isDone = true;
  try {
    if (isVfioRelease(path, address)) isDone = release(path, text);
    else writeText(path, text);
  } catch (error) {
    if (!(error instanceof VfioError)) throw error;
    throw refusal(error.code, operation, address, path, undefined, error);
  }
  if (!isDone) throw stillOpen(address, operation);
}

/** VFIO's drivers let go when the last process has closed the device. */
function isVfioRelease(path: string, address: string): boolean {
  return path.endsWith("/driver/unbind") && isVfioDriver(driverOf(address));
}

/** @returns false: the kernel waits. */
function release(path: string, text: string): boolean {
  const outcome = writePatiently(path, text, RELEASE_MS);
  if (outcome === "failed") writeText(path, text);
  return outcome !== "waiting";
}

function stillOpen(address: string, operation: Operation): VfioError {
  const group = groupOf(address);
  const node = group === undefined ? undefined : groupNode(group, isNoIommu(group));
  const holders = node === undefined ? [] : holdersOf(node).map(({ pid, command }) => `${pid} (${command})`);
  const who = holders.length === 0 ? "a process" : holders.join(", ");
  const facts = () => ({ explained: "yes", ...(node === undefined ? {} : { node }) });
  return refusal(
    "ETIMEDOUT",
    operation,
    address,
    `${who} has it open; the kernel takes it at the last close`,
    facts,
  );
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
