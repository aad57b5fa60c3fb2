/**
 * Ways in which a machine can be broken so that a device does not work, and what doctor has to say about each.
 *
 * The machine has an edu alone in its group, an nvme and an edu that share a slot, and an igb behind a port; both edus
 * belong to vfio-pci, and the nodes of their groups to root, unless a breakage says otherwise.
 */

/** What is broken, and how that shows. */
export interface Breakage {
  readonly name: string;
  /** Breaks it, as root. `$EDU`, `$SIBLING`, `$NVME`, `$NIC`, `$PORT` are addresses; `$GROUP` is the first edu's group. */
  readonly shell: string;
  /** Devices asked about, by those names; none: the machine. */
  readonly device?: "EDU" | "SIBLING" | "NVME" | "NIC" | "PORT";
  /** Who asks; of the user's processes one may lock 64 KiB only. @default "root" */
  readonly who?: "root" | "user" | "poor user";
  /** The user has this device open meanwhile. */
  readonly held?: "EDU";
  /** What is wrong then, in this order: ids of the catalogue. */
  readonly ids: readonly string[];
  /** What the lines of the findings and the steps have to contain. */
  readonly says: readonly string[];
  /** Mends what doctor's steps cannot; else they are carried out. */
  readonly mend?: string;
  /** What is still wrong when it is mended: not the breakage's. */
  readonly stays?: readonly string[];
}

const REMOVE_MODULES = `
  for a in $EDU $SIBLING; do echo $a >/sys/bus/pci/drivers/vfio-pci/unbind; done
  rmmod vfio_pci vfio_pci_core`;

export const BREAKAGES: readonly Breakage[] = [
  {
    name: "the kernel drives a sibling",
    shell: "vfio-unbind $NVME; echo $NVME >/sys/bus/pci/drivers_probe",
    device: "SIBLING",
    ids: ["NOT-VIABLE"],
    says: [
      "00:05.0 is driven by nvme",
      "sudo vfio bind 00:05.1 --group  # Also takes 00:05.0 from nvme (not in use)",
    ],
  },
  {
    name: "the kernel drives a sibling, and nobody says which device is wanted",
    shell: "vfio-unbind $NVME; echo $NVME >/sys/bus/pci/drivers_probe",
    ids: ["NOT-VIABLE"],
    says: ["00:05.0 is driven by nvme", "sudo vfio bind 00:05.1 --group"],
  },
  {
    name: "a disk in the group is mounted",
    shell:
      "vfio-unbind $NVME; echo $NVME >/sys/bus/pci/drivers_probe; await_disk; mount -t ext4 /dev/nvme0n1 /data",
    device: "SIBLING",
    ids: ["NOT-VIABLE", "BIND-INUSE"],
    says: ["00:05.0: mounted: /data", "sudo umount /data", "sudo vfio bind 00:05.1 --group"],
  },
  {
    name: "the disk itself is swap space",
    shell:
      "vfio-unbind $NVME; echo $NVME >/sys/bus/pci/drivers_probe; await_disk; mkswap /dev/nvme0n1; swapon /dev/nvme0n1",
    device: "NVME",
    ids: ["GROUP-NOENT", "BIND-INUSE"],
    says: ["nvme has it", "swap: /dev/nvme0n1", "sudo swapoff /dev/nvme0n1", "sudo vfio bind 00:05.0"],
  },
  {
    name: "the node is root's",
    shell: "chown root /dev/vfio/$GROUP",
    device: "EDU",
    who: "user",
    ids: ["GROUP-ACCES", "MEMLOCK"],
    says: ["is 0600 root; you are user", "sudo vfio bind 00:04.0 --owner user  # Give /dev/vfio/"],
    stays: ["MEMLOCK"],
  },
  {
    name: "the node opens for nobody",
    shell: "chown user /dev/vfio/$GROUP; chmod 0 /dev/vfio/$GROUP",
    device: "EDU",
    who: "user",
    ids: ["GROUP-ACCES", "MEMLOCK"],
    says: ["is 0000 user; you are user", "sudo vfio bind 00:04.0 --owner user"],
    stays: ["MEMLOCK"],
  },
  {
    name: "the node is gone",
    shell: "rm /dev/vfio/$GROUP",
    device: "EDU",
    ids: ["GROUP-NOENT"],
    says: ["is not there", "sudo vfio unbind 00:04.0 && sudo vfio bind 00:04.0"],
  },
  {
    name: "the containers' node opens for root alone",
    shell: "chown user /dev/vfio/$GROUP; chmod 600 /dev/vfio/vfio",
    device: "EDU",
    who: "user",
    ids: ["NO-CONTAINER-PERM", "MEMLOCK"],
    says: ["/dev/vfio/vfio is 0600 root", "sudo chmod 0666 /dev/vfio/vfio"],
    stays: ["MEMLOCK"],
  },
  {
    name: "the user may hardly lock memory",
    shell: "chown user /dev/vfio/$GROUP",
    device: "EDU",
    who: "poor user",
    ids: ["MEMLOCK"],
    says: ["64 KiB: enough for 16 pages of DMA", "sudo prlimit --pid $$ --memlock=unlimited", "vfio setup"],
    mend: "prlimit",
    stays: ["MEMLOCK"],
  },
  {
    name: "vfio_pci is not loaded",
    shell: REMOVE_MODULES,
    device: "EDU",
    ids: ["NO-MODULE", "GROUP-NOENT"],
    says: ["not loaded: vfio_pci", "sudo modprobe -a vfio_pci", "no driver has it", "sudo vfio bind 00:04.0"],
  },
  {
    name: "vfio_iommu_type1 is not loaded",
    shell: "rmmod vfio_iommu_type1",
    device: "EDU",
    ids: ["IOMMU-TYPE"],
    says: ["not loaded: vfio_iommu_type1", "sudo modprobe -a vfio_iommu_type1"],
  },
  {
    name: "nothing of VFIO is loaded",
    shell: `${REMOVE_MODULES} vfio_iommu_type1 vfio_virqfd vfio || true; ! [ -e /dev/vfio/vfio ]`,
    device: "EDU",
    ids: ["NO-MODULE", "GROUP-NOENT"],
    says: ["not loaded: vfio, vfio_iommu_type1, vfio_pci", "sudo modprobe -a vfio vfio_iommu_type1 vfio_pci"],
  },
  {
    name: "another process has the device",
    shell: "chown user /dev/vfio/$GROUP",
    held: "EDU",
    device: "EDU",
    ids: ["GROUP-BUSY"],
    says: ["open in ", " (deno)", "a group has one opener at a time"],
    mend: "close",
  },
  {
    name: "driver_override names a driver that is not there",
    shell:
      "echo $EDU >/sys/bus/pci/devices/$EDU/driver/unbind; echo nonesuch >/sys/bus/pci/devices/$EDU/driver_override",
    device: "EDU",
    ids: ["GROUP-NOENT", "REBIND-LOST"],
    says: ["no driver has it", "driver_override names nonesuch", "sudo vfio bind 00:04.0"],
  },
  {
    name: "driver_override keeps the network card from its driver",
    shell: "echo vfio-pci >/sys/bus/pci/devices/$NIC/driver_override",
    ids: ["REBIND-LOST"],
    says: [
      "0000:01:00.0: driver_override names vfio-pci, igb has it",
      "echo igb | sudo tee /sys/bus/pci/devices/0000:01:00.0/driver_override",
    ],
  },
  {
    name: "pci-stub has the device",
    shell:
      "vfio-unbind $EDU; echo pci-stub >/sys/bus/pci/devices/$EDU/driver_override; echo $EDU >/sys/bus/pci/drivers_probe",
    device: "EDU",
    ids: ["GROUP-NOENT"],
    says: ["pci-stub has it", "sudo vfio bind 00:04.0  # Give 00:04.0 to vfio-pci"],
  },
  {
    name: "uio_pci_generic has the device",
    shell: `vfio-unbind $EDU; echo uio_pci_generic >/sys/bus/pci/devices/$EDU/driver_override
      echo $EDU >/sys/bus/pci/drivers_probe`,
    device: "EDU",
    ids: ["GROUP-NOENT"],
    says: ["uio_pci_generic has it", "sudo vfio bind 00:04.0"],
  },
  {
    name: "no driver has the device",
    shell: "vfio-unbind $EDU",
    device: "EDU",
    ids: ["GROUP-NOENT"],
    says: ["no driver has it", "sudo vfio bind 00:04.0"],
  },
  {
    name: "the default route leads over the network card",
    shell: "ip addr add 10.9.8.7/24 dev eth0; ip link set eth0 up; ip route add default via 10.9.8.1",
    device: "NIC",
    ids: ["GROUP-NOENT", "BIND-INUSE"],
    says: ["igb has it", "eth0: default route", "sudo ip link set eth0 down", "sudo vfio bind 01:00.0"],
  },
  {
    name: "the network card has virtual functions",
    shell: "echo 2 >/sys/bus/pci/devices/$NIC/sriov_numvfs",
    device: "NIC",
    ids: ["GROUP-NOENT", "BIND-PF-SRIOV"],
    says: [
      "2 virtual functions are switched on",
      "echo 0 | sudo tee /sys/bus/pci/devices/0000:01:00.0/sriov_numvfs",
    ],
  },
  {
    name: "the port is meant instead of the card",
    shell: "true",
    device: "PORT",
    ids: ["BIND-BRIDGE"],
    says: ["it is a bridge", "bind the endpoints"],
    mend: "ask about another",
  },
];
