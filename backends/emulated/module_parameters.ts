/** Parameters of the kernel's modules. */

/**
 * The parameters that VFIO goes by, named as on the kernel's command line. An administrator changes them under
 * /sys/module: {@linkcode Sysfs.writeParameter}.
 */
export interface ModuleParameters {
  /** Devices that no IOMMU is in front of can be used, without protection. @default false */
  readonly "vfio.enable_unsafe_noiommu_mode": boolean;
  /** Devices can be used although their interrupts are not remapped. @default false */
  readonly "vfio_iommu_type1.allow_unsafe_interrupts": boolean;
  /** Mappings of one container; it holds for containers that get their IOMMU from then on. @default 65535 */
  readonly "vfio_iommu_type1.dma_entry_limit": number;
  /** vfio-pci makes virtual functions. @default false */
  readonly "vfio_pci.enable_sriov": boolean;
}

/** What they are unless somebody says otherwise. */
export const PARAMETERS: ModuleParameters = {
  "vfio.enable_unsafe_noiommu_mode": false,
  "vfio_iommu_type1.allow_unsafe_interrupts": false,
  "vfio_iommu_type1.dma_entry_limit": 65535,
  "vfio_pci.enable_sriov": false,
};
