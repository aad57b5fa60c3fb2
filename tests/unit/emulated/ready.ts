/** Devices opened on an emulated host, as tests of vfio-pci need them. */
import type { Backend } from "../../../core/backend.ts";
import type { Container } from "../../../core/container.ts";
import type { Device } from "../../../core/device.ts";
import { VfioError } from "../../../core/errors.ts";
import type { Group } from "../../../core/group.ts";

/** A device with all that keeps it open. Dispose closes everything. */
export interface Ready extends Disposable {
  readonly container: Container;
  readonly group: Group;
  readonly device: Device;
}

/** Opens a device: container, group, IOMMU, device. */
export function ready(backend: Backend, address: string, type: "type1" | "type1v2" = "type1v2"): Ready {
  using stack = new DisposableStack();
  const id = backend.host.find(address)?.group;
  if (id === undefined || backend.groups === undefined) throw new Error(`no ${address}`);
  const container = stack.use(backend.groups.openContainer());
  const group = stack.use(backend.groups.openGroup(id));
  group.setContainer(container);
  container.setIommu(type);
  const device = stack.use(group.openDevice(address));
  const open = stack.move();
  return { container, group, device, [Symbol.dispose]: () => open.dispose() };
}

/** Tells the errno's name that `call` fails with; "0" when it succeeds. */
export function codeOf(call: () => unknown): string {
  try {
    call();
    return "0";
  } catch (error) {
    if (error instanceof VfioError) return error.code;
    throw error;
  }
}

/** Reads a region. */
export function bytesAt(device: Device, region: number, offset: number, count: number): number[] {
  const bytes = new Uint8Array(count);
  return [...bytes.subarray(0, device.region(region).read(offset, bytes))];
}

/** Reads the hardware's config space, little-endian. */
export function hardware(backend: Backend, address: string, offset: number, bytes: number): number {
  const into = new Uint8Array(bytes);
  backend.host.readConfig(address, offset, into);
  return into.reduceRight((value, byte) => value * 256 + byte, 0);
}
