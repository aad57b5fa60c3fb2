/** All cases, in the order of their numbers. */
import { configCapabilities } from "./cases/config_capabilities.ts";
import { configHeader } from "./cases/config_header.ts";
import { configUnchanged } from "./cases/config_unchanged.ts";
import { container } from "./cases/container.ts";
import { deviceInfo } from "./cases/device_info.ts";
import { dirty } from "./cases/dirty.ts";
import { errAndReq } from "./cases/err_req.ts";
import { features } from "./cases/features.ts";
import { group } from "./cases/group.ts";
import { intx } from "./cases/intx.ts";
import { ioeventfd } from "./cases/ioeventfd.ts";
import { iommuInfo } from "./cases/iommu_info.ts";
import { isolation } from "./cases/isolation.ts";
import { lifetime } from "./cases/lifetime.ts";
import { limits } from "./cases/limits.ts";
import { mapping } from "./cases/map.ts";
import { memory } from "./cases/memory.ts";
import { msi } from "./cases/msi.ts";
import { msix } from "./cases/msix.ts";
import { openDevice } from "./cases/open_device.ts";
import { regionAccess } from "./cases/region_access.ts";
import { regionMap } from "./cases/region_map.ts";
import { reset } from "./cases/reset.ts";
import { sharing } from "./cases/sharing.ts";
import { sriov } from "./cases/sriov.ts";
import { sysfs } from "./cases/sysfs.ts";
import { unbinding } from "./cases/unbinding.ts";
import { unmapping } from "./cases/unmap.ts";
import { users } from "./cases/users.ts";
import { vaddr } from "./cases/vaddr.ts";
import { vga } from "./cases/vga.ts";
import { viability } from "./cases/viability.ts";
import { wireDevice } from "./cases/wire_device.ts";
import { wireGroup } from "./cases/wire_group.ts";
import { wireIommu } from "./cases/wire_iommu.ts";
import { wireIrqs } from "./cases/wire_irqs.ts";
import type { Rule } from "./rule.ts";

/** The numbered ones first, by number; within a number, and after the last, as their files have them. */
export const RULES: readonly Rule[] = [
  ...container,
  ...group,
  ...openDevice,
  ...lifetime,
  ...sharing,
  ...users,
  ...viability,
  ...unbinding,
  ...iommuInfo,
  ...mapping,
  ...limits,
  ...unmapping,
  ...vaddr,
  ...dirty,
  ...deviceInfo,
  ...regionAccess,
  ...regionMap,
  ...vga,
  ...configHeader,
  ...configCapabilities,
  ...configUnchanged,
  ...intx,
  ...msi,
  ...msix,
  ...errAndReq,
  ...features,
  ...ioeventfd,
  ...reset,
  ...sriov,
  ...sysfs,
  ...isolation,
  ...memory,
  ...wireGroup,
  ...wireIommu,
  ...wireDevice,
  ...wireIrqs,
].sort((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity) || 0);
