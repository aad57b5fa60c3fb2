/** Machine: a device whose descriptors C opened, and the library adopted: both work on the same ones. */
import { AddressSpace } from "@vfio/vfio";
import type { HostMemory, PciDevice } from "@vfio/vfio";
import { adoptContainer, adoptDevice, adoptGroup, linux } from "@vfio/vfio/linux";
import { checked, cString, openTwin } from "./twin.ts";
import type { Twin } from "./twin.ts";

/** A device, and what else the benchmarks need. Dispose closes it. */
export interface Machine extends Disposable {
  readonly twin: Twin;
  readonly device: PciDevice;
  readonly space: AddressSpace;
  /** The descriptors, for C. */
  readonly container: number;
  readonly file: number;
  /** BAR 0, mapped by C. */
  readonly bar: Deno.PointerValue;
  /** Makes memory, to be mapped for the device. */
  allocate(size: number, hugePages?: boolean): HostMemory;
}

/** Opens a device. @param library Path of the compiled C. */
export function openMachine(library: string, address: string): Machine {
  using stack = new DisposableStack();
  const twin = openTwin(library);
  const fds = new Int32Array(3);
  checked(twin.vfio_open(cString(groupOf(address)), cString(address), fds));
  const [containerFd = -1, groupFd = -1, deviceFd = -1] = fds;
  const bar = twin.vfio_bar(deviceFd);
  const container = stack.use(adoptContainer(containerFd));
  stack.use(adoptGroup(groupFd));
  const space = stack.use(new AddressSpace({ given: { container } }));
  const device = space.adopt(adoptDevice(deviceFd, address));
  const owned = stack.move();
  return {
    twin,
    device,
    space,
    container: containerFd,
    file: deviceFd,
    bar,
    allocate: (size, hugePages = false) => owned.use(linux().allocate(size, { hugePages })),
    [Symbol.dispose]: () => owned.dispose(),
  };
}

/** The node of a device's group. */
function groupOf(address: string): string {
  const group = linux().host.groupOf(address);
  if (group === undefined) throw new Error(`${address} has no IOMMU group`);
  return `/dev/vfio/${group}`;
}
