/**
 * The remedies catalogue: symptom (operation and errno, or a line of a log), cause, what to do.
 *
 * Facts that texts may name, as backends give them: `address` a device, `group` a group's number, `node` its
 * path, `owner` and `mode` of the node, `blockers` and `blockerAddresses` devices that make a group not viable,
 * `holders` processes that have the node open, `limit`, `locked` and `needed` bytes of locked memory, `ranges`
 * valid IOVAs, `alignment` the smallest page, `driver` a driver's name, `opened` a device that is open in this
 * process, `uses` what the machine does with a device, `bridge` the bridge above a device. A log gives what its pattern names.
 *
 * Where a row's `when` has a fact that its texts do not name, the fact only says that the row applies: `container`,
 * `noIommu`, `interruptRemapping`; and `explained`, which no backend gives: an errno alone does not point there.
 */
import type { RemedyRow } from "./remedies.ts";

/** The catalogue, the likeliest cause first. */
export const REMEDIES: readonly RemedyRow[] = [
  {
    id: "NO-MODULE",
    title: "/dev/vfio/vfio is not there",
    cause: "The module vfio is not loaded, or this kernel was built without CONFIG_VFIO.",
    operations: ["open"],
    codes: ["ENOENT", "ENODEV"],
    when: ["container"],
    steps: [
      {
        text: "The vfio module is not loaded, or this kernel has none",
        command: "sudo modprobe vfio-pci",
      },
      {
        text: "After each start of the machine, too",
        command: "echo vfio-pci | sudo tee /etc/modules-load.d/vfio.conf",
        later: true,
      },
    ],
  },
  {
    id: "NO-CONTAINER-PERM",
    title: "/dev/vfio/vfio does not open",
    cause:
      "The node is open to all (0666), and grants nothing by itself; a container, AppArmor or a udev rule changed it.",
    operations: ["open"],
    codes: ["EACCES", "EPERM"],
    when: ["container"],
    steps: [{
      text:
        "{node} belongs to {owner} with mode {mode}, where 0666 is usual; in a container pass it on by --device {node}",
      command: "sudo chmod 0666 {node}",
    }],
  },
  {
    id: "GROUP-NOENT",
    title: "/dev/vfio/N is not there",
    cause: "No device of the group is bound to vfio-pci, or vfio-pci refused it.",
    operations: ["open"],
    codes: ["ENOENT"],
    when: ["group"],
    steps: [
      {
        text: "No device of group {group} is bound to vfio-pci: bind {address}",
        command: "sudo vfio bind {address}",
      },
      { text: "No device of group {group} is bound to vfio-pci, so {node} does not exist" },
    ],
  },
  {
    id: "GROUP-NODEV",
    title: "/dev/vfio/N opens to nothing",
    cause: "The group's last device left vfio-pci meanwhile.",
    operations: ["open"],
    codes: ["ENODEV"],
    when: ["group"],
    steps: [
      {
        text: "The last device of group {group} left vfio-pci meanwhile: bind {address} again",
        command: "sudo vfio bind {address}",
      },
      { text: "The last device of group {group} left vfio-pci meanwhile: bind it again" },
    ],
  },
  {
    id: "GROUP-ACCES",
    title: "/dev/vfio/N is somebody else's",
    cause: "The kernel makes a group's node for root alone (0600).",
    operations: ["open"],
    codes: ["EACCES", "EPERM"],
    when: ["group"],
    steps: [{
      text: "{node} belongs to {owner} with mode {mode}: a udev rule (vfio setup) or chown gives it to you",
      command: "sudo chown $USER {node}",
    }],
  },
  {
    id: "GROUP-BUSY",
    title: "The group is open already",
    cause:
      "A group has one opener at a time, in this process or another; an open device and a mapped BAR count.",
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
    title: "A device without an IOMMU does not open",
    cause: "It reaches all memory, so the kernel asks for CAP_SYS_RAWIO.",
    operations: ["open", "VFIO_GROUP_SET_CONTAINER", "VFIO_GROUP_GET_DEVICE_FD"],
    codes: ["EPERM"],
    when: ["noIommu"],
    steps: [{ text: "A device without an IOMMU needs CAP_SYS_RAWIO; better use a machine with an IOMMU" }],
  },
  {
    id: "NOT-VIABLE",
    title: "The group is not viable",
    cause:
      "Another device of the group has a kernel driver, which does DMA of its own; bridges do not count.",
    operations: ["VFIO_GROUP_SET_CONTAINER"],
    codes: ["EPERM"],
    log: /[Gg]roup (?:(?<group>\d+) )?is not viable/,
    steps: [
      {
        text:
          "Group {group} is not viable: {blockers} can do DMA for the kernel. Bind every such device of the group to vfio-pci or pci-stub, or to no driver; bridges may stay",
        command: "sudo vfio bind {blockerAddresses}",
      },
    ],
  },
  {
    id: "NOIOMMU-MIX",
    title: "Two groups do not share a container",
    cause: "One of them has an IOMMU, the other has none.",
    operations: ["VFIO_GROUP_SET_CONTAINER"],
    codes: ["EPERM"],
    when: ["explained"],
    steps: [{ text: "Groups with and without an IOMMU need a container each" }],
  },
  {
    id: "GROUP-INUSE",
    title: "Somebody else owns the group's DMA",
    cause:
      "A virtual machine, another container or an iommufd has it, though all its devices are on vfio-pci.",
    operations: ["VFIO_GROUP_SET_CONTAINER"],
    codes: ["EPERM", "EBUSY"],
    steps: [{ text: "Another owner (a virtual machine, an iommufd) has the DMA of group {group}" }],
  },
  {
    id: "SETCONT-TWICE",
    title: "The group is attached already",
    cause: "A group is in one container at a time; or its mappings do not fit the container's.",
    operations: ["VFIO_GROUP_SET_CONTAINER"],
    codes: ["EINVAL"],
    steps: [{
      text:
        "The group has a container already, or its mappings do not fit: detach it with unsetContainer() first",
    }],
  },
  {
    id: "SETCONT-BADFD",
    title: "That is no container",
    cause: "The descriptor that was given is something else.",
    operations: ["VFIO_GROUP_SET_CONTAINER"],
    codes: ["EBADFD"],
    steps: [{ text: "What was given is neither a container nor an iommufd" }],
  },
  {
    id: "NO-GROUPS",
    title: "There are no IOMMU groups",
    cause:
      "The IOMMU is off, in the firmware or on the kernel's command line; vfio-pci refuses each device (error -22).",
    operations: ["bind"],
    codes: ["ENODEV", "EINVAL"],
    when: ["noGroup"],
    log:
      /vfio-pci(?:: probe of)? (?<address>[\da-f:]+\.[0-7]):?(?: probe with driver vfio-pci)? failed with error -22/,
    steps: [
      {
        text: "{address} has no IOMMU group: switch on VT-d, AMD-Vi or the SMMU in the firmware's settings",
        reboot: true,
      },
      {
        text: "On Intel, tell the kernel as well; AMD-Vi is on by default",
        command:
          "sudo sed -i 's/^GRUB_CMDLINE_LINUX=\"/&intel_iommu=on /' /etc/default/grub && sudo update-grub",
        reboot: true,
      },
      {
        text: "What the kernel found",
        command: "sudo dmesg | grep -e DMAR -e AMD-Vi -e SMMU",
        later: true,
      },
    ],
  },
  {
    id: "IOMMU-NO-DMAR",
    title: "The firmware describes no IOMMU",
    cause: "There is no table of it (DMAR, IVRS): the setting is off, or a virtual machine has no IOMMU.",
    operations: [],
    codes: [],
    log: /DMAR: No DMAR devices found|No ATSR found|AMD-Vi: .*IVRS.* not found/,
    steps: [
      { text: "Switch the IOMMU on in the firmware's settings (VT-d, AMD-Vi)", reboot: true },
      { text: "In QEMU: -machine q35 -device intel-iommu,intremap=on, before all other devices" },
    ],
  },
  {
    id: "INTREMAP",
    title: "Interrupts are not remapped",
    cause: "Without interrupt remapping a device can raise any interrupt, so VFIO does not hand it out.",
    operations: ["VFIO_SET_IOMMU", "VFIO_GROUP_SET_CONTAINER"],
    codes: ["EPERM"],
    when: ["interruptRemapping"],
    log: /No interrupt remapping support/,
    steps: [{
      text:
        "The platform has no interrupt remapping: enable it in the firmware. Only in a lab: allow unsafe interrupts, which lets a device inject any interrupt",
      command: "echo 1 | sudo tee /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts",
      unsafe: true,
    }],
  },
  {
    id: "RMRR-OLD",
    title: "The firmware keeps memory for the device (RMRR)",
    cause:
      "Firmware or a management controller shares memory with it (HP iLO, some RAID cards), so it stays with the host.",
    operations: ["VFIO_SET_IOMMU", "VFIO_GROUP_SET_CONTAINER"],
    codes: ["EPERM"],
    when: ["explained"],
    log: /ineligible for IOMMU domain attach due to platform RMRR requirement/,
    steps: [
      { text: "Update the firmware, or switch its shared memory with this slot off (the vendor's tool)" },
      { text: "Put the card into another slot; intel_iommu=relax_rmrr is in patched kernels only" },
    ],
  },
  {
    id: "RMRR-NEW",
    title: "The firmware wants a 1:1 mapping for the device",
    cause: "It keeps memory for the device: its group lists `direct` in reserved_regions.",
    operations: ["VFIO_SET_IOMMU", "VFIO_GROUP_SET_CONTAINER"],
    codes: ["EINVAL"],
    when: ["explained"],
    log: /Firmware has requested this device have a 1:1 IOMMU mapping/,
    steps: [
      { text: "Update the firmware, or switch its shared memory with this slot off (the vendor's tool)" },
      { text: "What a group keeps shows among its reserved ranges", command: "vfio groups" },
    ],
  },
  {
    id: "IOMMU-TYPE",
    title: "The IOMMU type is not offered",
    cause: "vfio_iommu_type1 is not loaded, or the type is another machine's.",
    operations: ["VFIO_SET_IOMMU"],
    codes: ["ENODEV"],
    steps: [{
      text: "No loaded IOMMU driver has that type; supports() tells which are there",
      command: "sudo modprobe vfio_iommu_type1",
    }],
  },
  {
    id: "IOMMU-ORDER",
    title: "The calls came in another order",
    cause:
      "The IOMMU is set once, after a group is attached, and before devices are opened and memory is mapped.",
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
    id: "NONCOHERENT",
    title: "The IOMMU does not keep caches coherent",
    cause:
      "vfio-pci refuses a device (error -22) although it has a group: its IOMMU lacks cache coherency, on some Arm boards.",
    operations: ["bind"],
    codes: ["ENODEV", "EINVAL"],
    when: ["explained"],
    steps: [{
      text: "Use another platform; or firmware that marks the device coherent (_CCA, dma-coherent)",
    }],
  },
  {
    id: "DEV-NAME",
    title: "The group has no such device",
    cause: "The name is not the full address, the device is in another group, or it is not on vfio-pci.",
    operations: ["VFIO_GROUP_GET_DEVICE_FD"],
    codes: ["ENODEV"],
    steps: [{
      text:
        "The group has no device of that name with a VFIO driver: the name is the full address, as 0000:00:04.0",
    }],
  },
  {
    id: "VF-TOKEN",
    title: "The virtual function wants its token",
    cause: "vfio-pci has its physical function: whoever opens one has to know the token of both.",
    operations: ["VFIO_GROUP_GET_DEVICE_FD", "VFIO_DEVICE_BIND_IOMMUFD"],
    codes: ["EACCES"],
    log: /VF token required to access device|Incorrect VF token provided|VF token incorrectly provided/,
    steps: [{
      text: "A VF of a PF that vfio-pci drives opens only with the PF's token: add vf_token=UUID to the name",
    }],
  },
  {
    id: "BIND-ROOT",
    title: "Binding needs root",
    cause: "Who drives a device is the administrator's to say.",
    operations: ["bind", "unbind", "chmod", "chown"],
    codes: ["EACCES", "EPERM"],
    steps: [{
      text:
        "Binding drivers needs root: run the program that binds with sudo, and open the device as yourself",
    }],
  },
  {
    id: "BIND-INUSE",
    title: "The device is in use",
    cause:
      "The machine lives on it (a mounted disk, the default route, the console), or a process has it open.",
    operations: ["bind", "unbind"],
    codes: ["EBUSY"],
    steps: [
      { text: "{address} is in use ({uses}): end that first; --force takes it all the same" },
      {
        text:
          "{opened} is open in this process: dispose of its devices and mappings first; the kernel would wait for that for ever",
      },
    ],
  },
  {
    id: "BIND-PF-SRIOV",
    title: "The physical function has virtual ones",
    cause: "vfio-pci takes no physical function while its virtual ones are switched on.",
    operations: ["bind"],
    codes: ["EBUSY"],
    when: ["explained"],
    log: /Cannot bind to PF with SR-IOV enabled/,
    steps: [
      {
        text:
          "Switch the virtual functions of {address} off first; vfio-pci makes new ones with enable_sriov=1",
        command: "echo 0 | sudo tee /sys/bus/pci/devices/{address}/sriov_numvfs",
      },
    ],
  },
  {
    id: "BIND-SILENT",
    title: "The driver did not take the device",
    cause: "The kernel reports success for a probe that found no driver, or whose driver refused.",
    operations: ["bind", "unbind"],
    codes: ["ENODEV"],
    when: ["driver"],
    steps: [{
      text: "The driver {driver} did not take {address}: the kernel log says why",
      command: "sudo dmesg | tail -20",
    }],
  },
  {
    id: "BIND-NODRIVER",
    title: "The driver is not loaded",
    cause: "/sys/bus/pci/drivers has no such folder.",
    operations: ["bind", "unbind"],
    codes: ["ENOENT"],
    steps: [{ text: "The driver {driver} is not loaded", command: "sudo modprobe {driver}" }],
  },
  {
    id: "BIND-NOID",
    title: "The driver does not know the device",
    cause: "A write to the driver's `bind` file wants its id in the driver's table, or driver_override.",
    operations: ["bind"],
    codes: ["ENODEV"],
    when: ["explained"],
    steps: [{ text: "Set driver_override first, as vfio bind does", command: "sudo vfio bind {address}" }],
  },
  {
    id: "BIND-BRIDGE",
    title: "vfio-pci takes no bridges",
    cause:
      "It drives endpoints (header type 0) only; and no bridge has to be given to it for its group to be viable.",
    operations: ["bind"],
    codes: ["EINVAL", "ENODEV"],
    when: ["bridge"],
    log:
      /vfio-pci(?:: probe of)? (?<address>[\da-f:]+\.[0-7]):?(?: probe with driver vfio-pci)? failed with error -22/,
    steps: [{
      text:
        "Leave {address} with its driver if it is a bridge, and bind the endpoints: bridges do not block a group",
    }],
  },
  {
    id: "BIND-EINVAL",
    title: "A write to bind or new_id is refused",
    cause: "The device has no IOMMU group, is on vfio-pci's denylist, or is a bridge.",
    operations: ["bind"],
    codes: ["EINVAL", "EIO"],
    steps: [{ text: "Look what the device lacks", command: "vfio doctor {address}" }],
  },
  {
    id: "BIND-DENYLIST",
    title: "The device is on vfio-pci's denylist",
    cause: "It is known to be broken in the hands of a user (Intel QAT).",
    operations: ["bind"],
    codes: ["EINVAL", "ENODEV"],
    when: ["explained"],
    log: /exists in vfio-pci device denylist/,
    steps: [
      { text: "Use the vendor's VFIO driver" },
      {
        text: "Only in a lab: switch the list off",
        command: "sudo modprobe -r vfio-pci && sudo modprobe vfio-pci disable_denylist=1",
        unsafe: true,
      },
    ],
  },
  {
    id: "BIND-EXIST",
    title: "new_id took the wrong device, or refuses (EEXIST)",
    cause: "new_id is for all devices of an id, at once and to come.",
    operations: ["bind"],
    codes: ["EEXIST"],
    steps: [{
      text: "Use driver_override, which is for one device, as vfio bind does",
      command: "sudo vfio bind {address}",
    }],
  },
  {
    id: "UNBIND-HANG",
    title: "unbind does not return",
    cause:
      "A process has the device open; the kernel asks it for the device (REQ) and waits for its last close.",
    operations: ["unbind"],
    codes: ["EBUSY", "ETIMEDOUT"],
    when: ["explained"],
    log:
      /No device request channel registered, blocked until released by user|Relaying device request to user/,
    steps: [
      { text: "End the process that holds the group's node", command: "sudo fuser -v {node}" },
      { text: 'In a program of your own: enable the interrupt "req", and close the device when it fires' },
    ],
  },
  {
    id: "REBIND-LOST",
    title: "The old driver does not come back",
    cause: "driver_override still names another, or nobody remembers which one it was.",
    operations: ["unbind"],
    codes: ["ENODEV"],
    when: ["explained"],
    steps: [{
      text: "Clear driver_override, let the kernel choose, and look",
      command: "sudo vfio unbind {address}",
    }],
  },
  {
    id: "MODSIG",
    title: "The module is not signed",
    cause: "Secure Boot loads signed modules only.",
    operations: [],
    codes: [],
    log: /Key was rejected by service|Loading of unsigned module is rejected/,
    steps: [{
      text: "Use the distribution's kernel, whose VFIO modules are signed; sign your own (kmodsign, mokutil)",
    }],
  },
  {
    id: "LOCKDOWN",
    title: "Lockdown: no direct access to hardware",
    cause: "With Secure Boot the kernel refuses /dev/mem and writes to config space through sysfs.",
    operations: ["pwrite", "write", "mmap"],
    codes: ["EPERM"],
    log: /Lockdown: .*is restricted; see man kernel_lockdown/,
    steps: [{ text: "Use VFIO: what it opens works under lockdown=integrity, config space included" }],
  },
  {
    id: "MEMLOCK",
    title: "Too much memory is locked",
    cause: "DMA memory is pinned and counts against RLIMIT_MEMLOCK (often 8 MiB); huge pages count as well.",
    operations: ["VFIO_IOMMU_MAP_DMA"],
    codes: ["ENOMEM"],
    log: /RLIMIT_MEMLOCK \((?<limit>\d+)\) exceeded/,
    steps: [
      {
        text:
          "DMA memory is pinned and counts against RLIMIT_MEMLOCK: {needed} bytes more are needed, {locked} of {limit} bytes are taken",
        command: "sudo prlimit --pid $$ --memlock=unlimited",
      },
      {
        text: "For good: /etc/security/limits.d, or LimitMEMLOCK=infinity of a systemd unit",
        command: "vfio setup",
        later: true,
      },
    ],
  },
  {
    id: "DMA-EXIST",
    title: "The IOVA is mapped already",
    cause: "The range overlaps a mapping of this container.",
    operations: ["VFIO_IOMMU_MAP_DMA"],
    codes: ["EEXIST"],
    steps: [{ text: "A mapping is there already: unmap it first, or let the address space choose the IOVA" }],
  },
  {
    id: "DMA-RESERVED",
    title: "The IOVA is reserved",
    cause:
      "The range touches the MSI window (0xfee00000), the firmware's memory, or lies beyond what the IOMMU translates.",
    operations: ["VFIO_IOMMU_MAP_DMA"],
    codes: ["EINVAL"],
    steps: [
      { text: "Valid IOVAs are {ranges}; what lies between is reserved, as the MSI window at 0xfee00000 is" },
    ],
  },
  {
    id: "DMA-WIDTH",
    title: "The IOVA is beyond the IOMMU's width",
    cause: "IOMMUs translate 39 or 48 bits, some more; an IOVA is no pointer, and pointers have more bits.",
    operations: ["VFIO_IOMMU_MAP_DMA"],
    codes: ["EINVAL"],
    when: ["explained"],
    steps: [
      { text: "Choose IOVAs inside the ranges that the IOMMU tells", command: "vfio dma {address} ranges" },
      { text: "In QEMU: -device intel-iommu,aw-bits=48" },
    ],
  },
  {
    id: "DMA-ALIGN",
    title: "The range is not made of whole pages",
    cause:
      "iova, vaddr and size have to be multiples of the IOMMU's page, the size more than 0, with a right asked for.",
    operations: ["VFIO_IOMMU_MAP_DMA"],
    codes: ["EINVAL"],
    steps: [
      { text: "iova, vaddr and size must be multiples of {alignment}, and size more than 0" },
      { text: "Ask for at least one of read and write, and for neither together with updateVaddr" },
    ],
  },
  {
    id: "DMA-OVERFLOW",
    title: "The range wraps",
    cause: "iova plus size is more than 64 bits.",
    operations: ["VFIO_IOMMU_MAP_DMA", "VFIO_IOMMU_UNMAP_DMA"],
    codes: ["EOVERFLOW"],
    steps: [{ text: "The range leaves the 64-bit address space" }],
  },
  {
    id: "DMA-FAULT-VA",
    title: "The memory is not there",
    cause: "vaddr is not mapped in this process, or read-only while the device asks to write.",
    operations: ["VFIO_IOMMU_MAP_DMA"],
    codes: ["EFAULT"],
    steps: [{
      text:
        "The memory is not there, or read-only while the device asks to write: map memory of allocate() that is not disposed of",
    }],
  },
  {
    id: "DMA-NOSPC",
    title: "Too many mappings",
    cause: "A container has 65535 mappings at most (dma_entry_limit).",
    operations: ["VFIO_IOMMU_MAP_DMA"],
    codes: ["ENOSPC"],
    steps: [{
      text: "The limit of mappings per container is reached: map bigger pieces, or raise it",
      command: "echo 1000000 | sudo tee /sys/module/vfio_iommu_type1/parameters/dma_entry_limit",
    }],
  },
  {
    id: "UNMAP-SPLIT",
    title: "A mapping is not cut in two",
    cause: "Type1v2 refuses to unmap a part; Type1 unmaps the whole, or nothing and says 0 bytes.",
    operations: ["VFIO_IOMMU_UNMAP_DMA"],
    codes: ["EINVAL"],
    steps: [{ text: "Type1v2 does not cut mappings: unmap exactly what was mapped" }],
  },
  {
    id: "DMA-SILENT",
    title: "DMA never happens, and nothing says why",
    cause: "Bus Master is off in the Command register: the kernel clears it when a device is opened.",
    operations: [],
    codes: [],
    steps: [
      { text: "In a program: device.config.command.update({ busMaster: true })" },
      { text: "Look at the bit", command: "vfio inspect {address}" },
    ],
  },
  {
    id: "DMA-FAULT",
    title: "The IOMMU blocked a DMA access",
    cause:
      "The device used an address that is not mapped (a pointer, a physical address, a stale one), or a mapping without that right.",
    operations: [],
    codes: [],
    log:
      /DMAR: \[DMA (?:Read|Write)[^\]]*\] Request device|AMD-Vi: Event logged \[IO_PAGE_FAULT|Unhandled context fault|event 0x10 received/,
    steps: [
      { text: "Give the device buffer.iova, which is what the IOMMU translates, never vaddr" },
      { text: "Keep the buffer until the device is done with it: dispose unmaps" },
      { text: "See all of them", command: "sudo vfio faults" },
    ],
  },
  {
    id: "DMA-32BIT",
    title: "The device cuts addresses short",
    cause: "Its DMA engine has fewer address bits than the IOVA (QEMU's edu: 28).",
    operations: [],
    codes: [],
    steps: [{ text: "Ask for addresses that it can hold: device.allocate(size, { maxIova: 0xffff_ffffn })" }],
  },
  {
    id: "BAR-EIO",
    title: "The device does not decode memory",
    cause:
      "Memory Space is off in its Command register, it sleeps (D3hot), or it is in reset; a mapped access would be SIGBUS.",
    operations: ["pread", "pwrite", "mmap"],
    codes: ["EIO"],
    steps: [{
      text:
        "The device does not decode memory: set Memory Space in its Command register, put it into D0, or wait for its reset",
    }],
  },
  {
    id: "ROM-ENOMEM",
    title: "The ROM does not answer",
    cause: "The kernel maps it for the read, which needs Memory Space.",
    operations: ["pread"],
    codes: ["ENOMEM"],
    steps: [{ text: "The ROM answers only while Memory Space in the Command register is set" }],
  },
  {
    id: "BAR-RESERVE",
    title: "Somebody else holds the BAR",
    cause: "A boot framebuffer (efifb, simpledrm, BOOTFB) or another driver has reserved it.",
    operations: ["pread", "pwrite", "mmap"],
    codes: ["EBUSY"],
    log: /(?<address>[\da-f:]+\.[0-7]): BAR \d+[^:]*: can't reserve/,
    steps: [
      {
        text: "Another driver (a boot framebuffer, often) holds the BAR",
        command: "sudo cat /proc/iomem",
      },
      {
        text: "Without the boot framebuffer: initcall_blacklist=sysfb_init on the kernel's command line",
        reboot: true,
        later: true,
      },
    ],
  },
  {
    id: "BAR-MMAP",
    title: "The region does not map",
    cause:
      "Only memory BARs of a page and more map, in whole pages, inside the BAR, and not over the MSI-X table on old kernels.",
    operations: ["mmap"],
    codes: ["EINVAL"],
    steps: [{
      text: "Only memory BARs map, in whole pages and inside the BAR: use read() and write() for the rest",
    }],
  },
  {
    id: "BAR-EINVAL",
    title: "The access is outside the region",
    cause: "The offset is past the end, or the BAR is not there.",
    operations: ["pread", "pwrite"],
    codes: ["EINVAL"],
    steps: [{ text: "The region is absent, or the offset is past its end: regionInfo() tells its size" }],
  },
  {
    id: "ALL-ONES",
    title: "Everything reads 0xffffffff",
    cause: "Nobody answers: the link is down, the device is in reset, or an FPGA was loaded anew.",
    operations: [],
    codes: [],
    steps: [
      { text: "Look at its vendor id and its link", command: "vfio inspect {address}" },
      {
        text: "After an FPGA was loaded: remove the bridge above it, not the device alone, and scan again",
        command:
          "echo 1 | sudo tee /sys/bus/pci/devices/{bridge}/remove && echo 1 | sudo tee /sys/bus/pci/rescan",
      },
    ],
  },
  {
    id: "CONFIG-IGNORED",
    title: "A write to config space changes nothing",
    cause: "VFIO virtualises config space: ids, BARs and parts of capabilities are the kernel's.",
    operations: [],
    codes: [],
    steps: [{
      text: "It is meant to be so; Command, power management and the device's own capabilities pass through",
    }],
  },
  {
    id: "RESET-NONE",
    title: "The function has no reset of its own",
    cause: "It has neither FLR nor a reset by power management, and its bus is shared.",
    operations: ["VFIO_DEVICE_RESET"],
    codes: ["EINVAL"],
    steps: [{
      text: "The function has no reset of its own: a hot reset of its bus may work (hotResetInfo())",
    }],
  },
  {
    id: "RESET-HOT-NODEV",
    title: "The bus cannot be reset",
    cause: "The device sits on the root bus, which nothing resets.",
    operations: ["VFIO_DEVICE_GET_PCI_HOT_RESET_INFO", "VFIO_DEVICE_PCI_HOT_RESET"],
    codes: ["ENODEV"],
    steps: [{ text: "The device sits on a bus or slot that cannot be reset (the root bus)" }],
  },
  {
    id: "RESET-STUCK",
    title: "The device does not come back from its reset",
    cause: "It, or the link to it, is not ready long after the reset.",
    operations: ["VFIO_DEVICE_PCI_HOT_RESET"],
    codes: ["ENOTTY"],
    log: /not ready \d+ms after .*; giving up|timed out waiting for pending transaction/,
    steps: [
      {
        text: "Try another way of resetting it",
        command: "echo bus | sudo tee /sys/bus/pci/devices/{address}/reset_method",
      },
      { text: "Switch the machine off, not only to a restart" },
    ],
  },
  {
    id: "D3COLD",
    title: "The device is off and does not come back",
    cause: "Power management switched it off (D3cold), and it cannot return.",
    operations: [],
    codes: [],
    log: /Unable to change power state from \w+ to D0, device inaccessible/,
    steps: [
      {
        text: "Keep it on",
        command: "echo 0 | sudo tee /sys/bus/pci/devices/{address}/d3cold_allowed",
      },
      {
        text: "Keep vfio-pci from putting idle devices to sleep",
        command: "echo 'options vfio-pci disable_idle_d3=1' | sudo tee /etc/modprobe.d/vfio-d3.conf",
        reboot: true,
      },
      { text: "Switch the machine off, not only to a restart" },
    ],
  },
  {
    id: "IRQ-COUNT",
    title: "The interrupt request makes no sense",
    cause: "More vectors than there are, none at all, no eventfd, or another kind of interrupt is on.",
    operations: ["VFIO_DEVICE_SET_IRQS"],
    codes: ["EINVAL"],
    steps: [{
      text:
        "irqInfo() tells how many vectors there are; of INTx, MSI and MSI-X one is enabled at a time: disable it first",
    }],
  },
  {
    id: "IRQ-NOTTY",
    title: "MSI is not masked by the kernel",
    cause: "Masking through SET_IRQS is for INTx.",
    operations: ["VFIO_DEVICE_SET_IRQS"],
    codes: ["ENOTTY"],
    steps: [{ text: "Only INTx masks and unmasks through the kernel: mask other vectors in the device" }],
  },
  {
    id: "IRQ-SHORT",
    title: "There are fewer vectors than asked for",
    cause: "The host gives as many as it has.",
    operations: [],
    codes: [],
    steps: [{ text: 'Take fewer: device.enableInterrupts("msix", { atLeast: 1 })' }],
  },
  {
    id: "IRQ-ENODEV",
    title: "The device has no INTx line",
    cause: "It has no legacy pin, or one that the kernel knows to be broken.",
    operations: ["VFIO_DEVICE_SET_IRQS"],
    codes: ["ENODEV"],
    log: /Masking broken INTx support/,
    steps: [{ text: "The device has no working INTx line: use MSI or MSI-X" }],
  },
  {
    id: "IRQ-BUSY",
    title: "The INTx line is shared",
    cause: "The device cannot mask its INTx, and another driver has the same line.",
    operations: ["VFIO_DEVICE_SET_IRQS"],
    codes: ["EBUSY"],
    steps: [{ text: "Use MSI or MSI-X, or put the card into another slot" }],
  },
  {
    id: "CDEV-NOENT",
    title: "/dev/vfio/devices/vfioN or /dev/iommu is not there",
    cause: "The kernel was built without CONFIG_VFIO_DEVICE_CDEV or CONFIG_IOMMUFD, as Debian's is.",
    operations: ["open"],
    codes: ["ENOENT"],
    when: ["cdev"],
    steps: [{ text: 'Open the device through its group instead: via: "groups", the default' }],
  },
  {
    id: "NOIOMMU-MISSING",
    title: "enable_unsafe_noiommu_mode is not there",
    cause: "The kernel was built without CONFIG_VFIO_NOIOMMU, as Debian's is.",
    operations: [],
    codes: [],
    steps: [{ text: "Give the virtual machine an IOMMU, or build a kernel of your own" }],
  },
  {
    id: "NOIOMMU-TAINT",
    title: "A device is used without an IOMMU",
    cause: "VFIO's unsafe mode is on: the device reaches all memory, and the kernel is tainted.",
    operations: [],
    codes: [],
    log: /vfio-noiommu (?:group|device)/,
    steps: [{ text: "Isolation cannot be tested so; a restart clears the taint", reboot: true }],
  },
  {
    id: "ACS-GROUP",
    title: "Many unrelated devices share a group",
    cause: "Nothing on their way to the root separates them: no Access Control Services (ACS).",
    operations: [],
    codes: [],
    steps: [
      { text: "Put the card into another slot, or switch ACS on in the firmware's settings" },
      {
        text: "pcie_acs_override is in patched kernels only, and pretends an isolation that is not there",
        unsafe: true,
      },
    ],
  },
  {
    id: "CONTAINER-ENV",
    title: "It works on the host, and not in Docker or Kubernetes",
    cause:
      "The container has no device nodes, its device cgroup refuses them, or its memory lock limit is small.",
    operations: ["open"],
    codes: ["EPERM"],
    when: ["explained"],
    steps: [{
      text: "Pass the nodes and the limit on",
      command: "docker run --device /dev/vfio/vfio --device /dev/vfio/{group} --ulimit memlock=-1 IMAGE",
    }],
  },
  {
    id: "CMDLINE-PT",
    title: "iommu=pt on the kernel's command line",
    cause: "The kernel's own drivers bypass the IOMMU; VFIO's devices do not.",
    operations: [],
    codes: [],
    log: /\biommu=pt\b|intel_iommu=igfx_off/,
    steps: [{ text: "Nothing: iommu=pt is fine for VFIO" }],
  },
  {
    id: "FD-LIMIT",
    title: "No descriptors are left",
    cause: "The limit of open files of this process is reached.",
    operations: ["open", "eventfd", "memfd_create", "VFIO_GROUP_GET_DEVICE_FD"],
    codes: ["EMFILE"],
    steps: [{ text: "This process has no descriptors left", command: "ulimit -n 65536" }],
  },
];
