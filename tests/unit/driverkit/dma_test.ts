import { assertEquals, assertThrows } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { VfioError } from "../../../core/errors.ts";
import { AddressSpace } from "../../../driverkit/address_space.ts";
import { DmaMapping } from "../../../driverkit/dma.ts";
import { openDevice } from "../../../driverkit/open_device.ts";
import { Edu } from "../../../devices/edu/driver.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { passiveIvshmem } from "../../../devices/passive/shapes.ts";
import { IovaAllocator } from "../../../iommu/iova_allocator.ts";
import { codeOf } from "../emulated/ready.ts";
import { EDU, EDU_LAST, machine, NOTHING } from "./machine.ts";

const IVSHMEM = "0000:00:06.0";
const OPTIONS = { maxIova: EDU_LAST };

/** Bytes that differ from page to page. */
function pattern(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => i * 7 + (i >> 8));
}

Deno.test("DmaBuffer is memory with the eight accesses, and a view", () => {
  using edu = openDevice(EDU, { backend: machine() });
  using buffer = edu.allocate(4096);
  buffer.write8(0, 0x11);
  buffer.write16(2, 0x2233);
  buffer.write32(4, 0x4455_6677);
  buffer.write64(8, 0x8899_aabb_ccdd_eeffn);
  assertEquals([...buffer.bytes.subarray(0, 8)], [0x11, 0, 0x33, 0x22, 0x77, 0x66, 0x55, 0x44]);
  buffer.bytes[8] = 1;
  assertEquals(
    [buffer.read8(0), buffer.read16(2), buffer.read32(4), buffer.read64(8)],
    [0x11, 0x2233, 0x4455_6677, 0x8899_aabb_ccdd_ee01n],
  );
  assertThrows(() => buffer.read32(4094), RangeError);
  assertEquals([buffer.size, buffer.bytes.length, buffer.memory.pageSize], [4096, 4096, 4096]);
});

Deno.test("DmaBuffer dispose unmaps and frees, and again is a no-op", () => {
  const host = machine();
  using edu = openDevice(EDU, { backend: host });
  const held = host.holdings();
  const buffer = edu.allocate(4096);
  const { bytes, vaddr, iova } = buffer;
  assertEquals([host.holdings().mappings, host.lockedMemory], [held.mappings + 1, 4096]);
  buffer[Symbol.dispose]();
  const { count } = host.calls;
  buffer[Symbol.dispose]();
  assertEquals([host.calls.count, host.holdings(), host.lockedMemory], [count, held, 0]);
  assertEquals([bytes.length, buffer.bytes.length, buffer.size], [0, 0, 0]);
  assertEquals([buffer.vaddr, buffer.iova], [vaddr, iova]);
  for (const read of ["read8", "read16", "read32", "read64"] as const) {
    assertEquals(codeOf(() => buffer[read](0)), "EBADF");
  }
  for (const write of ["write8", "write16", "write32"] as const) {
    assertEquals(codeOf(() => buffer[write](0, 0)), "EBADF");
  }
  assertEquals(codeOf(() => buffer.write64(0, 0n)), "EBADF");
});

Deno.test("DmaBuffer dispose frees the memory also when it cannot be unmapped", () => {
  const host = machine();
  using edu = openDevice(EDU, { backend: host });
  const held = host.holdings();
  const buffer = edu.allocate(4096);
  host.calls.fail(1, "EIO");
  assertEquals([codeOf(() => buffer[Symbol.dispose]()), host.holdings()], ["EIO", held]);
  // What may still be mapped is not given to anybody else.
  assertEquals(edu.allocate(4096).iova, 0x2000n);
});

Deno.test("AddressSpace.allocate() that fails leaves nothing, at whichever call", () => {
  const host = machine();
  using edu = openDevice(EDU, { backend: host });
  const held = host.holdings();
  for (let nth = 1; nth <= 2; nth++) {
    host.calls.fail(nth, "ENOMEM");
    assertEquals([codeOf(() => edu.allocate(4096)), host.holdings()], ["ENOMEM", held], `call ${nth}`);
  }
  assertEquals(edu.allocate(4096).iova, 0x1000n);
});

Deno.test("AddressSpace.allocate() meets the limits of the process and of the IOMMU", () => {
  const host = new EmulatedHost({ parameters: { "vfio_iommu_type1.dma_entry_limit": 2 } }).plug(
    EDU,
    new EmulatedEdu(),
    {
      group: 1,
    },
  );
  host.chown(1, 1000);
  const user = host.process({ uid: 1000, memlock: 16_384 });
  using edu = openDevice(EDU, { backend: user });
  const held = user.holdings();
  assertEquals(codeOf(() => edu.allocate(20_480)), "ENOMEM");
  assertEquals(user.holdings(), held);
  for (let i = 0; i < 2; i++) edu.allocate(4096);
  assertEquals(codeOf(() => edu.allocate(4096)), "ENOSPC");
});

Deno.test("DmaOptions.read and .write limit what devices may do", async () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  const edu = new Edu(device);
  using source = device.allocate(4096, { ...OPTIONS, write: false });
  using target = device.allocate(4096, { ...OPTIONS, read: false });
  source.bytes.fill(0x5a);
  await edu.load(source.iova, 4);
  await edu.store(source.iova + 64n, 4);
  await edu.store(target.iova, 4);
  assertEquals([source.read32(64), target.read32(0)], [0x5a5a_5a5a, 0x5a5a_5a5a]);
  await edu.load(target.iova, 4);
  // VT-d tells the page.
  assertEquals(host.faults().map(({ iova, write }) => [iova, write]), [
    [source.iova, true],
    [target.iova, false],
  ]);
  const held = host.holdings();
  assertEquals(codeOf(() => device.allocate(4096, { read: false, write: false })), "EINVAL");
  assertEquals(host.holdings(), held);
});

Deno.test("AddressSpace.map() maps memory that was made elsewhere, a memfd that was handed in", async () => {
  const host = machine();
  using made = host.allocate(8192, { shared: true });
  if (made.file === undefined) throw new Error("shared memory has a file");
  using handed = host.mapFile(made.file, { offset: 4096 });
  using device = openDevice(EDU, { backend: host });
  const edu = new Edu(device);
  using mapping = device.map(handed, OPTIONS);
  assertEquals([mapping.iova, mapping.size, mapping.closed], [0x1000n, 4096, false]);
  const bytes = pattern(1024);
  made.bytes.set(bytes, 4096);
  await edu.load(mapping.iova, 1024);
  made.bytes.fill(0);
  await edu.store(mapping.iova + 2048n, 1024);
  assertEquals(made.bytes.slice(4096 + 2048, 4096 + 3072), bytes);
});

Deno.test("DmaMapping dispose ends the mapping and leaves the memory its owner's", async () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  const edu = new Edu(device);
  using memory = host.allocate(4096);
  const mapping = device.map(memory, OPTIONS);
  mapping[Symbol.dispose]();
  mapping[Symbol.dispose]();
  assertEquals([mapping.closed, memory.size, host.lockedMemory], [true, 4096, 0]);
  await edu.store(mapping.iova, 4);
  assertEquals(host.faults().length, 1);
  assertEquals(device.map(memory).iova, mapping.iova);
});

Deno.test("DmaMapping tells its space once that it has ended", () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  using memory = host.allocate(8192);
  const ended: unknown[] = [];
  const allocator = new IovaAllocator([{ start: 0n, last: 0xffffn }]);
  const context = {
    dma: device.space.dma,
    allocator,
    pageSize: 8192,
    ended: (it: unknown) => ended.push(it),
  };
  const mapping = new DmaMapping(context, memory);
  assertEquals([mapping.iova, ended], [0x2000n, []]);
  for (let i = 0; i < 2; i++) mapping[Symbol.dispose]();
  assertEquals([ended, allocator.count], [[mapping], 0]);
});

Deno.test("DmaMapping outlives its memory: devices reach the pages, and nothing else", async () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  const edu = new Edu(device);
  const memory = host.allocate(4096);
  memory.write32(0, 0x1234_5678);
  using mapping = device.map(memory, OPTIONS);
  memory[Symbol.dispose]();
  await edu.load(mapping.iova, 4);
  using buffer = device.allocate(4096, OPTIONS);
  await edu.store(buffer.iova, 4);
  assertEquals([buffer.read32(0), host.faults()], [0x1234_5678, []]);
});

Deno.test("DmaMapping dispose says EIO when it was unmapped behind the space's back, and gives the IOVA back", () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  const buffer = device.allocate(4096);
  device.space.dma.unmap({ iova: buffer.iova, size: 4096n });
  const error = assertThrows(() => buffer[Symbol.dispose](), VfioError, "only 0 of 4096 bytes");
  assertEquals([error.code, error.operation, error.subject], ["EIO", "VFIO_IOMMU_UNMAP_DMA", "0x1000"]);
  assertEquals([buffer.size, device.allocate(4096).iova], [0, 0x1000n]);
});

Deno.test("AddressSpace.map() refuses memory that is disposed of, or not to be had", () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  const memory = host.allocate(4096);
  memory[Symbol.dispose]();
  using readOnly = host.allocate(4096, { protection: "read" });
  const buffer = device.allocate(4096, { iova: 0x8000n });
  buffer[Symbol.dispose]();
  using bar = device.model.region(0).map();
  device.config.command.update({ memorySpace: false });
  const codes = [memory, buffer, readOnly, bar].map((one) => codeOf(() => device.map(one)));
  assertEquals(codes, ["EBADF", "EBADF", "EFAULT", "EFAULT"]);
  assertEquals(device.map(readOnly, { write: false }).iova, 0x1000n);
});

Deno.test("AddressSpace.map() of another device's BAR lets devices talk to each other", async () => {
  const host = machine().plug(IVSHMEM, passiveIvshmem());
  {
    using space = new AddressSpace({ backend: host });
    const edu = new Edu(space.open(EDU));
    const other = space.open(IVSHMEM);
    using bar = other.model.region(2).map();
    using mapping = space.map(bar, OPTIONS);
    const bytes = pattern(2048);
    using buffer = space.allocate(4096, OPTIONS);
    assertEquals([mapping.iova, buffer.iova, host.lockedMemory], [0x1000n, 0x10_1000n, 4096]);
    buffer.bytes.set(bytes);
    await edu.load(buffer.iova, 2048);
    await edu.store(mapping.iova + 0x8_0000n, 2048);
    const region = other.region("bar2");
    const seen = Uint8Array.from({ length: 2048 }, (_, i) => region.read8(0x8_0000 + i));
    assertEquals(seen, bytes);
    region.write32(0x10, 0xcafe_f00d);
    await edu.load(mapping.iova + 0x10n, 4);
    await edu.store(buffer.iova, 4);
    assertEquals([buffer.read32(0), host.faults()], [0xcafe_f00d, []]);
  }
  assertEquals(host.holdings(), NOTHING);
});
