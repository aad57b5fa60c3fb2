/** A machine to report about: eight devices on an emulated host, of most kinds that a report tells apart. */
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import {
  ConfigSpace,
  EmulatedEdu,
  EmulatedNvme,
  PassiveDevice,
  passiveE1000e,
  PassiveIgb,
  passiveRootPort,
  passiveVga,
  serialNumber,
} from "../../../devices/mod.ts";
import { groupsOf, LatencyHistogram } from "../../../views/mod.ts";
import type { ReportData } from "../../../views/mod.ts";

/** The serial number in the sample's network card, and the one in its NVMe controller. */
export const CARD_SERIAL = 0x5254_00ff_ff12_3456n;
export const DISK_SERIAL = "S4EWNX0R123456";

/** The machine. */
export function sampleHost(): EmulatedHost {
  return new EmulatedHost()
    .plug("0000:00:04.0", new EmulatedEdu(), { group: 2 })
    .plug("0000:00:05.0", new EmulatedNvme(), { group: 3, driver: "nvme" })
    .plug("0000:00:05.1", new EmulatedEdu(), { group: 3 })
    .plug("0000:00:06.0", passiveRootPort(), { group: 4, driver: "pcieport" })
    .plug("0000:01:00.0", new PassiveIgb(), { group: 6, driver: "igb" })
    .plug("0000:02:00.0", passiveE1000e(), { group: 7 })
    .plug("0000:03:00.0", passiveVga(), { group: 8, driver: null })
    .plug("0000:04:00.0", vpdCard(), { noIommu: true, driver: null });
}

/** A card that shows the piece of its vital product data that was read last, and has a serial number of its own. */
function vpdCard(): PassiveDevice {
  const data = new Uint8Array([0x00, 0x80, 0x53, 0x34, 0x45, 0x57]);
  const config = new ConfigSpace({ vendor: 0x10ee, device: 0x7038, classCode: 0x120000, gaps: "memory" })
    .bar(0, { kind: "memory64", size: 0x10000 })
    .capability({ id: 0x03, body: data, at: 0x60 })
    .extendedCapability(serialNumber(0x0123_4567_89ab_cdefn, { at: 0x100 }));
  return new PassiveDevice(config);
}

/** A device's config space. */
export function configOf({ host }: EmulatedHost, address: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4096);
  return bytes.subarray(0, host.readConfig(address, 0, bytes));
}

/** Measurements that repeat, with a long tail. */
export function sampleLatencies(name = "bar0 read32"): LatencyHistogram {
  const histogram = new LatencyHistogram(name);
  let state = 1;
  const chance = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let i = 0; i < 20_000; i++) {
    const common = 900 + 400 * Math.exp(2.2 * (chance() + chance() + chance() - 1.5));
    histogram.record(common + (chance() < 0.001 ? 30_000 * chance() : 0));
  }
  return histogram;
}

const NAMES: Readonly<Record<string, string>> = {
  "0000:00:04.0": "QEMU edu",
  "0000:00:05.0": "QEMU NVM Express Controller",
  "0000:00:05.1": "QEMU edu",
  "0000:00:06.0": "QEMU PCIe Root port",
  "0000:01:00.0": "Intel Corporation 82576 Gigabit Network Connection",
  "0000:02:00.0": "Intel Corporation 82574L Gigabit Network Connection",
  "0000:04:00.0": "Xilinx Corporation 7-Series FPGA Hard PCIe block (AXI/debug)",
};

/** What a report about the machine is made of. */
export function sampleReport(): ReportData {
  const host = sampleHost();
  const groups = groupsOf(host.host);
  return {
    title: "VFIO report of lab-3",
    created: "2026-11-26 10:20 UTC",
    machine: [
      { name: "Kernel", value: "Linux 7.2.0-1-amd64, x86-64" },
      { name: "IOMMU", value: "Intel VT-d, 7 groups, interrupt remapping on" },
      { name: "Modules", value: "vfio, vfio_iommu_type1, vfio-pci" },
      { name: "Memory lock", value: "8 MiB" },
      { name: "Serial number", value: "PF3ABCDE" },
    ],
    checks: [
      { state: "ok", name: "IOMMU", text: "Intel VT-d, interrupt remapping on" },
      { state: "warning", name: "Memory lock", text: "8 MiB: enough for 2048 pages of DMA" },
      {
        state: "problem",
        name: "Group 3",
        text: "0000:00:05.0 is driven by nvme, so 0000:00:05.1 cannot be opened",
        remedies: [
          {
            id: "NOT-VIABLE",
            text: "Bind every device of the group that does DMA to vfio-pci or pci-stub, or to no driver",
            command: "echo vfio-pci | sudo tee /sys/bus/pci/devices/0000:00:05.0/driver_override && " +
              "echo 0000:00:05.0 | sudo tee /sys/bus/pci/devices/0000:00:05.0/driver/unbind",
          },
          { id: "ACS-GROUP", text: "Or move the card to a slot with ACS" },
        ],
      },
    ],
    ...groups,
    holders: new Map([[7, "4711 (qemu-system-x86)"]]),
    devices: host.host.list().map((entry) => {
      const name = NAMES[entry.address];
      const isDisk = entry.driver === "nvme";
      return {
        entry,
        config: configOf(host, entry.address),
        ...name === undefined ? {} : { name },
        ...isDisk
          ? {
            facts: [{ name: "Serial number", value: DISK_SERIAL }, {
              name: "Model",
              value: "QEMU NVMe Ctrl",
            }],
          }
          : {},
      };
    }),
    dma: [{
      mappings: [
        { start: 0x1000n, last: 0x1fffn, name: "admin queue" },
        { start: 0x2000n, last: 0x200fffn, name: "receive ring", read: false },
        { start: 0x1_0000_0000n, last: 0x1_3fff_ffffn, name: "frame buffer" },
      ],
      reserved: groups.reserved?.get(2) ?? [],
      ranges: [{ start: 0n, last: 0xfedf_ffffn }, { start: 0xfef0_0000n, last: 2n ** 48n - 1n }],
      fault: {
        address: "0000:00:04.0",
        iova: 0x5000000n,
        write: true,
        reason: "PTE Write access is not set",
      },
    }],
    latencies: [sampleLatencies()],
  };
}
