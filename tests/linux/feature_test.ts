import { assert, assertEquals, assertThrows } from "@std/assert";
import { LinuxDataStream } from "../../backends/linux/data_stream.ts";
import { encodeFeature, takeResult } from "../../backends/linux/feature.ts";
import { PhysicalDevice } from "../../backends/linux/physical_device.ts";
import type { FeatureRequest, FeatureResult } from "../../core/device.ts";
import { VfioError } from "../../core/errors.ts";
import type { Signal } from "../../core/signal.ts";
import { O_RDONLY } from "../../os/constants_data.ts";
import { Eventfd } from "../../os/eventfd.ts";
import { openFile } from "../../os/files.ts";
import { MemoryDescriptor } from "../../os/memory_file.ts";
import { holdings } from "./holdings.ts";
import { memfd, openOnes } from "./memfd.ts";

const NAME = "ffff:00:00.0";
const MIGRATION = 2;
const ENTRY = 3;
const ENTRY_WITH_WAKEUP = 4;
const EXIT = 5;
const DMA_BUF = 11;

function take(request: FeatureRequest, result = 0): FeatureResult {
  return takeResult(result, encodeFeature(request), NAME, PhysicalDevice.of(NAME));
}

function s32(value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Int32Array.of(value).buffer);
}

Deno.test("encodeFeature() says by flags what is asked, and how long it is", () => {
  assertEquals(encodeFeature({ feature: 0x1234 }), Uint8Array.of(8, 0, 0, 0, 0x34, 0x12, 0, 0));
  const flags = (request: Omit<FeatureRequest, "feature">) => encodeFeature({ feature: 0, ...request })[6];
  assertEquals([flags({ get: true }), flags({ set: true }), flags({ probe: true })], [1, 2, 4]);
  assertEquals(flags({ get: true, set: true, probe: true }), 7);
  const data = Uint8Array.of(5, 6, 7);
  assertEquals(
    encodeFeature({ feature: 1, set: true, data }),
    Uint8Array.of(11, 0, 0, 0, 1, 0, 2, 0, 5, 6, 7),
  );
});

Deno.test("encodeFeature() puts a signal's descriptor into a copy of the data", () => {
  using signal = new Eventfd();
  const data = new Uint8Array(8).fill(9);
  const at = (signal: Signal | null) =>
    encodeFeature({ feature: 4, data, signal: { at: 2, signal } }).slice(8);
  assertEquals(at(signal), Uint8Array.of(9, 9, ...s32(signal.fd), 9, 9));
  assertEquals(at(null), Uint8Array.of(9, 9, 255, 255, 255, 255, 9, 9));
  assertEquals(data, new Uint8Array(8).fill(9));
});

Deno.test("encodeFeature() refuses what the struct cannot carry", () => {
  for (const feature of [-1, 0.5, 0x1_0000, 3n as unknown as number]) {
    assertThrows(() => encodeFeature({ feature }), TypeError);
  }
  const foreign = { closed: false } as Signal;
  const data = new Uint8Array(8);
  assertThrows(() => encodeFeature({ feature: 4, data, signal: { at: 0, signal: foreign } }), TypeError);
  for (const at of [5, 8, -1]) {
    assertThrows(() => encodeFeature({ feature: 4, data, signal: { at, signal: null } }), RangeError);
  }
  assertThrows(() => encodeFeature({ feature: 4, signal: { at: 0, signal: null } }), RangeError);
});

Deno.test("takeResult() refuses mappings from the entry into low power until the exit", () => {
  for (const feature of [ENTRY, ENTRY_WITH_WAKEUP]) {
    const physical = PhysicalDevice.of(NAME);
    let blocks = 0;
    const mapping = { block: () => void blocks++ };
    physical.cover(mapping);
    using _uncovered = { [Symbol.dispose]: () => physical.uncover(mapping) };
    take({ feature, probe: true, set: true });
    take({ feature: EXIT, probe: true, set: true });
    take({ feature: 0, set: true, data: new Uint8Array(16) });
    assertEquals([physical.refusal(), blocks], [undefined, 0]);
    take({ feature, set: true });
    assertEquals([physical.refusal(), blocks], ["it is in its low-power state", 1]);
    take({ feature: EXIT, set: true });
    assertEquals(physical.refusal(), undefined);
  }
});

Deno.test("takeResult() gives the payload as the kernel left it", () => {
  const data = Uint8Array.of(1, 2, 3);
  assertEquals(take({ feature: 1, get: true, data }), { data });
  for (const feature of [MIGRATION, DMA_BUF]) {
    const request = { feature, get: true, probe: true, data };
    assertEquals(take(request), { data });
  }
});

Deno.test("takeResult() owns the dma-buf that a feature made", () => {
  const before = holdings();
  {
    const { handle } = take({ feature: DMA_BUF, get: true }, memfd("vfio-feature", 4096));
    assert(handle instanceof MemoryDescriptor);
    using file = handle;
    assertEquals([file.size, openOnes("vfio-feature")], [4096, 1]);
  }
  assertEquals(holdings(), before);
});

Deno.test("takeResult() closes what should be a dma-buf and is none", () => {
  const before = holdings();
  const fd = openFile("/dev/null", O_RDONLY);
  assertEquals(assertThrows(() => take({ feature: DMA_BUF, get: true }, fd), VfioError).code, "EINVAL");
  assertEquals(holdings(), before);
});

Deno.test("takeResult() owns the stream that a step of migration opened, when it opened one", () => {
  const before = holdings();
  {
    const data = Uint8Array.of(3, 0, 0, 0, ...s32(memfd("vfio-feature")));
    const { handle } = take({ feature: MIGRATION, set: true, data });
    assert(handle instanceof LinuxDataStream);
    using _stream = handle;
    assertEquals(openOnes("vfio-feature"), 1);
  }
  assertEquals(holdings(), before);
  const data = Uint8Array.of(1, 0, 0, 0, ...s32(-1));
  assertEquals(take({ feature: MIGRATION, set: true, data }), { data });
});

Deno.test("LinuxDataStream.read() and write() move bytes in order, and tell how many", () => {
  const fd = memfd("vfio-stream");
  using stream = new LinuxDataStream(fd, "a stream");
  assertEquals(stream.write(Uint8Array.of(1, 2, 3)), 3);
  assertEquals(stream.write(Uint8Array.of(4, 5)), 2);
  // A file's place is one for reading and writing: another opening of it begins at the start.
  using again = new LinuxDataStream(openFile(`/proc/self/fd/${fd}`, O_RDONLY), "a stream");
  const into = new Uint8Array(4);
  assertEquals([again.read(into), [...into]], [4, [1, 2, 3, 4]]);
  assertEquals([again.read(into), into[0]], [1, 5]);
  assertEquals(again.read(into), 0);
  assertEquals(assertThrows(() => again.write(into), VfioError).operation, "write");
});

Deno.test("LinuxDataStream goes by a buffer's real size, whatever it says of itself", () => {
  class Liar extends Uint8Array<ArrayBuffer> {
    override get byteLength(): number {
      return 0x1000;
    }
  }
  const fd = memfd("vfio-stream", 0x1000);
  using stream = new LinuxDataStream(fd, "a stream");
  assertEquals(stream.read(new Liar(new ArrayBuffer(4))), 4);
  assertEquals(stream.write(new Liar(new ArrayBuffer(4))), 4);
  assertThrows(() => stream.read([] as unknown as Uint8Array<ArrayBuffer>), TypeError);
});

Deno.test("LinuxDataStream throws EBADF after dispose", () => {
  const stream = new LinuxDataStream(memfd("vfio-stream"), "a stream");
  stream[Symbol.dispose]();
  stream[Symbol.dispose]();
  for (const use of [() => stream.read(new Uint8Array(1)), () => stream.write(new Uint8Array(1))]) {
    assertEquals(assertThrows(use, VfioError).code, "EBADF");
  }
});
