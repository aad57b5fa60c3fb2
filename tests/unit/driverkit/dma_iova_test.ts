import { assert, assertEquals, assertThrows } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { VfioError } from "../../../core/errors.ts";
import { openDevice } from "../../../driverkit/open_device.ts";
import { codeOf } from "../emulated/ready.ts";
import { EDU, EDU_LAST, machine } from "./machine.ts";

const MIB = 2 ** 20;

Deno.test("AddressSpace.allocate() gives the lowest IOVAs that fit, from one page up", () => {
  using edu = openDevice(EDU, { backend: machine() });
  const buffers = [1, 4096, 4097, 100].map((size) => edu.allocate(size));
  assertEquals(buffers.map(({ iova }) => iova), [0x1000n, 0x2000n, 0x3000n, 0x5000n]);
  assertEquals(buffers.map(({ size }) => size), [4096, 4096, 8192, 4096]);
});

Deno.test("AddressSpace.allocate() gives IOVAs again after dispose", () => {
  using edu = openDevice(EDU, { backend: machine() });
  const [first, second] = [edu.allocate(8192), edu.allocate(4096)];
  first[Symbol.dispose]();
  assertEquals([edu.allocate(4096), edu.allocate(4096), edu.allocate(4096)].map(({ iova }) => iova), [
    0x1000n,
    0x2000n,
    0x4000n,
  ]);
  assertEquals(second.iova, 0x3000n);
});

Deno.test("AddressSpace.allocate() never gives 0, but to who asks for it", () => {
  const host = new EmulatedHost({ reserved: [{ start: 0x1000n, last: 0xffff_ffffn, type: "reserved" }] })
    .plug(EDU, new EmulatedEdu());
  using edu = openDevice(EDU, { backend: host });
  assertEquals(edu.allocate(4096).iova, 0x1_0000_0000n);
  assertEquals(codeOf(() => edu.allocate(4096, { maxIova: EDU_LAST })), "ENOSPC");
  assertEquals(edu.allocate(4096, { iova: 0n, maxIova: EDU_LAST }).iova, 0n);
});

Deno.test("AddressSpace.allocate() leaves out what is reserved", () => {
  const host = new EmulatedHost({ reserved: [{ start: 0x3000n, last: 0x4fffn, type: "msi" }] })
    .plug(EDU, new EmulatedEdu());
  using edu = openDevice(EDU, { backend: host });
  assertEquals([0, 1, 2].map(() => edu.allocate(4096).iova), [0x1000n, 0x2000n, 0x5000n]);
  assertEquals(edu.allocate(0x4000).iova, 0x6000n);
  for (const iova of [0x3000n, 0x4000n]) assertEquals(codeOf(() => edu.allocate(4096, { iova })), "EINVAL");
});

Deno.test("AddressSpace.allocate() skips the MSI window of the platform", () => {
  using edu = openDevice(EDU, { backend: machine() });
  edu.allocate(4096, { iova: 0xfedf_f000n });
  // All below is taken but for less than this.
  const alignment = 2 ** 31;
  assertEquals(edu.allocate(4096, { alignment }).iova, 0x8000_0000n);
  assertEquals(edu.allocate(4096, { alignment }).iova, 0x1_0000_0000n);
  const error = assertThrows(() => edu.allocate(4096, { iova: 0xfee0_0000n }), VfioError, "0xfef00000");
  assertEquals([error.code, error.operation], ["EINVAL", "VFIO_IOMMU_MAP_DMA"]);
  assertEquals(codeOf(() => edu.allocate(8192, { iova: 0xfedf_f000n - 0x1000n })), "EEXIST");
  assertEquals(edu.allocate(4096, { iova: 0xfef0_0000n }).iova, 0xfef0_0000n);
});

Deno.test("AddressSpace.allocate() keeps to maxIova, and says ENOSPC when nothing is left there", () => {
  const host = machine();
  using edu = openDevice(EDU, { backend: host });
  assertEquals(edu.allocate(8192, { maxIova: 0x2fffn }).iova, 0x1000n);
  const held = host.holdings();
  for (const maxIova of [0n, 0xfffn, 0x2fffn, 0x3ffen]) {
    const error = assertThrows(() => edu.allocate(4096, { maxIova }), VfioError, "up to maxIova");
    assertEquals(error.code, "ENOSPC");
  }
  assertEquals(host.holdings(), held);
  assertEquals(edu.allocate(4096, { maxIova: 0x3fffn }).iova, 0x3000n);
});

Deno.test("AddressSpace.allocate() aligns as asked", () => {
  using edu = openDevice(EDU, { backend: machine() });
  assertEquals(edu.allocate(4096, { alignment: MIB }).iova, 0x10_0000n);
  assertEquals(edu.allocate(4096, { alignment: 64 }).iova, 0x1000n);
  assertEquals(edu.allocate(4096, { alignment: MIB }).iova, 0x20_0000n);
  for (const alignment of [0, 3, -4096, 1.5]) {
    assertThrows(() => edu.allocate(4096, { alignment }), RangeError);
  }
});

Deno.test("AddressSpace.allocate() aligns huge pages to their size, where the place is open", () => {
  using edu = openDevice(EDU, { backend: machine() });
  const huge = edu.allocate(4096, { hugePages: true });
  assertEquals([huge.iova, huge.size, huge.memory.pageSize], [0x20_0000n, 2 * MIB, 2 * MIB]);
  assertEquals(edu.allocate(4096, { hugePages: true, iova: 0x1000_1000n }).iova, 0x1000_1000n);
  assertEquals(edu.allocate(4096, { hugePages: true, alignment: 4096 }).iova, 0x40_0000n);
  assertEquals(edu.allocate(4096).iova, 0x1000n);
});

Deno.test("AddressSpace.allocate() takes a fixed IOVA, and refuses one that cannot be", () => {
  const host = machine();
  using edu = openDevice(EDU, { backend: host });
  assertEquals(edu.allocate(8192, { iova: 0x1000n }).iova, 0x1000n);
  assertEquals(edu.allocate(4096).iova, 0x3000n);
  const held = host.holdings();
  const at = (iova: bigint, size = 4096) => codeOf(() => edu.allocate(size, { iova }));
  assertEquals([at(0x2000n), at(0x4800n), at(0xfee0_0000n), at(2n ** 48n)], [
    "EEXIST",
    "EINVAL",
    "EINVAL",
    "EINVAL",
  ]);
  assertEquals(codeOf(() => edu.allocate(4096, { iova: 0x5000n, maxIova: 0x5ffen })), "EINVAL");
  assertEquals(host.holdings(), held);
});

Deno.test("AddressSpace.allocate() refuses sizes that are none", () => {
  const host = machine();
  using edu = openDevice(EDU, { backend: host });
  const { count } = host.calls;
  for (const size of [0, -1, 1.5, NaN, Infinity]) assertThrows(() => edu.allocate(size), TypeError, "size");
  assertEquals(host.calls.count, count);
});

Deno.test("AddressSpace.allocate() makes thousands of buffers and gives all back", () => {
  const host = machine();
  using edu = openDevice(EDU, { backend: host });
  const held = host.holdings();
  const buffers = Array.from({ length: 2000 }, () => edu.allocate(4096));
  assertEquals(new Set(buffers.map(({ iova }) => iova)).size, 2000);
  assert(buffers.every(({ iova }) => iova <= 2000n * 4096n));
  for (const buffer of buffers) buffer[Symbol.dispose]();
  assertEquals([host.holdings(), host.lockedMemory], [held, 0]);
});
