import { assertEquals } from "@std/assert";
import { isVfioDriver, leavesDma } from "../../../core/dma_drivers.ts";

const VFIO = ["vfio-pci", "vfio_pci", "mlx5-vfio-pci", "nvgrace-gpu-vfio-pci", "hisi_acc_vfio_pci"];
const HARMLESS = ["pci-stub", "pcieport"];
const OTHERS = ["nvme", "igb", "uio_pci_generic", "vfio-pci2", "not vfio-pci", "", "pci_stub"];

Deno.test("isVfioDriver() knows vfio-pci and its variants", () => {
  assertEquals([...VFIO, ...HARMLESS, ...OTHERS].filter(isVfioDriver), VFIO);
  assertEquals(isVfioDriver(undefined), false);
});

Deno.test("leavesDma() knows the drivers that leave a group viable", () => {
  assertEquals([...VFIO, ...HARMLESS, ...OTHERS].filter(leavesDma), [...VFIO, ...HARMLESS]);
});
