/**
 * Objects made of descriptors that were handed in: by a privileged helper, a service manager, over a socket.
 *
 * What is handed in belongs to the object from then on, which closes it. A descriptor that is not what it is taken
 * for is refused and stays the caller's.
 */
import type { Container } from "../../core/container.ts";
import type { Device } from "../../core/device.ts";
import type { VfioError } from "../../core/errors.ts";
import type { Group } from "../../core/group.ts";
import type { MemoryFile } from "../../core/memory.ts";
import { checkU32 } from "../../core/checks.ts";
import { EBADF, EINVAL } from "../../os/constants_data.ts";
import { readLink } from "../../os/files.ts";
import { adoptMemory as adopt } from "../../os/memory_file.ts";
import { hasCode, systemError } from "../../os/system_error.ts";
import { parseAddress } from "../../pci/address.ts";
import { LinuxContainer } from "./container.ts";
import { LinuxDevice } from "./device.ts";
import { groupNode } from "./facts.ts";
import { LinuxGroup } from "./group.ts";

/**
 * Makes a container of a descriptor of /dev/vfio/vfio.
 *
 * @throws {VfioError} `EBADF` when it is closed; `EINVAL` when it is something else.
 */
export function adoptContainer(fd: number): Container {
  const target = targetOf(fd);
  if (!target.endsWith("/vfio/vfio")) throw notA("a container", fd, target);
  return new LinuxContainer(fd);
}

/**
 * Makes a group of a descriptor of /dev/vfio/N.
 *
 * @throws {VfioError} `EBADF` when it is closed; `EINVAL` when it is something else.
 */
export function adoptGroup(fd: number): Group {
  const target = targetOf(fd);
  const [, noIommu, id] = /\/vfio\/(noiommu-)?(\d+)$/.exec(target) ?? [];
  if (id === undefined) throw notA("a group", fd, target);
  return new LinuxGroup(fd, Number(id), groupNode(Number(id), noIommu !== undefined));
}

/**
 * Makes a device of a descriptor that VFIO_GROUP_GET_DEVICE_FD gave.
 *
 * @param address The device's PCI address: older kernels do not tell it by the descriptor.
 * @throws {VfioError} `EBADF` when it is closed; `EINVAL` when it is something else.
 */
export function adoptDevice(fd: number, address: string): Device {
  const name = parseAddress(address);
  const target = targetOf(fd);
  if (target !== "anon_inode:[vfio-device]") throw notA("a device", fd, target);
  return new LinuxDevice(fd, name);
}

/**
 * Makes a memory file of a descriptor of a memfd or a dma-buf.
 *
 * @throws {VfioError} `EBADF` when it is closed; `EINVAL` when it is something else.
 */
export function adoptMemory(fd: number): MemoryFile {
  targetOf(fd);
  return adopt(fd);
}

function targetOf(fd: number): string {
  checkU32("fd", fd);
  try {
    return readLink(`/proc/self/fd/${fd}`);
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw systemError(EBADF, "open", `descriptor ${fd}`);
    throw error;
  }
}

function notA(what: string, fd: number, target: string): VfioError {
  return systemError(EINVAL, "open", what, { detail: `descriptor ${fd} is ${JSON.stringify(target)}` });
}
