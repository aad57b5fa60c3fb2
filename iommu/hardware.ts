/** The models of IOMMUs, by kind. */
import { amdViUnit } from "./amd_vi.ts";
import type { IommuKind, IommuUnit, UnitOptions } from "./iommu_unit.ts";
import { virtioIommuUnit } from "./virtio_iommu.ts";
import { vtdUnit } from "./vtd.ts";

/** Makes an IOMMU of a kind. @throws {RangeError} for an address width that it cannot have. */
export function iommuUnit(kind: IommuKind, options: UnitOptions): IommuUnit {
  switch (kind) {
    case "vt-d":
      return vtdUnit(options);
    case "amd-vi":
      return amdViUnit(options);
    case "virtio":
      return virtioIommuUnit(options);
  }
}
