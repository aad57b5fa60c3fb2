import { assertEquals, assertThrows } from "@std/assert";
import type { MemoryFile } from "../../../core/memory.ts";
import { VfioError } from "../../../core/errors.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { readByDma, writeByDma } from "./edu_dma.ts";
import { codeOf, ready } from "./ready.ts";

const EDU = "0000:00:04.0";
const PAGE = 4096;

function machine(): EmulatedHost {
  return new EmulatedHost().plug(EDU, new EmulatedEdu(), { group: 4 });
}

Deno.test("EmulatedProcess of an ordinary user opens what he owns, and does everything with it", () => {
  const host = machine();
  const user = host.process({ uid: 1000 });
  const error = assertThrows(() => user.groups.openGroup(4), VfioError);
  assertEquals([error.code, error.operation, error.remedies[0]?.id], ["EACCES", "open", "GROUP-ACCES"]);
  using _container = user.groups.openContainer();
  host.chown(4, 1000);
  using open = ready(user, EDU);
  open.device.region(7).write16(4, 6);
  assertEquals(open.device.region(7).read16(4), 6);
  assertEquals(codeOf(() => host.process({ uid: 1001 }).groups.openGroup(4)), "EACCES");
  assertEquals(
    codeOf(() => host.process({ uid: 5, capabilities: ["CAP_DAC_OVERRIDE"] }).groups.openGroup(4)),
    "EBUSY",
  );
  assertEquals(codeOf(() => host.chown(99, 1)), "ENOENT");
});

Deno.test("EmulatedProcess counts pinned pages against its limit, exactly", () => {
  const host = machine();
  host.chown(4, 1000);
  const user = host.process({ uid: 1000, memlock: 16 * PAGE });
  using open = ready(user, EDU);
  const { iommu } = open.container;
  using memory = user.allocate(1 << 20);
  const map = (iova: bigint, pages: number) =>
    codeOf(() =>
      iommu.map({ iova, vaddr: memory.vaddr, size: BigInt(pages * PAGE), read: true, write: true })
    );
  const error = assertThrows(
    () => iommu.map({ iova: 0n, vaddr: memory.vaddr, size: 1n << 20n, read: true }),
    VfioError,
  );
  assertEquals([error.code, error.remedies[0]?.text.includes("1048576 bytes more")], ["ENOMEM", true]);
  assertEquals([user.lockedMemory, map(0n, 16), user.lockedMemory], [0, "0", 16 * PAGE]);
  assertEquals(map(0x100_000n, 1), "ENOMEM");
  assertEquals(iommu.unmap({ iova: 0n, size: BigInt(16 * PAGE) }), BigInt(16 * PAGE));
  assertEquals([user.lockedMemory, map(0n, 16)], [0, "0"]);
  assertEquals(host.lockedMemory, 0);
});

Deno.test("EmulatedProcess with CAP_IPC_LOCK has no limit, and is counted all the same", () => {
  const host = new EmulatedHost().plug(EDU, new EmulatedEdu());
  const root = host.process({ memlock: PAGE });
  using open = ready(root, EDU);
  using memory = root.allocate(1 << 20);
  open.container.iommu.map({ iova: 0n, vaddr: memory.vaddr, size: 1n << 20n, read: true });
  open.container.iommu.map({ iova: 1n << 20n, vaddr: memory.vaddr, size: 1n << 20n, read: true });
  assertEquals(root.lockedMemory, 2 << 20);
});

Deno.test("EmulatedProcess.allocate() gives whole zeroed pages, and new addresses each time", () => {
  const host = new EmulatedHost();
  const memory = host.allocate(100);
  assertEquals([memory.size, memory.bytes.length, memory.pageSize, memory.vaddr % 4096n], [
    PAGE,
    PAGE,
    PAGE,
    0n,
  ]);
  assertEquals(memory.bytes.every((byte) => byte === 0), true);
  memory[Symbol.dispose]();
  using other = host.allocate(1);
  assertEquals(other.vaddr === memory.vaddr, false);
  using huge = host.allocate(1, { hugePages: true });
  assertEquals([huge.size, huge.pageSize, huge.pageFallbacks], [2 << 20, 2 << 20, []]);
  for (const size of [0, -1, 1.5, NaN]) assertThrows(() => host.allocate(size), TypeError);
  assertEquals(codeOf(() => host.allocate(2 ** 50)), "ENOMEM");
});

Deno.test("Process.allocate() takes ordinary pages when no huge ones are left, says why, and gives both back", () => {
  const host = new EmulatedHost({ hugePages: 1 });
  for (const shared of [false, true]) {
    using huge = host.allocate(1, { hugePages: true, shared });
    using ordinary = host.allocate(1, { hugePages: true, shared });
    assertEquals([huge.pageSize, ordinary.pageSize, ordinary.size], [2 << 20, 4096, 4096]);
    assertEquals(ordinary.pageFallbacks.map(({ pages }) => pages), ["2 MiB", "transparent"]);
    assertEquals(ordinary.pageFallbacks[0]?.reason, "1 are needed, 0 are free");
  }
  using two = host.allocate((2 << 20) + 1, { hugePages: true });
  assertEquals(two.pageFallbacks[0]?.reason, "2 are needed, 1 are free");
});

Deno.test("HostMemory answers the eight accesses, checks them, and refuses them after dispose", () => {
  const host = new EmulatedHost();
  const memory = host.allocate(PAGE);
  const { bytes, vaddr } = memory;
  memory.write64(8, 0x1122_3344_5566_7788n);
  assertEquals([memory.read8(8), memory.read16(8), memory.read32(8), memory.read64(8)], [
    0x88,
    0x7788,
    0x5566_7788,
    0x1122_3344_5566_7788n,
  ]);
  memory.write8(PAGE - 1, 0x5a);
  assertEquals([memory.read8(PAGE - 1), memory.read16(PAGE - 2)], [0x5a, 0x5a00]);
  memory.write8(0, 0xff);
  memory.write16(2, 0xabcd);
  memory.write32(4, 0xdead_beef);
  assertEquals([...bytes.subarray(0, 8)], [0xff, 0, 0xcd, 0xab, 0xef, 0xbe, 0xad, 0xde]);
  for (const offset of [-1, 1, PAGE, 0.5]) assertThrows(() => memory.read16(offset), RangeError);
  assertThrows(() => memory.write8(0, 256), RangeError);
  assertThrows(() => memory.write64(0, -1n), RangeError);
  memory[Symbol.dispose]();
  memory[Symbol.dispose]();
  assertEquals([memory.size, bytes.length, memory.bytes.length, memory.vaddr], [0, 0, 0, vaddr]);
  for (const call of [() => memory.read8(0), () => memory.write64(0, 0n), () => memory.protect("none")]) {
    assertEquals(codeOf(call), "EBADF");
  }
  assertEquals(host.holdings(), { descriptors: 0, mappings: 0 });
});

Deno.test("HostMemory.protect() closes it to the process, and to devices in its way", () => {
  const host = machine();
  using open = ready(host, EDU);
  const { iommu } = open.container;
  using memory = host.allocate(PAGE);
  const { bytes } = memory;
  const map = (rights: { read?: boolean; write?: boolean }) => {
    const code = codeOf(() => iommu.map({ iova: 0n, vaddr: memory.vaddr, size: 4096n, ...rights }));
    iommu.unmap({ iova: 0n, size: 0n, all: true });
    return code;
  };
  memory.write8(0, 7);
  memory.protect("read");
  assertEquals([bytes.length, codeOf(() => memory.bytes), codeOf(() => memory.read8(0))], [
    0,
    "EFAULT",
    "EFAULT",
  ]);
  assertEquals([map({ read: true }), map({ read: true, write: true })], ["0", "EFAULT"]);
  memory.protect("none");
  assertEquals(map({ read: true }), "EFAULT");
  memory.protect("read-write");
  assertEquals([memory.read8(0), memory.bytes[0], map({ write: true })], [7, 7, "0"]);
});

Deno.test("HostMemory of a file is shared with whoever maps the file, and outlives its first owner", () => {
  const host = new EmulatedHost();
  const other = host.process();
  const memory = host.allocate(2 * PAGE, { shared: true });
  const file = memory.file as MemoryFile;
  assertEquals([file.kind, file.size, host.holdings()], ["memfd", 2 * PAGE, { descriptors: 1, mappings: 1 }]);
  using second = other.mapFile(file, { offset: PAGE });
  second.write32(0, 0x1234_5678);
  assertEquals([second.size, memory.read32(PAGE)], [PAGE, 0x1234_5678]);
  for (const options of [{ offset: 100 }, { offset: 2 * PAGE }, { size: 3 * PAGE }, { size: 0 }]) {
    assertEquals(codeOf(() => other.mapFile(file, options)), "EINVAL", JSON.stringify(options));
  }
  memory[Symbol.dispose]();
  assertEquals([file.closed, codeOf(() => other.mapFile(file)), second.read32(0)], [
    true,
    "EBADF",
    0x1234_5678,
  ]);
  assertEquals(host.holdings(), { descriptors: 0, mappings: 0 });
});

Deno.test("HostMemory of a file stays in its place for devices after its first owner is gone", () => {
  const host = machine();
  using open = ready(host, EDU);
  const first = host.allocate(PAGE, { shared: true });
  using second = host.mapFile(first.file as MemoryFile);
  const physical = second.physicalAddress(0);
  first[Symbol.dispose]();
  using _other = host.allocate(PAGE);
  assertEquals(second.physicalAddress(0), physical);
  open.container.iommu.map({ iova: 0n, vaddr: second.vaddr, size: 4096n, read: true, write: true });
  second.write32(0, 0xcafe);
  readByDma(host, open.device, 0n);
  writeByDma(host, open.device, 8n);
  assertEquals(second.read32(8), 0xcafe);
});

Deno.test("EmulatedProcess.mapFile() refuses what is no memory with ENODEV", () => {
  const host = new EmulatedHost();
  using signal = host.createSignal();
  assertEquals(codeOf(() => host.mapFile(signal as unknown as MemoryFile)), "ENODEV");
});

Deno.test("HostMemory.physicalAddress() needs CAP_SYS_ADMIN", () => {
  const host = new EmulatedHost();
  using memory = host.allocate(2 * PAGE);
  assertEquals(memory.physicalAddress(PAGE) - memory.physicalAddress(0), 4096n);
  using other = host.process({ uid: 1000 }).allocate(PAGE);
  assertEquals(codeOf(() => other.physicalAddress(0)), "EPERM");
  assertThrows(() => memory.physicalAddress(2 * PAGE), RangeError);
});

Deno.test("IommuDriver.map() of memory that is gone is EFAULT, and leaves nothing behind", () => {
  const host = machine();
  using open = ready(host, EDU);
  const { iommu } = open.container;
  const memory = host.allocate(PAGE);
  memory[Symbol.dispose]();
  const request = { iova: 0n, size: 4096n, read: true };
  assertEquals(codeOf(() => iommu.map({ ...request, vaddr: memory.vaddr })), "EFAULT");
  using other = host.allocate(PAGE);
  assertEquals(codeOf(() => iommu.map({ ...request, vaddr: other.vaddr, size: 8192n })), "EFAULT");
  iommu.map({ ...request, vaddr: other.vaddr });
  using stranger = host.process().allocate(PAGE);
  using again = host.process().allocate(PAGE);
  assertEquals(stranger.vaddr, again.vaddr, "each process has addresses of its own");
});
