import { assertEquals } from "@std/assert";
import type { KernelVersion } from "../../../iommu/iommu_unit.ts";
import { KERNELS } from "../../../backends/emulated/kernel_data.ts";
import type { PciSlot } from "../../../backends/emulated/pci_slot.ts";
import { capabilityLength, extendedLength } from "../../../backends/emulated/vfio_pci/capability_length.ts";

/** Any place that is not 0: every register is counted from there. */
const AT = 0x50;

/** A slot whose config space is 0 but for some bytes, counted from {@linkcode AT}. */
function slotWith(at: number, ...bytes: number[]): PciSlot {
  const space = new DataView(new ArrayBuffer(0x100));
  bytes.forEach((byte, i) => space.setUint8(AT + at + i, byte));
  const readConfig = (offset: number, width: number) =>
    width === 32
      ? space.getUint32(offset, true)
      : width === 16
      ? space.getUint16(offset, true)
      : space.getUint8(offset);
  return { readConfig } as unknown as PciSlot;
}

/** The length of a standard capability with these bytes at an offset in it. */
function standard(id: number, at: number, bytes: readonly number[], kernel: KernelVersion = "7.2"): number {
  return capabilityLength(slotWith(at, ...bytes), id, AT, { length: "variable" }, KERNELS[kernel]);
}

/** The length of an extended capability with these bytes at an offset in it. */
function extended(id: number, at: number, ...bytes: number[]): number {
  return extendedLength(slotWith(at, ...bytes), id, AT, { length: "variable" });
}

Deno.test("capabilityLength() and extendedLength() give what a rule says", () => {
  assertEquals(capabilityLength(slotWith(0), 0x05, AT, { length: 8 }, KERNELS["7.2"]), 8);
  assertEquals(extendedLength(slotWith(0), 0x0d, AT, { length: 12 }), 12);
});

Deno.test("capabilityLength() and extendedLength() give 0 for what the kernel does not measure", () => {
  assertEquals([standard(0x02, 0, []), extended(0x03, 0)], [0, 0]);
});

Deno.test("capabilityLength() of MSI grows by 64-bit addresses and by masks", () => {
  const flags = [[0x00, 0], [0x80, 0], [0x00, 1], [0x80, 1], [0x7f, 0xfe]];
  assertEquals(flags.map((bytes) => standard(0x05, 2, bytes)), [10, 14, 20, 24, 10]);
});

Deno.test("capabilityLength() of PCI-X depends on its version, of HyperTransport on the type's width", () => {
  assertEquals([0x00, 0x10, 0x20, 0x30, 0x40].map((high) => standard(0x07, 2, [0xff, high])), [
    8,
    24,
    24,
    24,
    8,
  ]);
  assertEquals([0x00, 0x1f, 0x20, 0x80].map((type) => standard(0x08, 3, [type])), [28, 28, 24, 24]);
});

Deno.test("capabilityLength() of a vendor's capability is what it says, of SATA depends on where its registers are", () => {
  assertEquals(standard(0x09, 2, [0x14, 0xff]), 0x14);
  assertEquals([0x0f, 0xff, 0x0e, 0x00].map((place) => standard(0x12, 4, [place])), [16, 16, 8, 8]);
});

Deno.test("capabilityLength() of PCI Express depends on its version, and on whether there is a link", () => {
  const version1 = [[0x01, 0], [0x91, 0], [0xf1, 0xff]].map((bytes) => standard(0x10, 2, bytes));
  assertEquals(version1, [0x14, 0x0c, 0x14]);
  assertEquals(standard(0x10, 2, [0x92, 0]), 0x2c);
  for (const kernel of ["6.1", "7.2"] as const) {
    assertEquals(standard(0x10, 2, [0x02, 0], kernel), KERNELS[kernel].expressSize);
  }
});

Deno.test("extendedLength() of virtual channels counts them, and their arbitration's phases after a round place", () => {
  for (const id of [0x02, 0x08, 0x09]) {
    assertEquals([0, 1, 7, 0xf8].map((count) => extended(id, 4, count)), [28, 40, 112, 28]);
    const phases = [0x01, 0x02, 0x06, 0x0e].map((arbitration) => extended(id, 4, 1, 0, 0, 0, arbitration));
    assertEquals(phases, [40, 48 + 16, 48 + 32, 48 + 64]);
  }
});

Deno.test("extendedLength() of a vendor's capability is what its header says", () => {
  for (const id of [0x0b, 0x23]) assertEquals(extended(id, 4, 0xff, 0xff, 0x4f, 0x12), 0x124);
});

Deno.test("extendedLength() of access control grows by its egress vector, 256 bits for a size of 0", () => {
  assertEquals(extended(0x0d, 4, 0xdf, 0xff), 8);
  assertEquals([0, 1, 32, 33, 255].map((bits) => extended(0x0d, 4, 0x20, bits)), [40, 12, 12, 16, 40]);
});

Deno.test("extendedLength() of resizable BARs, power allocation and processing hints counts their entries", () => {
  assertEquals([0x00, 0x20, 0xc0, 0x1f].map((control) => extended(0x15, 8, control)), [4, 12, 52, 4]);
  assertEquals([0x00, 0x05, 0xff].map((states) => extended(0x16, 4, states)), [17, 22, 48]);
  const hints = [[0, 0x02, 0x03, 0], [0, 0x02, 0xff, 0xff], [0, 0x04, 3, 0], [0, 0x06, 3, 0], [0, 0, 3, 0]];
  assertEquals(hints.map((bytes) => extended(0x17, 4, ...bytes)), [20, 12 + 2 * 0x7ff + 2, 12, 12, 12]);
});
