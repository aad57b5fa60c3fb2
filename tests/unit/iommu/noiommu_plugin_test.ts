import { assertEquals } from "@std/assert";
import { NoIommuPlugin } from "../../../iommu/mod.ts";
import { errorOf, Machine, Process } from "./machine.ts";

const NOIOMMU = 8;

function prepare() {
  const machine = new Machine();
  machine.noIommuMode = true;
  const process = new Process(machine);
  process.capabilities.add("CAP_SYS_RAWIO");
  return { machine, process, plugin: new NoIommuPlugin() };
}

Deno.test("NoIommuPlugin.supports() affirms its type alone, and only while the kernel's mode is on", () => {
  const { machine, plugin } = prepare();
  const told = () => [1, 3, 4, 8, 9, 10].filter((extension) => plugin.supports(extension, machine));
  assertEquals(told(), [NOIOMMU]);
  machine.noIommuMode = false;
  assertEquals(told(), []);
});

Deno.test("NoIommuPlugin.open() is EPERM without CAP_SYS_RAWIO", () => {
  const { machine, plugin } = prepare();
  const error = errorOf(() => plugin.open(NOIOMMU, machine, new Process(machine)));
  assertEquals([error?.code, error?.operation], ["EPERM", "VFIO_SET_IOMMU"]);
});

Deno.test("NoIommuPlugin: what is opened goes by the mode as it is now", () => {
  const { machine, process, plugin } = prepare();
  const iommu = plugin.open(NOIOMMU, machine, process);
  assertEquals(iommu.type, "noiommu");
  assertEquals([iommu.supports(NOIOMMU), iommu.supports(1)], [true, false]);
  machine.noIommuMode = false;
  assertEquals(iommu.supports(NOIOMMU), false);
});

Deno.test("NoIommuPlugin maps nothing: every request is ENOTTY under its own name", () => {
  const { machine, process, plugin } = prepare();
  const iommu = plugin.open(NOIOMMU, machine, process);
  const map = { iova: 0n, vaddr: 0n, size: 4096n, read: true, write: false, updateVaddr: false };
  const unmap = { iova: 0n, size: 4096n, all: false, invalidateVaddr: false, dirty: undefined };
  const bitmap = { pageSize: 4096n, data: new Uint8Array(8) };
  const refusals = [
    errorOf(() => iommu.info()),
    errorOf(() => iommu.map(map, process)),
    errorOf(() => iommu.unmap(unmap, process)),
    errorOf(() => iommu.dirty.start()),
    errorOf(() => iommu.dirty.stop()),
    errorOf(() => iommu.dirty.read({ iova: 0n, size: 4096n, bitmap }, process)),
  ];
  assertEquals(refusals.map((error) => error?.code), Array(6).fill("ENOTTY"));
  assertEquals(refusals.map((error) => error?.operation), [
    "VFIO_IOMMU_GET_INFO",
    "VFIO_IOMMU_MAP_DMA",
    "VFIO_IOMMU_UNMAP_DMA",
    ...Array(3).fill("VFIO_IOMMU_DIRTY_PAGES"),
  ]);
});

Deno.test("NoIommuPlugin: devices reach physical addresses, as far as their page goes", () => {
  const { machine, process, plugin } = prepare();
  const iommu = plugin.open(NOIOMMU, machine, process);
  assertEquals(iommu.translate("0000:00:01.0", 0x1_2345n, true), { physical: 0x1_2345n, size: 0xcbb });
});
