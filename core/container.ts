/** Container: the context that holds groups and, once a group is attached, an IOMMU. */
import type { Handle } from "./handle.ts";
import type { IommuDriver } from "./iommu_driver.ts";

/** Extensions by name; see uapi's `VFIO_TYPE1_IOMMU` and following for the numbers. */
export type ExtensionName =
  | "type1"
  | "type1v2"
  | "dma-cc"
  | "type1-nesting"
  | "noiommu"
  | "unmap-all"
  | "update-vaddr";

/** An extension to ask for: a name, or the kernel's number for one that has no name here. */
export type Extension = ExtensionName | number;

/** An IOMMU driver to choose: a name, or the kernel's number. */
export type IommuType = "type1" | "type1v2" | "noiommu" | number;

/**
 * An open /dev/vfio/vfio.
 *
 * It gives access to nothing until a group is attached: without one it tells its version and extensions only.
 * Detaching the last group ends the IOMMU driver and every mapping; the container may then be used anew.
 *
 * @see Linux, drivers/vfio/container.c; Documentation/driver-api/vfio.rst
 */
export interface Container extends Handle {
  /** Tells the version of the API: 0. @see VFIO_GET_API_VERSION */
  apiVersion(): number;
  /**
   * Tells whether an extension is there (VFIO_CHECK_EXTENSION gives more than 0).
   *
   * Before an IOMMU driver is set all loaded drivers are asked, after that the one that is set; "dma-cc" and
   * "update-vaddr" are known only to a driver that is set. Unknown extensions are `false`, never an error.
   */
  supports(extension: Extension): boolean;
  /**
   * Chooses the IOMMU driver (VFIO_SET_IOMMU) and attaches every group of the container to it.
   *
   * @returns {@linkcode iommu}, the same object at every call.
   * @throws {VfioError} `EINVAL` when no group is attached, or a driver is set already, or the number is an
   * extension that is not a driver; `ENODEV` when no loaded driver has that type; `EPERM` when the platform
   * has no interrupt remapping and `allow_unsafe_interrupts` is off; `EBUSY` or `EINVAL` when a group's
   * reserved regions or aperture do not fit.
   */
  setIommu(type: IommuType): IommuDriver;
  /** The IOMMU's side of the container. Always there: while no driver is set, its methods throw `EINVAL`. */
  readonly iommu: IommuDriver;
}
