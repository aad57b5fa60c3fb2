import { assertEquals } from "@std/assert";
import { iommuUnit, parseFault } from "../../../iommu/mod.ts";

const ADDRESS = "0000:00:01.0";

// As Linux 6.1 and 7.2 logged them in a VM, when edu accessed 0x5000, 0x6000 and the read-only page 0x7000.
const VTD_6_1 = `[    9.019481] DMAR: DRHD: handling fault status reg 2
[    9.020483] DMAR: [DMA Write NO_PASID] Request device [00:01.0] fault addr 0x5000 [fault reason 0x05] PTE Write access is not set
[    9.131464] DMAR: [DMA Read NO_PASID] Request device [00:01.0] fault addr 0x6000 [fault reason 0x06] PTE Read access is not set`;
const VTD_7_2 =
  "[    9.101204] DMAR: [DMA Write NO_PASID] Request device [0000:00:01.0] fault addr 0x7000 [fault reason 0x05] PTE Write access is not set";

Deno.test("parseFault() reads what Linux logs of VT-d", () => {
  const [status, write, read] = VTD_6_1.split("\n").map(parseFault);
  assertEquals(status, undefined);
  const unit = iommuUnit("vt-d", { kernel: "6.1" });
  const writing = unit.report(0x5004n, true, "not-mapped");
  assertEquals(write, { address: ADDRESS, iova: 0x5000n, write: true, reason: writing.fault });
  const reading = unit.report(0x6000n, false, "not-mapped");
  assertEquals(read, { address: ADDRESS, iova: 0x6000n, write: false, reason: reading.fault });
  const forbidden = unit.report(0x7000n, true, "not-permitted");
  assertEquals(parseFault(VTD_7_2), {
    address: ADDRESS,
    iova: 0x7000n,
    write: true,
    reason: forbidden.fault,
  });
});

Deno.test("parseFault() reads what Linux logs of AMD-Vi, of a device with a driver and of one without", () => {
  const unit = iommuUnit("amd-vi", { kernel: "6.1" });
  const driven =
    "vfio-pci 0000:00:01.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0002 address=0x5004 flags=0x0020]";
  const reason = unit.report(0x5004n, true, "not-mapped").fault;
  assertEquals(parseFault(driven), { address: ADDRESS, iova: 0x5004n, write: true, reason });
  const unknown =
    "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:00:01.0 domain=0x0002 address=0x8000 flags=0x0050]";
  const forbidden = unit.report(0x8000n, false, "not-permitted").fault;
  assertEquals(parseFault(unknown), { address: ADDRESS, iova: 0x8000n, write: false, reason: forbidden });
});

Deno.test("parseFault() takes nothing else for a fault", () => {
  for (
    const line of [
      "",
      "vfio-pci 0000:00:01.0: enabling device (0000 -> 0002)",
      "DMAR: [INTR-REMAP] Request device [00:01.0] fault index 0x0 [fault reason 0x26] Blocked an interrupt request",
      "DMAR: [DMA Read NO_PASID] Request device [ab] fault addr 0x5000 [fault reason 0x06] not a device's name",
      "DMAR: [DMA Read NO_PASID] Request device [00:01.0] fault addr 0x10000000000000000 [fault reason 0x06] no address",
      "vfio-pci 1: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0002 address=0x5004 flags=0x0020]",
      "AMD-Vi: Event logged [ILLEGAL_DEV_TABLE_ENTRY device=0000:00:01.0 pasid=0x00000 address=0x5000 flags=0x0020]",
    ]
  ) assertEquals(parseFault(line), undefined);
});
