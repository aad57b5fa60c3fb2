import { assertEquals } from "@std/assert";
import type { DeviceEntry } from "../../../core/host.ts";
import { groupsOf, isBridge, summariseGroups } from "../../../views/group_states.ts";
import { sampleHost } from "./sample.ts";

const BRIDGE = 0x060400;

function entry(address: string, driver: string | undefined, more: Partial<DeviceEntry> = {}): DeviceEntry {
  return {
    address,
    vendor: 0x1234,
    device: 0x11e8,
    subsystemVendor: 0,
    subsystemDevice: 0,
    classCode: 0xff0000,
    revision: 0,
    driver,
    group: 1,
    siblings: [],
    noIommu: false,
    numaNode: undefined,
    cdev: undefined,
    ...more,
  };
}

function stateOf(devices: readonly DeviceEntry[], holders = new Map<number, string>()): string | undefined {
  return summariseGroups({ devices, holders })[0]?.state;
}

Deno.test("summariseGroups() tells what can be done with a group", () => {
  const vfio = entry("a", "vfio-pci");
  const kernel = entry("b", "nvme");
  const free = entry("c", undefined);
  const bridge = entry("d", "pcieport", { classCode: BRIDGE });
  const cases: [readonly DeviceEntry[], string][] = [
    [[vfio], "ready"],
    [[vfio, free, bridge, entry("e", "pci-stub")], "ready"],
    [[entry("a", "mlx5-vfio-pci")], "ready"],
    [[vfio, kernel], "blocked"],
    [[kernel], "kernel"],
    [[kernel, free], "kernel"],
    [[free], "free"],
    [[free, bridge], "free"],
    [[entry("e", "pci-stub")], "free"],
    [[bridge], "bridges"],
    [[entry("a", "vfio-pci", { noIommu: true })], "no-iommu"],
    [[entry("a", "vfio-pci", { group: undefined })], "no-iommu"],
  ];
  for (const [devices, state] of cases) {
    assertEquals(stateOf(devices), state, devices.map(({ driver }) => driver).join(" "));
  }
  assertEquals(stateOf([vfio, kernel], new Map([[1, "4711 (qemu)"]])), "in-use");
  assertEquals(stateOf([vfio], new Map([[2, "4711 (qemu)"]])), "ready");
});

Deno.test("summariseGroups() names blockers, and sorts groups by number, those without one last", () => {
  const devices = [
    entry("x", undefined, { group: undefined }),
    entry("a", "nvme", { group: 10 }),
    entry("b", "vfio-pci", { group: 9 }),
    entry("c", "vfio-pci", { group: 10 }),
  ];
  const groups = summariseGroups({ devices });
  assertEquals(groups.map(({ id }) => id), [9, 10, undefined]);
  assertEquals(groups[1]?.blockers.map(({ address }) => address), ["a"]);
  assertEquals(groups[1]?.devices.map(({ address }) => address), ["a", "c"]);
  assertEquals(summariseGroups({ devices: [] }), []);
});

Deno.test("isBridge() knows PCI bridges, whatever their interface", () => {
  assertEquals(
    [0x060400, 0x060401, 0x060300, 0xff0000].map((classCode) => isBridge(entry("a", "", { classCode }))),
    [
      true,
      true,
      false,
      false,
    ],
  );
});

Deno.test("groupsOf() asks a host for all that it knows", () => {
  const { host } = sampleHost();
  const data = groupsOf(host);
  assertEquals(data.devices, host.list());
  assertEquals([...data.types ?? []].slice(0, 2), [[2, "DMA-FQ"], [3, "DMA-FQ"]]);
  assertEquals(data.reserved?.get(2), host.reservedRegions(2));
});
