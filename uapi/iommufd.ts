/**
 * linux/iommufd.h: ioctls, flags and structs of /dev/iommu, with the kernel's names and in its order.
 *
 * It is the header of Linux 7.2. Of what virtual IOMMUs need (nested page tables of a maker, page faults, queues) only the
 * numbers of the ioctls are here. Each struct begins with its own size.
 *
 * @see Linux, include/uapi/linux/iommufd.h
 */
import { s32, struct, u16, u32, u64, u8 } from "../core/struct.ts";

export const IOMMU_DESTROY = 0x3b80;
/** Destroys the object of that number. */
export const iommu_destroy = struct("iommu_destroy", { size: u32, id: u32 });

export const IOMMU_IOAS_ALLOC = 0x3b81;
/** Makes an address space. */
export const iommu_ioas_alloc = struct("iommu_ioas_alloc", { size: u32, flags: u32, out_ioas_id: u32 });

/** A range of IOVAs, with its last. */
export const iommu_iova_range = struct("iommu_iova_range", { start: u64, last: u64 });
export const IOMMU_IOAS_IOVA_RANGES = 0x3b84;
/** Where may be mapped; `allowed_iovas` points to `num_iovas` of iommu_iova_range, and tells how many there are. */
export const iommu_ioas_iova_ranges = struct("iommu_ioas_iova_ranges", {
  size: u32,
  ioas_id: u32,
  num_iovas: u32,
  __reserved: u32,
  allowed_iovas: u64,
  out_iova_alignment: u64,
});
export const IOMMU_IOAS_ALLOW_IOVAS = 0x3b82;
/** What has to stay mappable; `allowed_iovas` points to `num_iovas` of iommu_iova_range. */
export const iommu_ioas_allow_iovas = struct("iommu_ioas_allow_iovas", {
  size: u32,
  ioas_id: u32,
  num_iovas: u32,
  __reserved: u32,
  allowed_iovas: u64,
});

export const IOMMU_IOAS_MAP_FIXED_IOVA = 0x1;
export const IOMMU_IOAS_MAP_WRITEABLE = 0x2;
export const IOMMU_IOAS_MAP_READABLE = 0x4;
export const IOMMU_IOAS_MAP = 0x3b85;
/** Maps memory of this process; without IOMMU_IOAS_MAP_FIXED_IOVA the kernel chooses `iova`. */
export const iommu_ioas_map = struct("iommu_ioas_map", {
  size: u32,
  flags: u32,
  ioas_id: u32,
  __reserved: u32,
  user_va: u64,
  length: u64,
  iova: u64,
});
export const IOMMU_IOAS_MAP_FILE = 0x3b8f;
/** Maps a file's memory. */
export const iommu_ioas_map_file = struct("iommu_ioas_map_file", {
  size: u32,
  flags: u32,
  ioas_id: u32,
  fd: s32,
  start: u64,
  length: u64,
  iova: u64,
});
export const IOMMU_IOAS_COPY = 0x3b83;
/** Maps what another address space, or another place of this one, maps. */
export const iommu_ioas_copy = struct("iommu_ioas_copy", {
  size: u32,
  flags: u32,
  dst_ioas_id: u32,
  src_ioas_id: u32,
  length: u64,
  dst_iova: u64,
  src_iova: u64,
});
export const IOMMU_IOAS_UNMAP = 0x3b86;
/** Unmaps what lies in a range; 0 to 2^64 - 1 is all. `length` comes back as what was unmapped. */
export const iommu_ioas_unmap = struct("iommu_ioas_unmap", {
  size: u32,
  ioas_id: u32,
  iova: u64,
  length: u64,
});

export const IOMMU_OPTION_RLIMIT_MODE = 0;
export const IOMMU_OPTION_HUGE_PAGES = 1;
export const IOMMU_OPTION_OP_SET = 0;
export const IOMMU_OPTION_OP_GET = 1;
export const IOMMU_OPTION = 0x3b87;
/** An option, of an object or of all. */
export const iommu_option = struct("iommu_option", {
  size: u32,
  option_id: u32,
  op: u16,
  __reserved: u16,
  object_id: u32,
  val64: u64,
});

export const IOMMU_VFIO_IOAS_GET = 0;
export const IOMMU_VFIO_IOAS_SET = 1;
export const IOMMU_VFIO_IOAS_CLEAR = 2;
export const IOMMU_VFIO_IOAS = 0x3b88;
/** The address space that the ioctls of a container act on. */
export const iommu_vfio_ioas = struct("iommu_vfio_ioas", {
  size: u32,
  ioas_id: u32,
  op: u16,
  __reserved: u16,
});

export const IOMMU_HWPT_ALLOC_NEST_PARENT = 0x1;
export const IOMMU_HWPT_ALLOC_DIRTY_TRACKING = 0x2;
export const IOMMU_HWPT_FAULT_ID_VALID = 0x4;
export const IOMMU_HWPT_ALLOC_PASID = 0x8;
export const IOMMU_HWPT_DATA_NONE = 0;
export const IOMMU_HWPT_DATA_VTD_S1 = 1;
export const IOMMU_HWPT_DATA_ARM_SMMUV3 = 2;
export const IOMMU_HWPT_DATA_AMD_GUEST = 3;
export const IOMMU_HWPT_ALLOC = 0x3b89;
/** Makes a page table for a device. */
export const iommu_hwpt_alloc = struct("iommu_hwpt_alloc", {
  size: u32,
  flags: u32,
  dev_id: u32,
  pt_id: u32,
  out_hwpt_id: u32,
  __reserved: u32,
  data_type: u32,
  data_len: u32,
  data_uptr: u64,
  fault_id: u32,
  __reserved2: u32,
});

export const IOMMU_HW_INFO_TYPE_NONE = 0;
export const IOMMU_HW_INFO_TYPE_DEFAULT = 0;
export const IOMMU_HW_INFO_TYPE_INTEL_VTD = 1;
export const IOMMU_HW_INFO_TYPE_ARM_SMMUV3 = 2;
export const IOMMU_HW_INFO_TYPE_TEGRA241_CMDQV = 3;
export const IOMMU_HW_INFO_TYPE_AMD = 4;
/** What iommu_hw_info's data are with IOMMU_HW_INFO_TYPE_INTEL_VTD. */
export const iommu_hw_info_vtd = struct("iommu_hw_info_vtd", {
  flags: u32,
  __reserved: u32,
  cap_reg: u64,
  ecap_reg: u64,
});
export const IOMMU_HW_INFO_VTD_ERRATA_772415_SPR17 = 0x1;
/** What iommu_hw_info's data are with IOMMU_HW_INFO_TYPE_AMD. */
export const iommu_hw_info_amd = struct("iommu_hw_info_amd", { efr: u64, efr2: u64 });
export const IOMMU_HW_CAP_DIRTY_TRACKING = 0x1;
export const IOMMU_HW_CAP_PCI_PASID_EXEC = 0x2;
export const IOMMU_HW_CAP_PCI_PASID_PRIV = 0x4;
export const IOMMU_HW_CAP_PCI_ATS_NOT_SUPPORTED = 0x8;
export const IOMMU_HW_INFO_FLAG_INPUT_TYPE = 0x1;
export const IOMMU_GET_HW_INFO = 0x3b8a;
/** The IOMMU behind a device; `out_data_type` is `in_data_type` too, and 3 reserved bytes follow `out_max_pasid_log2`. */
export const iommu_hw_info = struct("iommu_hw_info", {
  size: u32,
  flags: u32,
  dev_id: u32,
  data_len: u32,
  data_uptr: u64,
  out_data_type: u32,
  out_max_pasid_log2: u8,
  out_capabilities: u64,
});

export const IOMMU_HWPT_DIRTY_TRACKING_ENABLE = 0x1;
export const IOMMU_HWPT_SET_DIRTY_TRACKING = 0x3b8b;
/** Starts and stops dirty tracking. */
export const iommu_hwpt_set_dirty_tracking = struct("iommu_hwpt_set_dirty_tracking", {
  size: u32,
  flags: u32,
  hwpt_id: u32,
  __reserved: u32,
});
export const IOMMU_HWPT_GET_DIRTY_BITMAP_NO_CLEAR = 0x1;
export const IOMMU_HWPT_GET_DIRTY_BITMAP = 0x3b8c;
/** A range of IOVAs, and where its dirty bits go; `data` is an address. */
export const iommu_hwpt_get_dirty_bitmap = struct("iommu_hwpt_get_dirty_bitmap", {
  size: u32,
  hwpt_id: u32,
  flags: u32,
  __reserved: u32,
  iova: u64,
  length: u64,
  page_size: u64,
  data: u64,
});

export const IOMMU_HWPT_INVALIDATE = 0x3b8d;
export const IOMMU_FAULT_QUEUE_ALLOC = 0x3b8e;
export const IOMMU_VIOMMU_ALLOC = 0x3b90;
export const IOMMU_VDEVICE_ALLOC = 0x3b91;
export const IOMMU_IOAS_CHANGE_PROCESS = 0x3b92;
/** Makes this process's memory the one that mapped files are pinned for. */
export const iommu_ioas_change_process = struct("iommu_ioas_change_process", { size: u32, __reserved: u32 });
export const IOMMU_VEVENTQ_ALLOC = 0x3b93;
export const IOMMU_HW_QUEUE_ALLOC = 0x3b94;
