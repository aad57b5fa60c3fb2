import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { LinuxDevice } from "../../backends/linux/device.ts";
import { LinuxGroup } from "../../backends/linux/group.ts";
import { encodeHotReset } from "../../backends/linux/hot_reset.ts";
import { PhysicalDevice } from "../../backends/linux/physical_device.ts";
import { VfioError } from "../../core/errors.ts";
import { EBADF, EINVAL } from "../../os/constants_data.ts";
import { CLOSED, closeDescriptor } from "../../os/descriptor.ts";
import { VFIO_DEVICE_PCI_HOT_RESET, VFIO_DEVICE_RESET } from "../../uapi/vfio.ts";
import { callsOf } from "./calls.ts";
import { holdings } from "./holdings.ts";
import { FILE, MadeUpDevice } from "./made_up_device.ts";
import { MadeUpThreads, turn, withoutThreads } from "./made_up_threads.ts";
import { memfd, openOnes } from "./memfd.ts";

const NAME = "ffff:00:00.0";

/** A device whose file answers every ioctl with ENOTTY. */
function device(): LinuxDevice {
  return new LinuxDevice(memfd(FILE), NAME);
}

/** How many descriptors of the file are open, and whether this process holds the device. */
function state(): [number, boolean] {
  return [openOnes(FILE), PhysicalDevice.isHeld(NAME)];
}

Deno.test("LinuxDevice makes no system call when it is made, and holds the device", () => {
  const fd = memfd(FILE);
  let device: LinuxDevice | undefined;
  const { reads, writes } = callsOf(() => device = new LinuxDevice(fd, NAME));
  using made = device;
  assertEquals([reads, writes, made?.name], [0, 0, NAME]);
  assertEquals(state(), [1, true]);
});

Deno.test("LinuxDevice.region() gives the same object at every call, and refuses what is no index", () => {
  using it = device();
  for (const index of [0, 7, 9, 0xffff_ffff]) assertStrictEquals(it.region(index), it.region(index));
  for (const index of [-1, 0.5, NaN, 2 ** 32]) assertThrows(() => it.region(index), TypeError);
});

Deno.test("LinuxDevice[Symbol.dispose]() closes the descriptor, once", () => {
  const before = holdings();
  const it = device();
  it[Symbol.dispose]();
  assertEquals([it.closed, ...state()], [true, 0, false]);
  // Its number is somebody else's now.
  const next = device();
  it[Symbol.dispose]();
  assertEquals(state(), [1, true]);
  next[Symbol.dispose]();
  assertEquals(holdings(), before);
});

Deno.test("LinuxDevice[Symbol.dispose]() closes its own descriptor and no other handle's", () => {
  const first = new MadeUpDevice();
  using second = first.openAgain();
  assertStrictEquals(second.physical, first.physical);
  first[Symbol.dispose]();
  assertEquals(state(), [1, true]);
  assertEquals(second.region(7).read16(4), 2);
});

Deno.test("LinuxDevice.resetAsync() makes the call in a thread of its own, and gives its errno", async () => {
  using it = device();
  const error = await assertRejects(() => it.resetAsync(), VfioError);
  assertEquals([error.code, error.operation, error.subject], ["ENOTTY", "VFIO_DEVICE_RESET", NAME]);
});

Deno.test("LinuxDevice.resetAsync() asks for a reset, and is done when that is", async () => {
  using threads = new MadeUpThreads();
  using it = device();
  const reset = it.resetAsync();
  const [called] = threads.calls;
  assertEquals([called?.call, called?.fd, called?.request], ["ioctl", it.fd, VFIO_DEVICE_RESET]);
  called?.answer(0, 0);
  await reset;
});

Deno.test("LinuxDevice.hotResetAsync() hands the groups to a thread of its own, and gives its errno", async () => {
  using it = device();
  using group = new LinuxGroup(memfd(FILE), 7, "/dev/vfio/7");
  {
    using threads = new MadeUpThreads();
    const reset = it.hotResetAsync([group]);
    const [called] = threads.calls;
    assertEquals([called?.call, called?.fd, called?.request], ["ioctl", it.fd, VFIO_DEVICE_PCI_HOT_RESET]);
    assertEquals(called?.argument, encodeHotReset([group.fd]));
    called?.answer(0, 0);
    await reset;
  }
  const error = await assertRejects(() => it.hotResetAsync([group]), VfioError);
  assertEquals([error.code, error.operation, error.subject], ["ENOTTY", "VFIO_DEVICE_PCI_HOT_RESET", NAME]);
});

Deno.test("LinuxDevice[Symbol.dispose]() leaves the descriptor open until the hot reset's call has returned", async () => {
  using threads = new MadeUpThreads();
  const it = device();
  const reset = it.hotResetAsync([]);
  it[Symbol.dispose]();
  await turn();
  assertEquals([it.closed, ...state()], [true, 1, true]);
  threads.calls[0]?.answer(0, 0);
  await reset;
  assertEquals(state(), [0, false]);
});

Deno.test("LinuxDevice.resetAsync() rejects after dispose: the kernel finds no descriptor", async () => {
  using threads = new MadeUpThreads();
  const it = device();
  it[Symbol.dispose]();
  const reset = it.resetAsync();
  assertEquals(threads.calls[0]?.fd, CLOSED);
  threads.calls[0]?.answer(-1, EBADF);
  assertEquals((await assertRejects(() => reset, VfioError)).code, "EBADF");
  assertEquals(state(), [0, false]);
});

Deno.test("LinuxDevice[Symbol.dispose]() leaves the descriptor open until the reset's call has returned", async () => {
  for (const [result, errno] of [[0, 0], [-1, EINVAL]] as const) {
    using threads = new MadeUpThreads();
    const it = device();
    const reset = it.resetAsync();
    it[Symbol.dispose]();
    await turn();
    assertEquals([it.closed, ...state()], [true, 1, true]);
    threads.calls[0]?.answer(result, errno);
    await reset.catch((error) => assertEquals(error.code, "EINVAL"));
    assertEquals(state(), [0, false]);
  }
});

Deno.test("LinuxDevice[Symbol.dispose]() leaves the descriptor open until each reset's call has returned", async () => {
  for (const order of [[0, 1, 2], [2, 1, 0], [1, 2, 0]]) {
    using threads = new MadeUpThreads();
    const it = device();
    const resets = [it.resetAsync(), it.resetAsync(), it.resetAsync()];
    it[Symbol.dispose]();
    for (const i of order) {
      await turn();
      assertEquals(state(), [1, true]);
      threads.calls[i]?.answer(0, 0);
    }
    await Promise.all(resets);
    await turn();
    assertEquals(state(), [0, false]);
  }
});

Deno.test("LinuxDevice[Symbol.dispose]() closes at once when the resets are over", async () => {
  const it = device();
  await assertRejects(() => it.resetAsync());
  await assertRejects(() => it.resetAsync());
  it[Symbol.dispose]();
  assertEquals(state(), [0, false]);
});

Deno.test("LinuxDevice[Symbol.asyncDispose]() closes the descriptor, and holds the device until it has", async () => {
  const it = device();
  const closing = it[Symbol.asyncDispose]();
  assertEquals([it.closed, ...state()], [true, 1, true]);
  await closing;
  assertEquals(state(), [0, false]);
});

Deno.test("LinuxDevice[Symbol.asyncDispose]() has a thread close the descriptor, after the reset's call", async () => {
  using threads = new MadeUpThreads();
  const it = device();
  const { fd } = it;
  const reset = it.resetAsync();
  const closing = it[Symbol.asyncDispose]();
  await turn();
  assertEquals(threads.calls.map(({ call }) => call), ["ioctl"]);
  threads.calls[0]?.answer(0, 0);
  await reset;
  await turn();
  assertEquals([threads.calls[1]?.call, threads.calls[1]?.fd], ["close", fd]);
  assertEquals(state(), [1, true]);
  closeDescriptor(fd, NAME);
  threads.calls[1]?.answer(0, 0);
  await closing;
  assertEquals(state(), [0, false]);
});

Deno.test("LinuxDevice[Symbol.asyncDispose]() tells what close(2) gave, and does not close again", async () => {
  using threads = new MadeUpThreads();
  const it = device();
  const { fd } = it;
  const closing = it[Symbol.asyncDispose]();
  await turn();
  threads.calls[0]?.answer(-1, EBADF);
  const error = await assertRejects(() => closing, VfioError);
  assertEquals([error.code, error.operation], ["EBADF", "close"]);
  assertEquals(state(), [1, false]);
  closeDescriptor(fd, NAME);
});

Deno.test("LinuxDevice[Symbol.asyncDispose]() closes the descriptor in this thread when there is no other", async () => {
  using _none = withoutThreads();
  const it = device();
  await it[Symbol.asyncDispose]();
  assertEquals(state(), [0, false]);
});

Deno.test("LinuxDevice[Symbol.asyncDispose]() is a no-op after either dispose, as dispose is after it", async () => {
  const it = device();
  it[Symbol.dispose]();
  await it[Symbol.asyncDispose]();
  const other = device();
  const closing = other[Symbol.asyncDispose]();
  other[Symbol.dispose]();
  await Promise.all([closing, other[Symbol.asyncDispose]()]);
  assertEquals(state(), [0, false]);
});

Deno.test("LinuxDevice tells a mapping that outlives it what it saw last, also when a thread closes it", async () => {
  const it = new MadeUpDevice({ 0: { size: 4096 } });
  using mapping = it.region(0).map();
  it.region(7).write16(4, 0);
  await it[Symbol.asyncDispose]();
  assert(PhysicalDevice.isHeld(NAME));
  assertEquals(assertThrows(() => mapping.read32(0), VfioError).code, "EIO");
});
