/** Where kernels differ. */
import type { KernelVersion } from "../../iommu/iommu_unit.ts";

/** What one kernel does. Each fact names the change in the kernel that made it so, where it is known. */
export interface KernelFacts {
  /** What SET_CONTAINER gives for a descriptor that is no container. */
  readonly notAContainer: "EINVAL" | "EBADFD";
  /** GET_DEVICE_FD still works while an unbind waits for the device. */
  readonly opensWhileUnbinding: boolean;
  /** pread and pwrite make accesses of 64 bits. */
  readonly wideAccess: boolean;
  /** ioeventfds of 8 bytes. */
  readonly wideIoeventfd: boolean;
  /** MSI-X vectors can be added while MSI-X is enabled, where the platform can do it. */
  readonly dynamicMsix: boolean;
  /** DVSEC is shown, and written raw. */
  readonly dvsec: boolean;
  /** Bytes of a PCI Express capability of version 2 that belong to it. */
  readonly expressSize: number;
  /** The highest id of an extended capability the kernel knows. */
  readonly lastExtendedCapability: number;
  /** mmap with PROT_EXEC. */
  readonly executableMappings: boolean;
  /** Hot reset checks the count of groups before it checks whether there is a reset. */
  readonly hotResetCountFirst: boolean;
  /** What PROBE of the device features dma-buf (11) and precopy-info (12) gives. */
  readonly features: Readonly<Record<number, "ENOTTY" | "EINVAL" | "get">>;
}

/** The facts of each kernel. */
export const KERNELS: Readonly<Record<KernelVersion, KernelFacts>> = {
  "6.1": {
    notAContainer: "EINVAL",
    opensWhileUnbinding: true,
    wideAccess: false,
    wideIoeventfd: true,
    dynamicMsix: false,
    dvsec: false,
    expressSize: 0x32,
    lastExtendedCapability: 0x2e,
    executableMappings: true,
    hotResetCountFirst: false,
    features: { 11: "ENOTTY", 12: "ENOTTY" },
  },
  "6.12": {
    notAContainer: "EBADFD",
    opensWhileUnbinding: false,
    wideAccess: true,
    wideIoeventfd: true,
    dynamicMsix: true,
    dvsec: true,
    expressSize: 0x34,
    lastExtendedCapability: 0x2e,
    executableMappings: true,
    hotResetCountFirst: true,
    features: { 11: "ENOTTY", 12: "ENOTTY" },
  },
  "7.2": {
    notAContainer: "EBADFD",
    opensWhileUnbinding: false,
    wideAccess: true,
    wideIoeventfd: false,
    dynamicMsix: true,
    dvsec: true,
    expressSize: 0x34,
    lastExtendedCapability: 0x31,
    executableMappings: false,
    hotResetCountFirst: true,
    features: { 11: "get", 12: "EINVAL" },
  },
};
