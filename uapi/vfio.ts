/**
 * linux/vfio.h: ioctls, flags and structs, with the kernel's names and in its order.
 *
 * It is the header of Linux 7.2, without what only s390, POWER and mediated displays have. Structs that end in an array
 * are their fixed part: what follows begins at their size. Tests compare all of it with the compiler's view of the header.
 *
 * @see Linux, include/uapi/linux/vfio.h
 */
import { s32, struct, u16, u32, u64, u8 } from "../core/struct.ts";

export const VFIO_API_VERSION = 0;

/* Extensions: what VFIO_CHECK_EXTENSION asks for; some of them name an IOMMU for VFIO_SET_IOMMU. */
export const VFIO_TYPE1_IOMMU = 1;
export const VFIO_SPAPR_TCE_IOMMU = 2;
export const VFIO_TYPE1v2_IOMMU = 3;
export const VFIO_DMA_CC_IOMMU = 4;
export const VFIO_EEH = 5;
/** Reserved since its removal: 7.2 calls it `__VFIO_RESERVED_TYPE1_NESTING_IOMMU`. */
export const VFIO_TYPE1_NESTING_IOMMU = 6;
export const VFIO_SPAPR_TCE_v2_IOMMU = 7;
export const VFIO_NOIOMMU_IOMMU = 8;
export const VFIO_UNMAP_ALL = 9;
export const VFIO_UPDATE_VADDR = 10;

/** Heads each capability; `next` counts from the start of the info struct, 0 ends the chain. */
export const vfio_info_cap_header = struct("vfio_info_cap_header", { id: u16, version: u16, next: u32 });

/* Ioctls of the container. */
export const VFIO_GET_API_VERSION = 0x3b64;
export const VFIO_CHECK_EXTENSION = 0x3b65;
export const VFIO_SET_IOMMU = 0x3b66;

/* Ioctls of a group. */
export const VFIO_GROUP_GET_STATUS = 0x3b67;
/** What VFIO_GROUP_GET_STATUS fills. */
export const vfio_group_status = struct("vfio_group_status", { argsz: u32, flags: u32 });
export const VFIO_GROUP_FLAGS_VIABLE = 0x1;
export const VFIO_GROUP_FLAGS_CONTAINER_SET = 0x2;
export const VFIO_GROUP_SET_CONTAINER = 0x3b68;
export const VFIO_GROUP_UNSET_CONTAINER = 0x3b69;
export const VFIO_GROUP_GET_DEVICE_FD = 0x3b6a;

/* Ioctls of a device. */
export const VFIO_DEVICE_GET_INFO = 0x3b6b;
/** What VFIO_DEVICE_GET_INFO fills; Linux 6.1 has no `pad`. */
export const vfio_device_info = struct("vfio_device_info", {
  argsz: u32,
  flags: u32,
  num_regions: u32,
  num_irqs: u32,
  cap_offset: u32,
  pad: u32,
});
export const VFIO_DEVICE_FLAGS_RESET = 0x1;
export const VFIO_DEVICE_FLAGS_PCI = 0x2;
export const VFIO_DEVICE_FLAGS_PLATFORM = 0x4;
export const VFIO_DEVICE_FLAGS_AMBA = 0x8;
export const VFIO_DEVICE_FLAGS_CCW = 0x10;
export const VFIO_DEVICE_FLAGS_AP = 0x20;
export const VFIO_DEVICE_FLAGS_FSL_MC = 0x40;
export const VFIO_DEVICE_FLAGS_CAPS = 0x80;
export const VFIO_DEVICE_FLAGS_CDX = 0x100;

export const VFIO_DEVICE_INFO_CAP_ZPCI_BASE = 1;
export const VFIO_DEVICE_INFO_CAP_ZPCI_GROUP = 2;
export const VFIO_DEVICE_INFO_CAP_ZPCI_UTIL = 3;
export const VFIO_DEVICE_INFO_CAP_ZPCI_PFIP = 4;
export const VFIO_DEVICE_INFO_CAP_PCI_ATOMIC_COMP = 5;
/** Widths of AtomicOps that the root completes. */
export const vfio_device_info_cap_pci_atomic_comp = struct("vfio_device_info_cap_pci_atomic_comp", {
  header: vfio_info_cap_header,
  flags: u32,
  reserved: u32,
});
export const VFIO_PCI_ATOMIC_COMP32 = 0x1;
export const VFIO_PCI_ATOMIC_COMP64 = 0x2;
export const VFIO_PCI_ATOMIC_COMP128 = 0x4;

export const VFIO_DEVICE_GET_REGION_INFO = 0x3b6c;
/** What VFIO_DEVICE_GET_REGION_INFO takes (`index`) and fills. */
export const vfio_region_info = struct("vfio_region_info", {
  argsz: u32,
  flags: u32,
  index: u32,
  cap_offset: u32,
  size: u64,
  offset: u64,
});
export const VFIO_REGION_INFO_FLAG_READ = 0x1;
export const VFIO_REGION_INFO_FLAG_WRITE = 0x2;
export const VFIO_REGION_INFO_FLAG_MMAP = 0x4;
export const VFIO_REGION_INFO_FLAG_CAPS = 0x8;

export const VFIO_REGION_INFO_CAP_SPARSE_MMAP = 1;
/** A part of a region that can be mapped. */
export const vfio_region_sparse_mmap_area = struct("vfio_region_sparse_mmap_area", {
  offset: u64,
  size: u64,
});
/** Followed by `nr_areas` of vfio_region_sparse_mmap_area. */
export const vfio_region_info_cap_sparse_mmap = struct("vfio_region_info_cap_sparse_mmap", {
  header: vfio_info_cap_header,
  nr_areas: u32,
  reserved: u32,
});
export const VFIO_REGION_INFO_CAP_TYPE = 2;
/** What a device-specific region is. */
export const vfio_region_info_cap_type = struct("vfio_region_info_cap_type", {
  header: vfio_info_cap_header,
  type: u32,
  subtype: u32,
});
export const VFIO_REGION_TYPE_PCI_VENDOR_TYPE = 0x8000_0000;
export const VFIO_REGION_TYPE_PCI_VENDOR_MASK = 0xffff;
export const VFIO_REGION_TYPE_GFX = 1;
export const VFIO_REGION_TYPE_CCW = 2;
export const VFIO_REGION_TYPE_MIGRATION_DEPRECATED = 3;
export const VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION = 1;
export const VFIO_REGION_SUBTYPE_INTEL_IGD_HOST_CFG = 2;
export const VFIO_REGION_SUBTYPE_INTEL_IGD_LPC_CFG = 3;
/** A header alone. */
export const VFIO_REGION_INFO_CAP_MSIX_MAPPABLE = 3;

export const VFIO_DEVICE_GET_IRQ_INFO = 0x3b6d;
/** What VFIO_DEVICE_GET_IRQ_INFO takes (`index`) and fills. */
export const vfio_irq_info = struct("vfio_irq_info", { argsz: u32, flags: u32, index: u32, count: u32 });
export const VFIO_IRQ_INFO_EVENTFD = 0x1;
export const VFIO_IRQ_INFO_MASKABLE = 0x2;
export const VFIO_IRQ_INFO_AUTOMASKED = 0x4;
export const VFIO_IRQ_INFO_NORESIZE = 0x8;

export const VFIO_DEVICE_SET_IRQS = 0x3b6e;
/** Followed by data for `count` interrupts: nothing, a byte each, or an `s32` descriptor each. */
export const vfio_irq_set = struct("vfio_irq_set", {
  argsz: u32,
  flags: u32,
  index: u32,
  start: u32,
  count: u32,
});
export const VFIO_IRQ_SET_DATA_NONE = 0x1;
export const VFIO_IRQ_SET_DATA_BOOL = 0x2;
export const VFIO_IRQ_SET_DATA_EVENTFD = 0x4;
export const VFIO_IRQ_SET_ACTION_MASK = 0x8;
export const VFIO_IRQ_SET_ACTION_UNMASK = 0x10;
export const VFIO_IRQ_SET_ACTION_TRIGGER = 0x20;
export const VFIO_IRQ_SET_DATA_TYPE_MASK = 0x7;
export const VFIO_IRQ_SET_ACTION_TYPE_MASK = 0x38;

export const VFIO_DEVICE_RESET = 0x3b6f;

/* Regions and interrupts of a PCI device. */
export const VFIO_PCI_BAR0_REGION_INDEX = 0;
export const VFIO_PCI_BAR1_REGION_INDEX = 1;
export const VFIO_PCI_BAR2_REGION_INDEX = 2;
export const VFIO_PCI_BAR3_REGION_INDEX = 3;
export const VFIO_PCI_BAR4_REGION_INDEX = 4;
export const VFIO_PCI_BAR5_REGION_INDEX = 5;
export const VFIO_PCI_ROM_REGION_INDEX = 6;
export const VFIO_PCI_CONFIG_REGION_INDEX = 7;
export const VFIO_PCI_VGA_REGION_INDEX = 8;
export const VFIO_PCI_NUM_REGIONS = 9;
export const VFIO_PCI_INTX_IRQ_INDEX = 0;
export const VFIO_PCI_MSI_IRQ_INDEX = 1;
export const VFIO_PCI_MSIX_IRQ_INDEX = 2;
export const VFIO_PCI_ERR_IRQ_INDEX = 3;
export const VFIO_PCI_REQ_IRQ_INDEX = 4;
export const VFIO_PCI_NUM_IRQS = 5;

export const VFIO_DEVICE_GET_PCI_HOT_RESET_INFO = 0x3b70;
/** A device that a hot reset reaches; `group_id` is `devid` when VFIO_PCI_HOT_RESET_FLAG_DEV_ID is set. */
export const vfio_pci_dependent_device = struct("vfio_pci_dependent_device", {
  group_id: u32,
  segment: u16,
  bus: u8,
  devfn: u8,
});
export const VFIO_PCI_DEVID_OWNED = 0;
/** -1 in the header, in a field that has no sign. */
export const VFIO_PCI_DEVID_NOT_OWNED = 0xffff_ffff;
/** Followed by `count` of vfio_pci_dependent_device. */
export const vfio_pci_hot_reset_info = struct("vfio_pci_hot_reset_info", {
  argsz: u32,
  flags: u32,
  count: u32,
});
export const VFIO_PCI_HOT_RESET_FLAG_DEV_ID = 0x1;
export const VFIO_PCI_HOT_RESET_FLAG_DEV_ID_OWNED = 0x2;

export const VFIO_DEVICE_PCI_HOT_RESET = 0x3b71;
/** Followed by `count` descriptors of groups, each an `s32`. */
export const vfio_pci_hot_reset = struct("vfio_pci_hot_reset", { argsz: u32, flags: u32, count: u32 });

export const VFIO_DEVICE_QUERY_GFX_PLANE = 0x3b72;
export const VFIO_DEVICE_GET_GFX_DMABUF = 0x3b73;

export const VFIO_DEVICE_IOEVENTFD = 0x3b74;
/** A write that an eventfd makes; `fd` -1 takes it back. */
export const vfio_device_ioeventfd = struct("vfio_device_ioeventfd", {
  argsz: u32,
  flags: u32,
  offset: u64,
  data: u64,
  fd: s32,
  reserved: u32,
});
export const VFIO_DEVICE_IOEVENTFD_8 = 0x1;
export const VFIO_DEVICE_IOEVENTFD_16 = 0x2;
export const VFIO_DEVICE_IOEVENTFD_32 = 0x4;
export const VFIO_DEVICE_IOEVENTFD_64 = 0x8;
export const VFIO_DEVICE_IOEVENTFD_SIZE_MASK = 0xf;

export const VFIO_DEVICE_FEATURE = 0x3b75;
/** Followed by the feature's own data. */
export const vfio_device_feature = struct("vfio_device_feature", { argsz: u32, flags: u32 });
export const VFIO_DEVICE_FEATURE_MASK = 0xffff;
export const VFIO_DEVICE_FEATURE_GET = 0x1_0000;
export const VFIO_DEVICE_FEATURE_SET = 0x2_0000;
export const VFIO_DEVICE_FEATURE_PROBE = 0x4_0000;

/* Ioctls of a device opened by its own node. */
export const VFIO_DEVICE_BIND_IOMMUFD = 0x3b76;
/** Binds a device to an iommufd; `token_uuid_ptr` points to 16 bytes. */
export const vfio_device_bind_iommufd = struct("vfio_device_bind_iommufd", {
  argsz: u32,
  flags: u32,
  iommufd: s32,
  out_devid: u32,
  token_uuid_ptr: u64,
});
export const VFIO_DEVICE_BIND_FLAG_TOKEN = 0x1;
export const VFIO_DEVICE_ATTACH_IOMMUFD_PT = 0x3b77;
/** Attaches a device, or one of its PASIDs, to a page table; `pt_id` comes back changed. */
export const vfio_device_attach_iommufd_pt = struct("vfio_device_attach_iommufd_pt", {
  argsz: u32,
  flags: u32,
  pt_id: u32,
  pasid: u32,
});
export const VFIO_DEVICE_ATTACH_PASID = 0x1;
export const VFIO_DEVICE_DETACH_IOMMUFD_PT = 0x3b78;
/** Detaches a device, or one of its PASIDs. */
export const vfio_device_detach_iommufd_pt = struct("vfio_device_detach_iommufd_pt", {
  argsz: u32,
  flags: u32,
  pasid: u32,
});
export const VFIO_DEVICE_DETACH_PASID = 0x1;

/* Features. */
/** Its data are the 16 bytes of a UUID. */
export const VFIO_DEVICE_FEATURE_PCI_VF_TOKEN = 0;
export const VFIO_DEVICE_FEATURE_MIGRATION = 1;
/** What a device's migration can do. */
export const vfio_device_feature_migration = struct("vfio_device_feature_migration", { flags: u64 });
export const VFIO_MIGRATION_STOP_COPY = 0x1;
export const VFIO_MIGRATION_P2P = 0x2;
export const VFIO_MIGRATION_PRE_COPY = 0x4;
export const VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE = 2;
/** A state of migration, and the descriptor its data go through. */
export const vfio_device_feature_mig_state = struct("vfio_device_feature_mig_state", {
  device_state: u32,
  data_fd: s32,
});
export const VFIO_DEVICE_STATE_ERROR = 0;
export const VFIO_DEVICE_STATE_STOP = 1;
export const VFIO_DEVICE_STATE_RUNNING = 2;
export const VFIO_DEVICE_STATE_STOP_COPY = 3;
export const VFIO_DEVICE_STATE_RESUMING = 4;
export const VFIO_DEVICE_STATE_RUNNING_P2P = 5;
export const VFIO_DEVICE_STATE_PRE_COPY = 6;
export const VFIO_DEVICE_STATE_PRE_COPY_P2P = 7;
export const VFIO_DEVICE_STATE_NR = 8;
export const VFIO_MIG_GET_PRECOPY_INFO = 0x3b79;
/** How much is left to read before copying stops the device. */
export const vfio_precopy_info = struct("vfio_precopy_info", {
  argsz: u32,
  flags: u32,
  initial_bytes: u64,
  dirty_bytes: u64,
});
export const VFIO_PRECOPY_INFO_REINIT = 0x1;
export const VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY = 3;
export const VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP = 4;
/** The eventfd that tells when the device has left low power. */
export const vfio_device_low_power_entry_with_wakeup = struct("vfio_device_low_power_entry_with_wakeup", {
  wakeup_eventfd: s32,
  reserved: u32,
});
export const VFIO_DEVICE_FEATURE_LOW_POWER_EXIT = 5;
export const VFIO_DEVICE_FEATURE_DMA_LOGGING_START = 6;
/** What to log; `ranges` points to `num_ranges` of vfio_device_feature_dma_logging_range. */
export const vfio_device_feature_dma_logging_control = struct("vfio_device_feature_dma_logging_control", {
  page_size: u64,
  num_ranges: u32,
  __reserved: u32,
  ranges: u64,
});
/** A range of IOVAs to log. */
export const vfio_device_feature_dma_logging_range = struct("vfio_device_feature_dma_logging_range", {
  iova: u64,
  length: u64,
});
export const VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP = 7;
export const VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT = 8;
/** Where to report what was logged; `bitmap` points to one bit a page. */
export const vfio_device_feature_dma_logging_report = struct("vfio_device_feature_dma_logging_report", {
  iova: u64,
  length: u64,
  page_size: u64,
  bitmap: u64,
});
export const VFIO_DEVICE_FEATURE_MIG_DATA_SIZE = 9;
/** How much there would be to copy. */
export const vfio_device_feature_mig_data_size = struct("vfio_device_feature_mig_data_size", {
  stop_copy_length: u64,
});
export const VFIO_DEVICE_FEATURE_BUS_MASTER = 10;
/** For buses where the device has no register for it. */
export const vfio_device_feature_bus_master = struct("vfio_device_feature_bus_master", { op: u32 });
export const VFIO_DEVICE_FEATURE_CLEAR_MASTER = 0;
export const VFIO_DEVICE_FEATURE_SET_MASTER = 1;
export const VFIO_DEVICE_FEATURE_DMA_BUF = 11;
/** A part of a region to share. */
export const vfio_region_dma_range = struct("vfio_region_dma_range", { offset: u64, length: u64 });
/** Followed by `nr_ranges` of vfio_region_dma_range. */
export const vfio_device_feature_dma_buf = struct("vfio_device_feature_dma_buf", {
  region_index: u32,
  open_flags: u32,
  flags: u32,
  nr_ranges: u32,
});
export const VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2 = 12;

/* Ioctls of a container with Type1; their numbers are those of a device's ioctls too. */
export const VFIO_IOMMU_GET_INFO = 0x3b70;
/** What VFIO_IOMMU_GET_INFO fills. */
export const vfio_iommu_type1_info = struct("vfio_iommu_type1_info", {
  argsz: u32,
  flags: u32,
  iova_pgsizes: u64,
  cap_offset: u32,
  pad: u32,
});
export const VFIO_IOMMU_INFO_PGSIZES = 0x1;
export const VFIO_IOMMU_INFO_CAPS = 0x2;
export const VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE = 1;
/** A range of valid IOVAs; `end` is its last. */
export const vfio_iova_range = struct("vfio_iova_range", { start: u64, end: u64 });
/** Followed by `nr_iovas` of vfio_iova_range. */
export const vfio_iommu_type1_info_cap_iova_range = struct("vfio_iommu_type1_info_cap_iova_range", {
  header: vfio_info_cap_header,
  nr_iovas: u32,
  reserved: u32,
});
export const VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION = 2;
/** What dirty tracking can do. */
export const vfio_iommu_type1_info_cap_migration = struct("vfio_iommu_type1_info_cap_migration", {
  header: vfio_info_cap_header,
  flags: u32,
  pgsize_bitmap: u64,
  max_dirty_bitmap_size: u64,
});
export const VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL = 3;
/** How many more mappings there may be. */
export const vfio_iommu_type1_info_dma_avail = struct("vfio_iommu_type1_info_dma_avail", {
  header: vfio_info_cap_header,
  avail: u32,
});

export const VFIO_IOMMU_MAP_DMA = 0x3b71;
/** Maps `size` bytes at `vaddr` to `iova`. */
export const vfio_iommu_type1_dma_map = struct("vfio_iommu_type1_dma_map", {
  argsz: u32,
  flags: u32,
  vaddr: u64,
  iova: u64,
  size: u64,
});
export const VFIO_DMA_MAP_FLAG_READ = 0x1;
export const VFIO_DMA_MAP_FLAG_WRITE = 0x2;
export const VFIO_DMA_MAP_FLAG_VADDR = 0x4;
/** A bitmap in memory; `data` is its address. */
export const vfio_bitmap = struct("vfio_bitmap", { pgsize: u64, size: u64, data: u64 });

export const VFIO_IOMMU_UNMAP_DMA = 0x3b72;
/** Followed by vfio_bitmap with VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP; `size` comes back as what was unmapped. */
export const vfio_iommu_type1_dma_unmap = struct("vfio_iommu_type1_dma_unmap", {
  argsz: u32,
  flags: u32,
  iova: u64,
  size: u64,
});
export const VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP = 0x1;
export const VFIO_DMA_UNMAP_FLAG_ALL = 0x2;
export const VFIO_DMA_UNMAP_FLAG_VADDR = 0x4;

export const VFIO_IOMMU_ENABLE = 0x3b73;
export const VFIO_IOMMU_DISABLE = 0x3b74;

export const VFIO_IOMMU_DIRTY_PAGES = 0x3b75;
/** Followed by vfio_iommu_type1_dirty_bitmap_get with VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP. */
export const vfio_iommu_type1_dirty_bitmap = struct("vfio_iommu_type1_dirty_bitmap", {
  argsz: u32,
  flags: u32,
});
export const VFIO_IOMMU_DIRTY_PAGES_FLAG_START = 0x1;
export const VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP = 0x2;
export const VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP = 0x4;
/** A range of IOVAs, and where its dirty bits go. */
export const vfio_iommu_type1_dirty_bitmap_get = struct("vfio_iommu_type1_dirty_bitmap_get", {
  iova: u64,
  size: u64,
  bitmap: vfio_bitmap,
});
