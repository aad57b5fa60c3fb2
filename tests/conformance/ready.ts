/** Ready: a device that is open, with all that has to be open before it. */
import type { Backend, GroupDoor } from "../../core/backend.ts";
import type { Container, IommuType } from "../../core/container.ts";
import type { Device } from "../../core/device.ts";
import type { Group } from "../../core/group.ts";
import type { IommuDriver } from "../../core/iommu_driver.ts";
import type { AddressedMemory } from "../../core/memory.ts";
import type { Fixture, Slot } from "./fixture.ts";

/** Bytes of a page, as a length and as a size of addresses. */
export const PAGE = 4096;
export const P = 4096n;
/** Where cases map unless they are about the place. */
export const IOVA = 0x10_0000n;

/** The backend's groups. */
export function groupsOf(backend: Backend): GroupDoor {
  if (backend.groups === undefined) throw new Error(`The backend ${backend.name} has no groups`);
  return backend.groups;
}

/** The address of the device in that part. A case that asks must need it. */
export function addressOf(machine: Fixture, role: Slot): string {
  const address = machine.slot(role);
  if (address === undefined) {
    throw new Error(`The machine has no device as ${role}: the case does not say it needs one`);
  }
  return address;
}

/** The number of that device's group. */
export function groupOf(machine: Fixture, role: Slot): number {
  return groupAt(machine, addressOf(machine, role));
}

function groupAt(machine: Fixture, address: string): number {
  const group = machine.backend.host.find(address)?.group;
  if (group === undefined) throw new Error(`The device ${address} has no group`);
  return group;
}

/** Opens a container. */
export function openContainer(machine: Fixture, backend: Backend = machine.backend): Container {
  return groupsOf(backend).openContainer();
}

/** Opens that device's group. */
export function openGroup(machine: Fixture, role: Slot = "edu", backend: Backend = machine.backend): Group {
  return groupsOf(backend).openGroup(groupOf(machine, role));
}

/** The IOMMU driver that the machine is run with. */
export function typeOf(machine: Fixture): IommuType {
  return machine.mode === "type1" ? "type1" : "type1v2";
}

/** A container with the device's group in it, and an IOMMU driver. */
export interface Attached extends Disposable {
  readonly address: string;
  readonly container: Container;
  readonly group: Group;
  readonly iommu: IommuDriver;
}

/** A device that is open. Dispose closes device, group and container, in this order. */
export interface Ready extends Attached {
  readonly device: Device;
}

/** What to open a device with, where that is not the machine's own. */
export interface ReadyOptions {
  readonly type?: IommuType;
  readonly backend?: Backend;
}

/** Opens container and group and chooses the IOMMU driver. */
export function attach(machine: Fixture, role: Slot = "edu", options: ReadyOptions = {}): Attached {
  return attachTo(machine, addressOf(machine, role), options);
}

/** Opens container and group of a device that plays no part, and chooses the IOMMU driver. */
export function attachTo(machine: Fixture, address: string, options: ReadyOptions = {}): Attached {
  using stack = new DisposableStack();
  const backend = options.backend ?? machine.backend;
  const container = stack.use(openContainer(machine, backend));
  const group = stack.use(groupsOf(backend).openGroup(groupAt(machine, address)));
  group.setContainer(container);
  const iommu = container.setIommu(options.type ?? typeOf(machine));
  const held = stack.move();
  return {
    address,
    container,
    group,
    iommu,
    [Symbol.dispose]: () => held.dispose(),
  };
}

/** Opens a device, and what has to be open before it. */
export function ready(machine: Fixture, role: Slot = "edu", options: ReadyOptions = {}): Ready {
  using stack = new DisposableStack();
  const attached = stack.use(attach(machine, role, options));
  const device = stack.use(attached.group.openDevice(attached.address));
  const held = stack.move();
  return { ...attached, device, [Symbol.dispose]: () => held.dispose() };
}

/** Which way a device may use a mapping. */
export type Rights = "read" | "write" | "read-write";

/** Maps all of `memory` at `iova`. */
export function map(
  iommu: IommuDriver,
  iova: bigint,
  memory: AddressedMemory,
  rights: Rights = "read-write",
): void {
  iommu.map({
    iova,
    vaddr: memory.vaddr,
    size: BigInt(memory.size),
    read: rights !== "write",
    write: rights !== "read",
  });
}

/** Keeps a device on vfio-pci: dispose puts it back there when a case has taken it away. */
export function keepBound(machine: Fixture, address: string): Disposable {
  return {
    [Symbol.dispose]() {
      if (machine.backend.host.find(address)?.driver === "vfio-pci") return;
      machine.control?.driverOverride(address, "vfio-pci");
      machine.control?.driversProbe(address);
    },
  };
}

/** Takes a device from vfio-pci; nobody may have it open. */
export function unbind(machine: Fixture, address: string): void {
  const done = machine.control?.requestUnbind(address).wait(5000);
  if (done !== true) throw new Error(`The device ${address} is still held after 5 s`);
}
