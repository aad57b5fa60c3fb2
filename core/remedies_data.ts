/**
 * The remedies catalogue: symptom (operation and errno), cause, what to do.
 *
 * Facts that texts may name, as backends give them: `address` a device, `group` a group's number, `node` its
 * path, `owner` and `mode` of the node, `blockers` and `blockerAddresses` devices that make a group not viable,
 * `holders` processes that have the node open, `limit`, `locked` and `needed` bytes of locked memory, `ranges`
 * valid IOVAs, `alignment` the smallest page, `driver` a driver's name.
 */
import type { RemedyRow } from "./remedies.ts";

/** The catalogue, the likeliest cause first. */
export const REMEDIES: readonly RemedyRow[] = [
  {
    id: "NO-MODULE",
    operations: ["open"],
    codes: ["ENOENT", "ENODEV"],
    when: ["container"],
    steps: [{
      text: "The vfio module is not loaded, or this kernel has none",
      command: "sudo modprobe vfio-pci",
    }],
  },
  {
    id: "GROUP-NOENT",
    operations: ["open"],
    codes: ["ENOENT", "ENODEV"],
    when: ["group"],
    steps: [
      {
        text: "No device of group {group} is bound to vfio-pci: bind {address}, then verify with lspci -k",
        command:
          "echo vfio-pci | sudo tee /sys/bus/pci/devices/{address}/driver_override && echo {address} | sudo tee /sys/bus/pci/devices/{address}/driver/unbind; echo {address} | sudo tee /sys/bus/pci/drivers_probe",
      },
      { text: "No device of group {group} is bound to vfio-pci, so {node} does not exist" },
    ],
  },
  {
    id: "GROUP-ACCES",
    operations: ["open"],
    codes: ["EACCES", "EPERM"],
    when: ["group"],
    steps: [{
      text: "{node} belongs to {owner} with mode {mode}: a udev rule or chown gives it to you",
      command: "sudo chown $USER {node}",
    }],
  },
  {
    id: "GROUP-BUSY",
    operations: ["open"],
    codes: ["EBUSY"],
    when: ["group"],
    steps: [
      {
        text: "Group {group} is open in {holders}; a group has one opener at a time, and a mapped BAR counts",
      },
      {
        text:
          "Group {group} is open already, here or in another process; a group has one opener at a time, and a mapped BAR counts",
        command: "sudo fuser -v {node}",
      },
    ],
  },
  {
    id: "NOIOMMU-PERM",
    operations: ["open", "VFIO_GROUP_SET_CONTAINER", "VFIO_GROUP_GET_DEVICE_FD"],
    codes: ["EPERM"],
    when: ["noIommu"],
    steps: [{ text: "A device without an IOMMU needs CAP_SYS_RAWIO; better use a machine with an IOMMU" }],
  },
  {
    id: "NOT-VIABLE",
    operations: ["VFIO_GROUP_SET_CONTAINER"],
    codes: ["EPERM"],
    steps: [
      {
        text:
          "Group {group} is not viable: {blockers} can do DMA for the kernel. Bind every such device of the group to vfio-pci or pci-stub, or to no driver; bridges may stay",
        command:
          "for d in {blockerAddresses}; do echo vfio-pci | sudo tee /sys/bus/pci/devices/$d/driver_override; echo $d | sudo tee /sys/bus/pci/devices/$d/driver/unbind; echo $d | sudo tee /sys/bus/pci/drivers_probe; done",
      },
    ],
  },
  {
    id: "GROUP-INUSE",
    operations: ["VFIO_GROUP_SET_CONTAINER"],
    codes: ["EPERM", "EBUSY"],
    steps: [{ text: "Another owner (a virtual machine, an iommufd) has the DMA of group {group}" }],
  },
  {
    id: "SETCONT-TWICE",
    operations: ["VFIO_GROUP_SET_CONTAINER"],
    codes: ["EINVAL"],
    steps: [{
      text:
        "The group has a container already, or its mappings do not fit: detach it with unsetContainer() first",
    }],
  },
  {
    id: "SETCONT-BADFD",
    operations: ["VFIO_GROUP_SET_CONTAINER"],
    codes: ["EBADFD"],
    steps: [{ text: "What was given is neither a container nor an iommufd" }],
  },
  {
    id: "INTREMAP",
    operations: ["VFIO_SET_IOMMU", "VFIO_GROUP_SET_CONTAINER"],
    codes: ["EPERM"],
    when: ["interruptRemapping"],
    steps: [{
      text:
        "The platform has no interrupt remapping: enable it in the firmware. Only in a lab: allow unsafe interrupts, which lets a device inject any interrupt",
      command: "echo 1 | sudo tee /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts",
    }],
  },
  {
    id: "IOMMU-TYPE",
    operations: ["VFIO_SET_IOMMU"],
    codes: ["ENODEV"],
    steps: [{
      text: "No loaded IOMMU driver has that type; supports() tells which are there",
      command: "sudo modprobe vfio_iommu_type1",
    }],
  },
  {
    id: "IOMMU-ORDER",
    operations: [
      "VFIO_SET_IOMMU",
      "VFIO_GROUP_GET_DEVICE_FD",
      "VFIO_IOMMU_GET_INFO",
    ],
    codes: ["EINVAL"],
    steps: [{
      text:
        "The order is: open the container, attach a group, set the IOMMU (once), open the device, then map; after the last group left it begins anew",
    }],
  },
  {
    id: "DEV-NAME",
    operations: ["VFIO_GROUP_GET_DEVICE_FD"],
    codes: ["ENODEV"],
    steps: [{
      text:
        "The group has no device of that name with a VFIO driver: the name is the full address, as 0000:00:04.0",
    }],
  },
  {
    id: "VF-TOKEN",
    operations: ["VFIO_GROUP_GET_DEVICE_FD", "VFIO_DEVICE_BIND_IOMMUFD"],
    codes: ["EACCES"],
    steps: [{
      text: "A VF of a PF that vfio-pci drives opens only with the PF's token: add vf_token=UUID to the name",
    }],
  },
  {
    id: "BIND-ROOT",
    operations: ["bind", "unbind"],
    codes: ["EACCES", "EPERM"],
    steps: [{
      text:
        "Binding drivers needs root: run the program that binds with sudo, and open the device as yourself",
    }],
  },
  {
    id: "BIND-INUSE",
    operations: ["bind", "unbind"],
    codes: ["EBUSY"],
    steps: [
      {
        text:
          "{address} is open in this process: dispose of its devices and mappings first; the kernel would wait for that for ever",
      },
    ],
  },
  {
    id: "BIND-SILENT",
    operations: ["bind"],
    codes: ["ENODEV"],
    steps: [{
      text: "The driver {driver} did not take {address}: the kernel log says why",
      command: "sudo dmesg | tail -20",
    }],
  },
  {
    id: "BIND-NODRIVER",
    operations: ["bind"],
    codes: ["ENOENT"],
    steps: [{ text: "The driver {driver} is not loaded", command: "sudo modprobe {driver}" }],
  },
  {
    id: "MEMLOCK",
    operations: ["VFIO_IOMMU_MAP_DMA"],
    codes: ["ENOMEM"],
    steps: [
      {
        text:
          "DMA memory is pinned and counts against RLIMIT_MEMLOCK: {needed} bytes more are needed, {locked} of {limit} bytes are taken",
        command: "sudo prlimit --pid $$ --memlock=unlimited",
      },
    ],
  },
  {
    id: "DMA-EXIST",
    operations: ["VFIO_IOMMU_MAP_DMA"],
    codes: ["EEXIST"],
    steps: [{ text: "A mapping is there already: unmap it first, or let the address space choose the IOVA" }],
  },
  {
    id: "DMA-EINVAL",
    operations: ["VFIO_IOMMU_MAP_DMA"],
    codes: ["EINVAL"],
    steps: [
      { text: "Valid IOVAs are {ranges}; what lies between is reserved, as the MSI window at 0xfee00000 is" },
      { text: "iova, vaddr and size must be multiples of {alignment}, and size more than 0" },
      { text: "Ask for at least one of read and write, and for neither together with updateVaddr" },
    ],
  },
  {
    id: "DMA-OVERFLOW",
    operations: ["VFIO_IOMMU_MAP_DMA", "VFIO_IOMMU_UNMAP_DMA"],
    codes: ["EOVERFLOW"],
    steps: [{ text: "The range leaves the 64-bit address space" }],
  },
  {
    id: "DMA-FAULT-VA",
    operations: ["VFIO_IOMMU_MAP_DMA"],
    codes: ["EFAULT"],
    steps: [{
      text:
        "The memory is not there, or read-only while the device asks to write: map memory of allocate() that is not disposed of",
    }],
  },
  {
    id: "DMA-NOSPC",
    operations: ["VFIO_IOMMU_MAP_DMA"],
    codes: ["ENOSPC"],
    steps: [{
      text: "The limit of mappings per container is reached: map bigger pieces, or raise it",
      command: "echo 1000000 | sudo tee /sys/module/vfio_iommu_type1/parameters/dma_entry_limit",
    }],
  },
  {
    id: "UNMAP-SPLIT",
    operations: ["VFIO_IOMMU_UNMAP_DMA"],
    codes: ["EINVAL"],
    steps: [{ text: "Type1v2 does not cut mappings: unmap exactly what was mapped" }],
  },
  {
    id: "BAR-EIO",
    operations: ["pread", "pwrite", "mmap"],
    codes: ["EIO"],
    steps: [{
      text:
        "The device does not decode memory: set Memory Space in its Command register, put it into D0, or wait for its reset",
    }],
  },
  {
    id: "ROM-ENOMEM",
    operations: ["pread"],
    codes: ["ENOMEM"],
    steps: [{ text: "The ROM answers only while Memory Space in the Command register is set" }],
  },
  {
    id: "BAR-RESERVE",
    operations: ["pread", "pwrite", "mmap"],
    codes: ["EBUSY"],
    steps: [{
      text: "Another driver (a boot framebuffer, often) holds the BAR",
      command: "sudo cat /proc/iomem",
    }],
  },
  {
    id: "BAR-MMAP",
    operations: ["mmap"],
    codes: ["EINVAL"],
    steps: [{
      text: "Only memory BARs map, in whole pages and inside the BAR: use read() and write() for the rest",
    }],
  },
  {
    id: "BAR-EINVAL",
    operations: ["pread", "pwrite"],
    codes: ["EINVAL"],
    steps: [{ text: "The region is absent, or the offset is past its end: regionInfo() tells its size" }],
  },
  {
    id: "RESET-NONE",
    operations: ["VFIO_DEVICE_RESET"],
    codes: ["EINVAL"],
    steps: [{
      text: "The function has no reset of its own: a hot reset of its bus may work (hotResetInfo())",
    }],
  },
  {
    id: "RESET-HOT-NODEV",
    operations: ["VFIO_DEVICE_GET_PCI_HOT_RESET_INFO", "VFIO_DEVICE_PCI_HOT_RESET"],
    codes: ["ENODEV"],
    steps: [{ text: "The device sits on a bus or slot that cannot be reset (the root bus)" }],
  },
  {
    id: "IRQ-COUNT",
    operations: ["VFIO_DEVICE_SET_IRQS"],
    codes: ["EINVAL"],
    steps: [{
      text:
        "irqInfo() tells how many vectors there are; of INTx, MSI and MSI-X one is enabled at a time: disable it first",
    }],
  },
  {
    id: "IRQ-NOTTY",
    operations: ["VFIO_DEVICE_SET_IRQS"],
    codes: ["ENOTTY"],
    steps: [{ text: "Only INTx masks and unmasks through the kernel: mask other vectors in the device" }],
  },
  {
    id: "IRQ-ENODEV",
    operations: ["VFIO_DEVICE_SET_IRQS"],
    codes: ["ENODEV"],
    steps: [{ text: "The device has no working INTx line: use MSI or MSI-X" }],
  },
  {
    id: "FD-LIMIT",
    operations: ["open", "eventfd", "memfd_create", "VFIO_GROUP_GET_DEVICE_FD"],
    codes: ["EMFILE"],
    steps: [{ text: "This process has no descriptors left", command: "ulimit -n 65536" }],
  },
];
