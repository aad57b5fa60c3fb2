/** LinuxGroup: /dev/vfio/N. */
import type { Container } from "../../core/container.ts";
import type { Device } from "../../core/device.ts";
import type { Group, GroupStatus } from "../../core/group.ts";
import { O_RDWR } from "../../os/constants_data.ts";
import { Descriptor, descriptorOf } from "../../os/descriptor.ts";
import { openFile } from "../../os/files.ts";
import { cString } from "../../os/libc.ts";
import {
  VFIO_GROUP_FLAGS_CONTAINER_SET,
  VFIO_GROUP_FLAGS_VIABLE,
  vfio_group_status,
} from "../../uapi/vfio.ts";
import { LinuxDevice } from "./device.ts";
import { attachFacts, groupFacts, groupNode } from "./facts.ts";
import { ioctl } from "./ioctl.ts";

/** An open group. */
export class LinuxGroup extends Descriptor implements Group {
  readonly id: number;

  /** Owns `fd`, which is `node`, from here on. */
  constructor(fd: number, id: number, node: string) {
    super(fd, node);
    this.id = id;
  }

  /** Opens a group's node. */
  static open(id: number, noIommu: boolean): LinuxGroup {
    const node = groupNode(id, noIommu);
    const facts = () => groupFacts(id, node);
    return new LinuxGroup(openFile(node, O_RDWR, { facts }), id, node);
  }

  /** Tells whether the group is viable and has a container. */
  status(): GroupStatus {
    const bytes = vfio_group_status.encode({ argsz: vfio_group_status.size });
    ioctl(this.fd, "VFIO_GROUP_GET_STATUS", bytes, this.subject);
    const { flags } = vfio_group_status.decode(bytes);
    return {
      viable: (flags & VFIO_GROUP_FLAGS_VIABLE) !== 0,
      containerSet: (flags & VFIO_GROUP_FLAGS_CONTAINER_SET) !== 0,
    };
  }

  /** Attaches the group to a container. */
  setContainer(container: Container): void {
    const pointer = new Uint8Array(Int32Array.of(descriptorOf(container)).buffer);
    const facts = () => attachFacts(this.id, this.subject);
    ioctl(this.fd, "VFIO_GROUP_SET_CONTAINER", pointer, this.subject, { facts });
  }

  /** Detaches the group from its container. */
  unsetContainer(): void {
    ioctl(this.fd, "VFIO_GROUP_UNSET_CONTAINER", 0n, this.subject);
  }

  /** Opens a device of the group. */
  openDevice(name: string): Device {
    const facts = () => groupFacts(this.id, this.subject);
    const fd = ioctl(this.fd, "VFIO_GROUP_GET_DEVICE_FD", cString(name), name, { facts });
    // Options follow the address.
    const [address = name] = name.split(" ");
    return new LinuxDevice(fd, address);
  }
}
