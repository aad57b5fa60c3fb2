/** One of each kind that the tests know: what is plugged in unless a test says otherwise. */
export const DEFAULT_DEVICES: readonly string[] = [
  "edu",
  "edu",
  "nvme",
  "e1000e",
  "ivshmem-plain",
  "virtio-rng-pci",
];

/** A conventional PCI bridge with an edu and an nvme behind it: all three are one group. */
export const BRIDGED_PAIR: readonly string[] = [
  "pcie-pci-bridge,id=br0",
  "edu,bus=br0,addr=1",
  "nvme,bus=br0,addr=2",
];

/** The size of a scratch disk. */
const DISK_BYTES = 64 << 20;

/**
 * Turns the devices of a test into QEMU's arguments, with what each needs behind it: nvme a scratch disk,
 * ivshmem-plain 1 MiB of memory. virtio devices go through the IOMMU, as hardware does.
 *
 * @param directory Where the scratch disks are made.
 */
export function deviceArguments(devices: readonly string[], directory: string): string[] {
  return devices.flatMap((device, index) => {
    const model = device.split(",")[0] ?? "";
    if (model === "nvme" && !/,(drive|subsys)=/.test(device)) {
      const disk = `${directory}/disk${index}.img`;
      Deno.writeFileSync(disk, new Uint8Array());
      Deno.truncateSync(disk, DISK_BYTES);
      return [
        "-drive",
        `if=none,id=disk${index},format=raw,file=${disk}`,
        "-device",
        `${device},drive=disk${index},serial=disk${index}`,
      ];
    }
    if (model === "ivshmem-plain" && !device.includes(",memdev=")) {
      const memory = `memory-backend-ram,id=shm${index},size=1M,share=on`;
      return ["-object", memory, "-device", `${device},memdev=shm${index}`];
    }
    if (model.startsWith("virtio-") && !device.includes(",iommu_platform=")) {
      return ["-device", `${device},iommu_platform=on,disable-legacy=on`];
    }
    return ["-device", device];
  });
}
