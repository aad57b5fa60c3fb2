/** DMA of a device: it reaches what is mapped for it, and nothing else. */
import { assertEquals } from "@std/assert";
import { EDU_BUFFER } from "../../../devices/edu/registers.ts";
import { setBusMaster, transfer } from "../edu.ts";
import { refused } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import type { Ready } from "../ready.ts";
import { IOVA, map, P, PAGE, ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise, rule } from "../rule.ts";

const BUFFER = BigInt(EDU_BUFFER.at);
/** What one transfer moves: QEMU before 9 takes one that ends with edu's buffer for one that leaves it, and aborts. */
const SIZE = EDU_BUFFER.size / 2;

/** Memory filled with one byte, so that a change shows. */
function filled(machine: Fixture, value: number, pages = 1) {
  const memory = machine.backend.allocate(pages * PAGE);
  memory.bytes.fill(value);
  return memory;
}

/** Lets the device read at `iova` into its buffer. */
function fetch(machine: Fixture, { device }: Ready, iova: bigint): void {
  transfer(machine, device, { from: iova, to: BUFFER, size: SIZE, toMemory: false });
}

/** Lets the device write its buffer to `iova`. */
function store(machine: Fixture, { device }: Ready, iova: bigint): void {
  transfer(machine, device, { from: BUFFER, to: iova, size: SIZE, toMemory: true });
}

/** Whether memory holds `value` in all that a transfer would reach, and nothing was written behind it. */
function isFilled(bytes: Uint8Array, value: number, rest = value): boolean {
  return bytes.subarray(0, SIZE).every((byte) => byte === value) &&
    bytes.subarray(SIZE).every((byte) => byte === rest);
}

export const isolation: readonly Rule[] = [
  rule(
    184,
    "IommuDriver.map() pins: DMA to memory that is disposed of harms nobody, and unmap gives its size",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      setBusMaster(edu.device, true);
      const before = machine.lockedMemory();
      using source = filled(machine, 0x5a);
      const gone = filled(machine, 0x11);
      map(edu.iommu, IOVA, source);
      map(edu.iommu, 2n * IOVA, gone);
      assertEquals(machine.lockedMemory(), before + 2 * PAGE);
      gone[Symbol.dispose]();
      using bystander = filled(machine, 0x22, 16);
      fetch(machine, edu, IOVA);
      store(machine, edu, 2n * IOVA);
      assertEquals(isFilled(bystander.bytes, 0x22), true);
      // The pages are the device's alone now, and still hold what it wrote.
      source.bytes.fill(0);
      fetch(machine, edu, 2n * IOVA);
      store(machine, edu, IOVA);
      assertEquals(isFilled(source.bytes, 0x5a, 0), true);
      assertEquals(edu.iommu.unmap({ iova: 2n * IOVA, size: P }), P);
      assertEquals(edu.iommu.unmap({ iova: IOVA, size: P }), P);
      assertEquals(machine.lockedMemory(), before);
    },
  ),

  rule(
    185,
    "IommuDriver.map() of one iova in two containers keeps two devices apart",
    ["edu", "edu2"],
    (machine) => {
      using first = ready(machine, "edu");
      using second = ready(machine, "edu2");
      using mine = filled(machine, 0xa1);
      using yours = filled(machine, 0xb2);
      map(first.iommu, IOVA, mine);
      map(second.iommu, IOVA, yours);
      for (const { device } of [first, second]) setBusMaster(device, true);
      fetch(machine, first, IOVA);
      fetch(machine, second, IOVA);
      mine.bytes.fill(0);
      yours.bytes.fill(0);
      store(machine, first, IOVA);
      assertEquals([isFilled(mine.bytes, 0xa1, 0), isFilled(yours.bytes, 0)], [true, true]);
      mine.bytes.fill(0);
      store(machine, second, IOVA);
      assertEquals([isFilled(mine.bytes, 0), isFilled(yours.bytes, 0xb2, 0)], [true, true]);
    },
  ),

  rule(187, "IommuDriver.map() maps a page at several iovas, 0 among them, and DMA through each arrives", [
    "edu",
  ], (machine) => {
    using edu = ready(machine);
    setBusMaster(edu.device, true);
    using memory = filled(machine, 0x33);
    const last = edu.iommu.info().ranges?.at(-1)?.last ?? 0n;
    map(edu.iommu, last + 1n - P, memory);
    for (const [i, iova] of [0n, IOVA, 0xfff_f000n].entries()) {
      map(edu.iommu, iova, memory);
      memory.bytes.fill(0x40 + i);
      fetch(machine, edu, iova);
      memory.bytes.fill(0);
      store(machine, edu, iova);
      assertEquals(isFilled(memory.bytes, 0x40 + i, 0), true, `${iova}`);
    }
  }),

  promise("IommuDriver.map() gives the device only the rights it was asked for", ["edu"], (machine) => {
    using edu = ready(machine);
    setBusMaster(edu.device, true);
    using source = filled(machine, 0x77);
    using readable = filled(machine, 0x11);
    map(edu.iommu, IOVA, source);
    map(edu.iommu, 2n * IOVA, readable, "read");
    fetch(machine, edu, IOVA);
    store(machine, edu, 2n * IOVA);
    assertEquals(isFilled(readable.bytes, 0x11), true);
  }),

  promise(
    "IommuDriver.map() without read keeps reads out, but for Linux before 7 on VT-d",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      setBusMaster(edu.device, true);
      using writable = filled(machine, 0x77);
      using readable = filled(machine, 0x22);
      map(edu.iommu, IOVA, writable, "write");
      map(edu.iommu, 2n * IOVA, readable);
      fetch(machine, edu, 2n * IOVA);
      fetch(machine, edu, IOVA);
      store(machine, edu, 2n * IOVA);
      // What edu cannot read, it takes for zeros.
      const passes = machine.iommu === "vt-d" && machine.kernel !== "7.2";
      assertEquals(isFilled(readable.bytes, passes ? 0x77 : 0, 0x22), true);
      fetch(machine, edu, 3n * IOVA);
      store(machine, edu, IOVA);
      assertEquals(isFilled(writable.bytes, 0, 0x77), true);
    },
  ),

  promise("A device's DMA beyond what is mapped, or after unmap, transfers nothing", ["edu"], (machine) => {
    using edu = ready(machine);
    setBusMaster(edu.device, true);
    using source = filled(machine, 0x66);
    using target = filled(machine, 0x11, 2);
    map(edu.iommu, IOVA, source);
    fetch(machine, edu, IOVA);
    edu.iommu.map({ iova: 2n * IOVA, vaddr: target.vaddr, size: P, read: true, write: true });
    store(machine, edu, 2n * IOVA + P);
    assertEquals(isFilled(target.bytes, 0x11), true);
    edu.iommu.unmap({ iova: 2n * IOVA, size: P });
    store(machine, edu, 2n * IOVA);
    assertEquals(isFilled(target.bytes, 0x11), true);
  }),

  promise("A device that is not bus master transfers nothing", ["edu"], (machine) => {
    using edu = ready(machine);
    using memory = filled(machine, 0x11);
    map(edu.iommu, IOVA, memory);
    store(machine, edu, IOVA);
    assertEquals(isFilled(memory.bytes, 0x11), true);
  }),

  rule(
    189,
    "Region answers EIO when another handle of the device switched memory decoding off",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      using other = edu.group.openDevice(edu.address);
      other.region(7).write16(4, 0);
      refused("pread", "EIO", () => edu.device.region(0).read(0, new Uint8Array(4)));
      edu.device.region(7).write16(4, 2);
      assertEquals(other.region(0).read(0, new Uint8Array(4)), 4);
    },
  ),
];
