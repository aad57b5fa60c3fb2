import { assertEquals, assertThrows } from "@std/assert";
import { iommuUnit } from "../../../iommu/mod.ts";
import type { BlockReason, IommuKind, IommuUnit } from "../../../iommu/mod.ts";

const MSI = { start: 0xfee0_0000n, last: 0xfeef_ffffn, type: "msi" };

/** What a unit says of an access to 0x5004: read and written. */
function words(unit: IommuUnit, reason: BlockReason): (string | bigint | undefined)[] {
  const [read, write] = [unit.report(0x5004n, false, reason), unit.report(0x5004n, true, reason)];
  assertEquals(read.iova, write.iova);
  return [read.fault, write.fault, read.iova];
}

Deno.test("VT-d has 48 bits, three sizes of pages, and remaps interrupts; it does not enforce coherency", () => {
  for (const kernel of ["6.1", "6.12", "7.2"] as const) {
    const unit = iommuUnit("vt-d", { kernel });
    assertEquals(unit.aperture, { start: 0n, last: 0xffff_ffff_ffffn });
    assertEquals(unit.pageSizes, 0x4020_1000n);
    assertEquals(unit.reserved, [MSI]);
    assertEquals([unit.isolatesInterrupts, unit.enforcesCoherency], [true, false]);
  }
});

Deno.test("VT-d's driver lets devices read what they may write, before Linux 7; the others' do not", () => {
  const reads = (["vt-d", "amd-vi", "virtio"] as const).map((kind) =>
    (["6.1", "6.12", "7.2"] as const).map((kernel) => iommuUnit(kind, { kernel }).readsWritable)
  );
  assertEquals(reads, [[true, true, false], [false, false, false], [false, false, false]]);
});

Deno.test("VT-d reports the page of an access, and one of the reasons that Linux has words for", () => {
  const unit = iommuUnit("vt-d", { kernel: "7.2", addressWidth: 39 });
  const lacking = [
    "[fault reason 0x06] PTE Read access is not set",
    "[fault reason 0x05] PTE Write access is not set",
    0x5000n,
  ];
  assertEquals(words(unit, "not-mapped"), lacking);
  assertEquals(words(unit, "not-permitted"), lacking);
  const clear = "[fault reason 0x02] Present bit in context entry is clear";
  assertEquals(words(unit, "no-domain"), [clear, clear, 0x5000n]);
  assertEquals(unit.report(0x7f_ffff_ffffn, true, "not-mapped").fault, lacking[1]);
  assertEquals(unit.report(0x80_0000_0123n, true, "not-mapped"), {
    fault: "[fault reason 0x04] Access beyond MGAW",
    iova: 0x80_0000_0000n,
  });
});

// As Linux 6.1, 6.12 and 7.2 told it in a VM; 7.2 on hardware of 48 bits and of 64.
Deno.test("AMD-Vi's page sizes and width are what each kernel makes of them", () => {
  const told = (kernel: "6.1" | "6.12" | "7.2", addressWidth?: number) => {
    const { aperture, pageSizes } = iommuUnit("amd-vi", {
      kernel,
      ...addressWidth === undefined ? {} : { addressWidth },
    });
    return [aperture.last, pageSizes];
  };
  const all = 0xffff_ffff_ffff_ffffn;
  assertEquals(told("6.1"), [all, 0xffff_ff7f_ffff_f000n]);
  assertEquals(told("6.1", 48), [all, 0xffff_ff7f_ffff_f000n]);
  assertEquals(told("6.12"), [all, 0xf_ff7f_ffff_f000n]);
  assertEquals(told("6.12", 48), [all, 0xf_ff7f_ffff_f000n]);
  assertEquals(told("7.2"), [all, 0xf_ff7f_ffff_f000n]);
  assertEquals(told("7.2", 48), [0xffff_ffff_ffffn, 0x7f7f_ffff_f000n]);
});

Deno.test("AMD-Vi reserves the MSI window and HyperTransport's addresses, and enforces coherency", () => {
  const unit = iommuUnit("amd-vi", { kernel: "7.2" });
  const hyperTransport = { start: 0xfd_0000_0000n, last: 0xff_ffff_ffffn, type: "reserved" };
  assertEquals(unit.reserved, [MSI, hyperTransport]);
  assertEquals([unit.isolatesInterrupts, unit.enforcesCoherency], [true, true]);
});

Deno.test("AMD-Vi reports the very address, and flags: whether it wrote, and whether a page forbade it", () => {
  const unit = iommuUnit("amd-vi", { kernel: "7.2" });
  const flags = (read: string, write: string) => [
    `IO_PAGE_FAULT flags=0x${read}`,
    `IO_PAGE_FAULT flags=0x${write}`,
    0x5004n,
  ];
  assertEquals(words(unit, "not-mapped"), flags("0000", "0020"));
  assertEquals(words(unit, "not-permitted"), flags("0050", "0070"));
  assertEquals(words(unit, "no-domain"), flags("0000", "0020"));
});

Deno.test("virtio-iommu has 39 bits and all sizes of pages, and does not remap interrupts", () => {
  const unit = iommuUnit("virtio", { kernel: "7.2" });
  assertEquals(unit.aperture.last, 0x7f_ffff_ffffn);
  assertEquals(unit.pageSizes, 0xffff_ffff_ffff_f000n);
  assertEquals(unit.reserved, [MSI]);
  assertEquals([unit.isolatesInterrupts, unit.enforcesCoherency], [false, false]);
});

// As Linux 7.2 logged it in a VM.
Deno.test("virtio-iommu reports the very address, and the right that a page lacks", () => {
  const unit = iommuUnit("virtio", { kernel: "7.2" });
  assertEquals(words(unit, "not-mapped"), ["page fault []", "page fault []", 0x5004n]);
  assertEquals(words(unit, "not-permitted"), ["page fault [R]", "page fault [W]", 0x5004n]);
  assertEquals(words(unit, "no-domain"), ["domain fault []", "domain fault []", 0x5004n]);
});

Deno.test("iommuUnit() takes another width, remapping and coherency for each kind", () => {
  for (const kind of ["vt-d", "amd-vi", "virtio"] as const satisfies IommuKind[]) {
    for (const on of [true, false]) {
      const options = {
        kernel: "7.2",
        addressWidth: 42,
        interruptRemapping: on,
        enforcesCoherency: on,
      } as const;
      const unit = iommuUnit(kind, options);
      assertEquals([unit.isolatesInterrupts, unit.enforcesCoherency], [on, on]);
      assertEquals(unit.aperture.last, 0x3ff_ffff_ffffn);
    }
    for (const addressWidth of [31, 65, 40.5]) {
      assertThrows(
        () => iommuUnit(kind, { kernel: "7.2", addressWidth }),
        RangeError,
        `${addressWidth} bits`,
      );
    }
    assertEquals(iommuUnit(kind, { kernel: "7.2", addressWidth: 32 }).aperture.last, 0xffff_ffffn);
  }
});
