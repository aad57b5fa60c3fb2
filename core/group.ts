/** Group: the unit of isolation, and of ownership. */
import type { Handle } from "./handle.ts";
import type { Container } from "./container.ts";
import type { Device } from "./device.ts";

/** What VFIO_GROUP_GET_STATUS tells. */
export interface GroupStatus {
  /** No device of the group is driven by a host driver that does DMA: the group may be attached. */
  readonly viable: boolean;
  /** The group is attached to a container. */
  readonly containerSet: boolean;
}

/**
 * An open /dev/vfio/N. One opener at a time in the whole system.
 *
 * @see Linux, drivers/vfio/group.c
 */
export interface Group extends Handle {
  /** The group's number. */
  readonly id: number;
  /**
   * Tells the group's state (VFIO_GROUP_GET_STATUS).
   *
   * @throws {VfioError} `ENODEV` when the group's last device has left its VFIO driver.
   */
  status(): GroupStatus;
  /**
   * Attaches the group to a container (VFIO_GROUP_SET_CONTAINER). If the container has an IOMMU driver, its
   * mappings hold for this group from here on.
   *
   * @throws {VfioError} `EBADF` when `container` is closed; `EINVAL` when the group has a container; `EPERM`
   * when the group is not viable, is a no-IOMMU group without CAP_SYS_RAWIO, or would be mixed with groups of
   * the other kind; `EBUSY` when a vaddr of the container is invalid; `EINVAL` when mappings collide with the
   * group's reserved regions or aperture; `ENODEV` when the group's devices are gone.
   */
  setContainer(container: Container): void;
  /**
   * Detaches the group from its container (VFIO_GROUP_UNSET_CONTAINER). The last group takes the IOMMU driver
   * and all mappings with it.
   *
   * @throws {VfioError} `EINVAL` when there is no container; `EBUSY` while a device of the group is open.
   */
  unsetContainer(): void;
  /**
   * Opens a device of the group (VFIO_GROUP_GET_DEVICE_FD). Opening it again gives a second handle on the same
   * state: the first open enables the device, the last close disables it.
   *
   * @param name PCI address in full, as "0000:00:04.0"; may be followed by a space and `vf_token=UUID`.
   * @throws {VfioError} `ENODEV` when the group has no such device with a VFIO driver; `EINVAL` when the group
   * has no container, its container no IOMMU driver, or the options cannot be read; `EACCES` when a VF token is
   * missing or wrong; `EPERM` for no-IOMMU without CAP_SYS_RAWIO; what the driver's open gives.
   */
  openDevice(name: string): Device;
}
