import { assert, assertEquals, assertThrows } from "@std/assert";
import { NVME_IO, NVME_STATUS } from "../../../../../devices/mod.ts";
import type { BarModel } from "../../../../../devices/mod.ts";
import type { Nvme, NvmeQueue } from "../../../../../devices/nvme/driver/mod.ts";
import { pattern } from "../rig.ts";
import { withBar } from "../wraps.ts";
import { Ends, errorOf, Machine, thrownBy } from "./machine.ts";
import type { MachineOptions } from "./machine.ts";

function firstOf(nvme: Nvme): NvmeQueue {
  const [queue] = nvme.queues;
  assert(queue !== undefined);
  return queue;
}

/** A machine that notes what is written to doorbells. */
function withBells(bells: [offset: number, value: number][], options: MachineOptions = {}): Machine {
  const bar = (inner: BarModel): BarModel => ({
    read: (offset, width) => inner.read(offset, width),
    write: (offset, width, value) => {
      if (offset >= 0x1000 && offset < 0x2000) bells.push([offset - 0x1000, value]);
      inner.write(offset, width, value);
    },
  });
  return new Machine({ ...options, wrap: (nvme) => withBar(nvme, bar) });
}

Deno.test("NvmeQueue.poll() calls the handlers of what was read and written, and lets time pass meanwhile", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const queue = firstOf(nvme);
  const namespace = nvme.namespace(1);
  using buffer = machine.device.allocate(8192);
  using memory = nvme.prepare(buffer, 0, 4096);
  using other = nvme.prepare(buffer, 4096, 4096);
  memory.bytes.set(pattern(4096));
  const ends = new Ends();
  const write = queue.write(namespace, memory, 16, 8, ends, true);
  queue.ring();
  while (ends.ids.length < 1) queue.poll();
  const read = queue.read(namespace, other, 16n, 8, ends);
  queue.ring();
  while (ends.ids.length < 2) queue.poll();
  assertEquals([ends.ids, ends.statuses], [[write, read], [0, 0]]);
  assertEquals(other.bytes.slice(), pattern(4096));
});

Deno.test("NvmeQueue.read() of fewer bytes than the memory has moves the first ones", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const queue = firstOf(nvme);
  const namespace = nvme.namespace(1);
  await namespace.write(0, pattern(32768));
  using buffer = machine.device.allocate(32768 + 4096);
  for (const offset of [0, 1024]) {
    using memory = nvme.prepare(buffer, offset, 32768);
    for (const blocks of [1, 2, 6, 7, 8, 9, 14, 15, 16, 17, 63, 64]) {
      memory.bytes.fill(0);
      const ends = new Ends();
      queue.read(namespace, memory, 0, blocks, ends);
      queue.ring();
      while (ends.ids.length < 1) queue.poll();
      const expected = new Uint8Array(32768);
      expected.set(pattern(blocks * 512));
      assertEquals([ends.statuses, memory.bytes.slice()], [[0], expected], `${offset}, ${blocks}`);
    }
  }
});

Deno.test("NvmeQueue.read() gives -1 when capacity commands are under way, and room again after polling", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ entries: 4 });
  const queue = firstOf(nvme);
  const ends = new Ends();
  assertEquals(queue.capacity, 3);
  const ids = [0, 1, 2, 3].map(() => queue.flush(1, ends));
  assertEquals([ids[3], queue.inFlight, new Set(ids).size], [-1, 3, 4]);
  queue.ring();
  while (ends.ids.length < 3) queue.poll();
  assertEquals(queue.inFlight, 0);
  assert(queue.flush(1, ends) >= 0);
  queue.ring();
  while (ends.ids.length < 4) queue.poll();
});

Deno.test("NvmeQueue.ring() tells of a whole batch once, and never tells the same twice", async () => {
  const bells: [number, number][] = [];
  using machine = withBells(bells);
  await using nvme = await machine.open({ entries: 4 });
  const queue = firstOf(nvme);
  const ends = new Ends();
  bells.length = 0;
  queue.ring();
  assertEquals(bells, []);
  queue.flush(1, ends);
  queue.flush(1, ends);
  queue.ring();
  queue.ring();
  assertEquals(bells, [[8, 2]]);
  while (ends.ids.length < 2) queue.poll();
  bells.length = 0;
  queue.flush(1, ends);
  queue.flush(1, ends);
  queue.flush(1, ends);
  queue.ring();
  assertEquals(bells, [[8, 1]]);
  machine.host.settle();
  assertEquals(queue.poll(), 3);
  assertEquals(bells, [[8, 1], [12, 1]]);
});

Deno.test("Promises of one turn are told of with one doorbell", async () => {
  const bells: [offset: number, value: number][] = [];
  using machine = withBells(bells);
  await using nvme = await machine.open({ queues: 1 });
  const namespace = nvme.namespace(1);
  bells.length = 0;
  await Promise.all(Array.from({ length: 8 }, (_, lba) => namespace.read(lba, new Uint8Array(512))));
  assertEquals(bells.filter(([offset]) => offset === 8), [[8, 8]]);
});

Deno.test("NvmeQueue.ring() tells a controller that is being reset nothing, and the commands are ended", async () => {
  const bells: [offset: number, value: number][] = [];
  using machine = withBells(bells);
  await using nvme = await machine.open();
  const ends = new Ends();
  const queue = firstOf(nvme);
  queue.flush(1, ends);
  const read = errorOf(nvme.namespace(1).flush({ queue }));
  bells.length = 0;
  const reset = nvme.reset();
  queue.ring();
  await read;
  assertEquals([ends.statuses, bells.filter(([offset]) => offset >= 8)], [[NVME_STATUS.abortedByHost], []]);
  await reset;
  await nvme.namespace(1).read(0, new Uint8Array(512), { queue });
});

Deno.test("NvmeQueue.poll() takes no more than it is asked for, and tells the controller of those", async () => {
  const bells: [number, number][] = [];
  using machine = withBells(bells);
  await using nvme = await machine.open();
  const queue = firstOf(nvme);
  const ends = new Ends();
  for (let i = 0; i < 5; i++) queue.flush(1, ends);
  queue.ring();
  machine.host.settle();
  bells.length = 0;
  assertEquals([queue.poll(2), queue.poll(0), queue.poll(2), queue.poll()], [2, 0, 2, 1]);
  assertEquals(bells, [[12, 2], [12, 4], [12, 5]]);
});

Deno.test("NvmeQueue goes around its rings many times", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ entries: 5 });
  const queue = firstOf(nvme);
  const ends = new Ends();
  for (let i = 1; i <= 203; i++) {
    queue.flush(1, ends);
    if (i % 3 === 0 || i === 203) {
      queue.ring();
      while (queue.inFlight > 0) queue.poll();
    }
  }
  assertEquals([ends.ids.length, ends.statuses.every((status) => status === 0)], [203, true]);
});

Deno.test("NvmeQueue's handlers may submit more, and poll() within them does nothing", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ entries: 8 });
  const queue = firstOf(nvme);
  let left = 20;
  const polls: number[] = [];
  const handler = {
    completed: () => {
      polls.push(queue.poll());
      if (left-- > 0) queue.flush(1, handler);
    },
  };
  queue.flush(1, handler);
  queue.flush(1, handler);
  queue.ring();
  while (queue.inFlight > 0) {
    queue.poll();
    queue.ring();
  }
  assertEquals([left <= 0, new Set(polls)], [true, new Set([0])]);
});

Deno.test("What a handler throws comes out of NvmeQueue.poll(), and the commands behind it are not lost", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const queue = firstOf(nvme);
  const ends = new Ends();
  queue.flush(1, {
    completed: () => {
      throw new Error("mine");
    },
  });
  queue.flush(1, ends);
  queue.ring();
  machine.host.settle();
  assertThrows(() => queue.poll(), Error, "mine");
  assertEquals([queue.poll(), ends.statuses], [1, [0]]);
});

Deno.test("NvmeQueue.submit() sends any command, and the result comes with its end", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const queue = firstOf(nvme);
  machine.model.completes = (entry) => [{ ...entry, result: 0xdead_beef }];
  const ends = new Ends();
  const words = new Uint32Array(16);
  words[0] = 0x7fff_0000 | NVME_IO.flush;
  words[1] = 1;
  const flush = queue.submit(words, ends);
  words[0] = 0x7f;
  const unknown = queue.submit(words, ends);
  queue.ring();
  while (queue.inFlight > 0) queue.poll();
  // What is wrong with a command is found sooner than a cache is flushed.
  assertEquals([ends.ids, ends.results], [[unknown, flush], [0xdead_beef, 0xdead_beef]]);
  assertEquals(ends.statuses, [NVME_STATUS.invalidOpcode, 0]);
});

Deno.test("NvmeQueue.writeZeroes() is one command for up to 65536 blocks", async () => {
  using machine = new Machine({ blocks: 70_000 });
  await using nvme = await machine.open();
  const queue = firstOf(nvme);
  const namespace = nvme.namespace(1);
  await namespace.write(65_536, pattern(512));
  const ends = new Ends();
  queue.writeZeroes(namespace, 1, 65_536, ends);
  queue.ring();
  while (queue.inFlight > 0) queue.poll();
  const back = pattern(512);
  await namespace.read(65_536, back);
  assertEquals([ends.statuses, back], [[0], new Uint8Array(512)]);
});

Deno.test("NvmeQueue refuses what a command cannot carry, and what would leave its memory; nothing is put in", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const queue = firstOf(nvme);
  const namespace = nvme.namespace(1);
  using memory = nvme.prepare(machine.device.allocate(4096));
  const ends = new Ends();
  for (const blocks of [0, -1, 1.5, NaN, 65_537, 9]) {
    assertThrows(() => queue.read(namespace, memory, 0, blocks, ends), RangeError);
  }
  for (const lba of [-1, 1.5, 2 ** 53, Infinity, -1n, 2n ** 64n]) {
    assertThrows(() => queue.write(namespace, memory, lba, 1, ends), RangeError);
    assertThrows(() => queue.writeZeroes(namespace, lba, 1, ends), RangeError);
  }
  assertEquals(queue.inFlight, 0);
});

Deno.test("NvmeQueue.mode cannot be interrupt without a vector", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ interrupts: "none" });
  const queue = firstOf(nvme);
  assertEquals([queue.mode, queue.vector], ["polled", undefined]);
  queue.mode = "polled";
  assertEquals(thrownBy(() => queue.mode = "interrupt").code, "EINVAL");
  await nvme.namespace(1).flush();
});
