/** What each row of the catalogue is for: an error that leads to it, or a line of a log, and the command it gives then. */
import type { ErrorCode } from "../../../core/errors.ts";
import type { Facts } from "../../../core/remedies.ts";

/** A way to a row. */
export interface RowCase {
  /** The failed operation, with what is known about it; absent: no errno leads to the row. */
  readonly error?: readonly [ErrorCode, string, Facts?];
  /** A line of the kernel's log, or of a program's. */
  readonly log?: string;
  /** The first command that the row gives, with the facts of the error or else of the line. */
  readonly command?: string;
}

const ADDRESS = "0000:00:04.0";
const PROBE = `vfio-pci ${ADDRESS}: probe with driver vfio-pci failed with error -22`;
const SET_CONTAINER = "VFIO_GROUP_SET_CONTAINER";
const GET_DEVICE = "VFIO_GROUP_GET_DEVICE_FD";
const MAP = "VFIO_IOMMU_MAP_DMA";
const SET_IRQS = "VFIO_DEVICE_SET_IRQS";
const GROUP = { group: 3, node: "/dev/vfio/3" };
const EXPLAINED = { explained: "yes", address: ADDRESS };

/** A case for each row. */
export const ROW_CASES: Readonly<Record<string, RowCase>> = {
  "NO-MODULE": {
    error: ["ENOENT", "open", { container: "/dev/vfio/vfio" }],
    command: "sudo modprobe vfio-pci",
  },
  "NO-CONTAINER-PERM": {
    error: ["EACCES", "open", { container: "yes", node: "/dev/vfio/vfio", owner: "root", mode: "0600" }],
    command: "sudo chmod 0666 /dev/vfio/vfio",
  },
  "GROUP-NOENT": {
    error: ["ENOENT", "open", { ...GROUP, address: ADDRESS }],
    command: `sudo vfio bind ${ADDRESS}`,
  },
  "GROUP-NODEV": {
    error: ["ENODEV", "open", { ...GROUP, address: ADDRESS }],
    command: `sudo vfio bind ${ADDRESS}`,
  },
  "GROUP-ACCES": {
    error: ["EACCES", "open", { ...GROUP, owner: "root", mode: "0600" }],
    command: "sudo chown $USER /dev/vfio/3",
  },
  "GROUP-BUSY": { error: ["EBUSY", "open", GROUP], command: "sudo fuser -v /dev/vfio/3" },
  "NOIOMMU-PERM": { error: ["EPERM", "open", { noIommu: "yes" }] },
  "NOT-VIABLE": {
    error: ["EPERM", SET_CONTAINER, {
      ...GROUP,
      blockers: ["0000:00:05.0 (nvme)"],
      blockerAddresses: "0000:00:05.0",
    }],
    log: "vfio 0000:00:05.1: group 3 is not viable",
    command: "sudo vfio bind 0000:00:05.0",
  },
  "NOIOMMU-MIX": { error: ["EPERM", SET_CONTAINER, EXPLAINED] },
  "GROUP-INUSE": { error: ["EBUSY", SET_CONTAINER, GROUP] },
  "SETCONT-TWICE": { error: ["EINVAL", SET_CONTAINER] },
  "SETCONT-BADFD": { error: ["EBADFD", SET_CONTAINER] },
  "NO-GROUPS": {
    error: ["ENODEV", "bind", { address: ADDRESS, noGroup: "yes" }],
    log: PROBE,
    command: "sudo sed -i 's/^GRUB_CMDLINE_LINUX=\"/&intel_iommu=on /' /etc/default/grub && sudo update-grub",
  },
  "IOMMU-NO-DMAR": { log: "DMAR: No DMAR devices found" },
  "INTREMAP": {
    error: ["EPERM", "VFIO_SET_IOMMU", { interruptRemapping: "off" }],
    log:
      'vfio_iommu_type1_attach_group: No interrupt remapping support.  Use the module param "allow_unsafe_interrupts" to enable VFIO IOMMU support on this platform',
    command: "echo 1 | sudo tee /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts",
  },
  "RMRR-OLD": {
    error: ["EPERM", "VFIO_SET_IOMMU", EXPLAINED],
    log:
      "vfio-pci 0000:04:00.0: Device is ineligible for IOMMU domain attach due to platform RMRR requirement.  Contact your platform vendor.",
  },
  "RMRR-NEW": {
    error: ["EINVAL", "VFIO_SET_IOMMU", EXPLAINED],
    log:
      "vfio-pci 0000:04:00.0: Firmware has requested this device have a 1:1 IOMMU mapping, rejecting configuring the device without a 1:1 mapping. Contact your platform vendor.",
    command: "vfio groups",
  },
  "IOMMU-TYPE": { error: ["ENODEV", "VFIO_SET_IOMMU"], command: "sudo modprobe vfio_iommu_type1" },
  "IOMMU-ORDER": { error: ["EINVAL", "VFIO_IOMMU_GET_INFO"] },
  "NONCOHERENT": { error: ["ENODEV", "bind", EXPLAINED] },
  "DEV-NAME": { error: ["ENODEV", GET_DEVICE] },
  "VF-TOKEN": {
    error: ["EACCES", GET_DEVICE],
    log: "vfio-pci 0000:01:10.0: VF token required to access device",
  },
  "BIND-ROOT": { error: ["EACCES", "bind"] },
  "BIND-INUSE": { error: ["EBUSY", "unbind", { opened: ADDRESS }] },
  "BIND-PF-SRIOV": {
    error: ["EBUSY", "bind", EXPLAINED],
    log: "vfio-pci 0000:01:00.0: Cannot bind to PF with SR-IOV enabled",
    command: `echo 0 | sudo tee /sys/bus/pci/devices/${ADDRESS}/sriov_numvfs`,
  },
  "BIND-SILENT": {
    error: ["ENODEV", "bind", { address: ADDRESS, driver: "vfio-pci" }],
    command: "sudo dmesg | tail -20",
  },
  "BIND-NODRIVER": { error: ["ENOENT", "bind", { driver: "vfio-pci" }], command: "sudo modprobe vfio-pci" },
  "BIND-NOID": { error: ["ENODEV", "bind", EXPLAINED], command: `sudo vfio bind ${ADDRESS}` },
  "BIND-BRIDGE": { error: ["ENODEV", "bind", { address: ADDRESS, bridge: "yes" }], log: PROBE },
  "BIND-EINVAL": { error: ["EINVAL", "bind", { address: ADDRESS }], command: `vfio doctor ${ADDRESS}` },
  "BIND-DENYLIST": {
    error: ["ENODEV", "bind", EXPLAINED],
    log: "vfio-pci 0000:3d:00.0: 8086:37c8 exists in vfio-pci device denylist, driver probing disallowed.",
    command: "sudo modprobe -r vfio-pci && sudo modprobe vfio-pci disable_denylist=1",
  },
  "BIND-EXIST": { error: ["EEXIST", "bind", { address: ADDRESS }], command: `sudo vfio bind ${ADDRESS}` },
  "UNBIND-HANG": {
    error: ["EBUSY", "unbind", { ...EXPLAINED, node: "/dev/vfio/3" }],
    log: "vfio-pci 0000:00:04.0: No device request channel registered, blocked until released by user",
    command: "sudo fuser -v /dev/vfio/3",
  },
  "REBIND-LOST": {
    error: ["ENODEV", "unbind", { ...EXPLAINED, address: ADDRESS }],
    command: `sudo vfio unbind ${ADDRESS}`,
  },
  "MODSIG": { log: "modprobe: ERROR: could not insert 'vfio_pci': Key was rejected by service" },
  "LOCKDOWN": {
    error: ["EPERM", "pwrite"],
    log: "Lockdown: setpci: direct PCI access is restricted; see man kernel_lockdown.7",
  },
  "MEMLOCK": {
    error: ["ENOMEM", MAP, { needed: 4096n, locked: 0n, limit: 65536 }],
    log: "vfio_pin_pages_remote: RLIMIT_MEMLOCK (65536) exceeded",
    command: "sudo prlimit --pid $$ --memlock=unlimited",
  },
  "DMA-EXIST": { error: ["EEXIST", MAP] },
  "DMA-RESERVED": { error: ["EINVAL", MAP, { ranges: ["[0x0, 0xfedfffff]"] }] },
  "DMA-WIDTH": { error: ["EINVAL", MAP, EXPLAINED], command: `vfio dma ${ADDRESS} ranges` },
  "DMA-ALIGN": { error: ["EINVAL", MAP, { alignment: 4096 }] },
  "DMA-OVERFLOW": { error: ["EOVERFLOW", MAP] },
  "DMA-FAULT-VA": { error: ["EFAULT", MAP] },
  "DMA-NOSPC": {
    error: ["ENOSPC", MAP],
    command: "echo 1000000 | sudo tee /sys/module/vfio_iommu_type1/parameters/dma_entry_limit",
  },
  "UNMAP-SPLIT": { error: ["EINVAL", "VFIO_IOMMU_UNMAP_DMA"] },
  "DMA-SILENT": { command: "vfio inspect ADDRESS" },
  "DMA-FAULT": {
    log:
      "DMAR: [DMA Write NO_PASID] Request device [0000:00:04.0] fault addr 0x5000000 [fault reason 0x05] PTE Write access is not set",
    command: "sudo vfio faults",
  },
  "DMA-32BIT": {},
  "BAR-EIO": { error: ["EIO", "mmap"] },
  "ROM-ENOMEM": { error: ["ENOMEM", "pread"] },
  "BAR-RESERVE": {
    error: ["EBUSY", "mmap"],
    log: "vfio-pci 0000:01:00.0: BAR 0: can't reserve [mem 0xd0000000-0xdfffffff 64bit pref]",
    command: "sudo cat /proc/iomem",
  },
  "BAR-MMAP": { error: ["EINVAL", "mmap"] },
  "BAR-EINVAL": { error: ["EINVAL", "pread"] },
  "ALL-ONES": { command: "vfio inspect ADDRESS" },
  "CONFIG-IGNORED": {},
  "RESET-NONE": { error: ["EINVAL", "VFIO_DEVICE_RESET"] },
  "RESET-HOT-NODEV": { error: ["ENODEV", "VFIO_DEVICE_PCI_HOT_RESET"] },
  "RESET-STUCK": {
    error: ["ENOTTY", "VFIO_DEVICE_PCI_HOT_RESET"],
    log: "vfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up",
    command: "echo bus | sudo tee /sys/bus/pci/devices/ADDRESS/reset_method",
  },
  "D3COLD": {
    log: "vfio-pci 0000:01:00.0: Unable to change power state from D3cold to D0, device inaccessible",
    command: "echo 0 | sudo tee /sys/bus/pci/devices/ADDRESS/d3cold_allowed",
  },
  "IRQ-COUNT": { error: ["EINVAL", SET_IRQS] },
  "IRQ-NOTTY": { error: ["ENOTTY", SET_IRQS] },
  "IRQ-SHORT": {},
  "IRQ-ENODEV": { error: ["ENODEV", SET_IRQS], log: "vfio-pci 0000:01:00.0: Masking broken INTx support" },
  "IRQ-BUSY": { error: ["EBUSY", SET_IRQS] },
  "CDEV-NOENT": { error: ["ENOENT", "open", { cdev: "/dev/vfio/devices/vfio0" }] },
  "NOIOMMU-MISSING": {},
  "NOIOMMU-TAINT": { log: "vfio-pci 0000:00:04.0: Adding kernel taint for vfio-noiommu group on device" },
  "ACS-GROUP": {},
  "CONTAINER-ENV": {
    error: ["EPERM", "open", { ...EXPLAINED, group: 3 }],
    command: "docker run --device /dev/vfio/vfio --device /dev/vfio/3 --ulimit memlock=-1 IMAGE",
  },
  "CMDLINE-PT": { log: "Kernel command line: root=/dev/sda1 intel_iommu=on iommu=pt" },
  "FD-LIMIT": { error: ["EMFILE", "eventfd"], command: "ulimit -n 65536" },
};
