/** Type1Plugin: the IOMMU driver that every PC has, in both of its versions. */
import { VfioError } from "../core/errors.ts";
import { EXTENSIONS } from "./extensions.ts";
import type { IommuHost, IommuInstance, IommuPlugin } from "./iommu_plugin.ts";
import { hasExtension, Type1 } from "./type1.ts";

/**
 * Type1 and Type1v2, as the kernel's module vfio_iommu_type1 has them.
 *
 * @see Linux, drivers/vfio/vfio_iommu_type1.c
 */
export class Type1Plugin implements IommuPlugin {
  readonly name: string = "vfio-iommu-type1";

  /** Tells whether an extension is there before an IOMMU is set: both versions, and unmapping all at once. */
  supports(extension: number, host: IommuHost): boolean {
    return hasExtension(extension, host);
  }

  /** Makes the IOMMU of a container. @throws {VfioError} `EINVAL` for a number that is no type of this driver's. */
  open(type: number, host: IommuHost): IommuInstance {
    const { type1, type1v2, "type1-nesting": nesting } = EXTENSIONS;
    if (type === type1) return new Type1(host, { type: "type1", v2: false, nesting: false });
    if (type === type1v2) return new Type1(host, { type: "type1v2", v2: true, nesting: false });
    if (type === nesting) return new Type1(host, { type, v2: true, nesting: true });
    const detail = "it is an extension, and no type of IOMMU";
    throw new VfioError({ code: "EINVAL", operation: "VFIO_SET_IOMMU", subject: `type ${type}`, detail });
  }
}
