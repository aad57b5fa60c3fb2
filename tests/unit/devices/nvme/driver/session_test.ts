import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { registers, VfioError } from "../../../../../mod.ts";
import { NVME } from "../../../../../devices/mod.ts";
import type { BarModel } from "../../../../../devices/mod.ts";
import { withBar } from "../wraps.ts";
import { claiming } from "./claiming.ts";
import { ADDRESS, Ends, errorOf, Machine, NOTHING, thrownBy } from "./machine.ts";
import type { MachineOptions } from "./machine.ts";

Deno.test("openNvme() makes the controller ready, and close() leaves nothing but the device", async () => {
  const machine = new Machine({ serial: "A1" });
  const before = machine.host.holdings();
  const nvme = await machine.open({ queues: 3, entries: 64 });
  assertEquals([nvme.closed, nvme.queues.length, nvme.identity.serial], [false, 3, "A1"]);
  assertEquals(nvme.capabilities.version, "1.4.0");
  assertEquals(nvme.queues.map(({ id, entries, capacity, mode }) => [id, entries, capacity, mode]), [
    [1, 64, 63, "interrupt"],
    [2, 64, 63, "interrupt"],
    [3, 64, 63, "interrupt"],
  ]);
  assertEquals(nvme.queues.map(({ vector }) => vector?.index), [1, 2, 3]);
  assertEquals(machine.device.config.command.read().busMaster, true);
  await nvme.namespace(1).write(0, new Uint8Array(1024));
  await nvme.close();
  const status = registers(machine.device.region("bar0"), NVME).csts.read();
  assertEquals([status.rdy, status.cfs], [false, false]);
  assertEquals([nvme.closed, machine.device.config.command.read().busMaster], [true, false]);
  // The BAR stays mapped: it is the device's.
  assertEquals(machine.host.holdings().descriptors, before.descriptors);
  machine.device.enableInterrupts("msix", { count: 1 })[Symbol.dispose]();
  machine[Symbol.dispose]();
  assertEquals(machine.host.holdings(), NOTHING);
});

Deno.test("Nvme.close() tells the controller to shut down, and waits until it has", async () => {
  const seen: string[] = [];
  const bar = (inner: BarModel): BarModel => ({
    read: (offset, width) => {
      const value = inner.read(offset, width);
      if (offset === NVME.csts.at) seen.push(`shst ${(value >> 2) & 3}`);
      return value;
    },
    write: (offset, width, value) => {
      if (offset === NVME.cc.at) seen.push(`shn ${(value >> 14) & 3} en ${value & 1}`);
      inner.write(offset, width, value);
    },
  });
  using machine = new Machine({ wrap: (nvme) => withBar(nvme, bar) });
  const nvme = await machine.open();
  seen.length = 0;
  await nvme.close();
  const story = seen.filter((each, i) => each !== seen[i - 1]);
  assertEquals(story, ["shst 0", "shn 1 en 1", "shst 1", "shst 2", "shn 0 en 0", "shst 0"]);
});

Deno.test("Nvme.close() again is the same promise, and everything is EBADF after it", async () => {
  using machine = new Machine();
  const nvme = await machine.open();
  const namespace = nvme.namespace(1);
  const [queue] = nvme.queues;
  const buffer = machine.device.allocate(4096);
  using memory = nvme.prepare(buffer);
  const closing = nvme.close();
  assert(closing === nvme.close());
  await closing;
  await nvme[Symbol.asyncDispose]();
  const ends = new Ends();
  const calls = [
    () => queue?.read(namespace, memory, 0, 1, ends),
    () => queue?.write(namespace, memory, 0, 1, ends),
    () => queue?.flush(1, ends),
    () => queue?.writeZeroes(namespace, 0, 1, ends),
    () => queue?.submit(new Uint32Array(16), ends),
    () => queue?.poll(),
    () => nvme.prepare(buffer),
  ];
  assertEquals(calls.map((call) => thrownBy(call).code), calls.map(() => "EBADF" as const));
  const promises = [
    () => namespace.read(0, new Uint8Array(512)),
    () => namespace.flush(),
    () => namespace.format(),
    () => namespace.refresh(),
    () => nvme.health(),
    () => nvme.errorLog(),
    () => nvme.reset(),
  ];
  for (const promise of promises) assertEquals((await errorOf(promise())).code, "EBADF");
  assertEquals(await nvme.events().next(), { done: true, value: undefined });
});

Deno.test("Nvme.close() ends what is under way with EBADF", async () => {
  using machine = new Machine();
  const nvme = await machine.open();
  const ends = new Ends();
  const read = errorOf(nvme.namespace(1).read(0, new Uint8Array(512)));
  nvme.queues[0]?.flush(1, ends);
  while (nvme.queues[0]?.inFlight !== 2) await Promise.resolve();
  await nvme.close();
  assertEquals([(await read).code, ends.statuses], ["EBADF", [0x371]]);
});

Deno.test("When the device is disposed of first, what is under way ends with EBADF, and close() has nothing to do", async () => {
  const machine = new Machine();
  const nvme = await machine.open();
  const reads = [0, 1].map((lba) => errorOf(nvme.namespace(1).read(lba, new Uint8Array(512))));
  while (nvme.queues[0]?.inFlight !== 2) await Promise.resolve();
  machine[Symbol.dispose]();
  assertEquals((await Promise.all(reads)).map(({ code }) => code), ["EBADF", "EBADF"]);
  assertEquals([nvme.closed, (await errorOf(nvme.namespace(1).flush())).code], [true, "EBADF"]);
  assertEquals(thrownBy(() => nvme.queues[0]?.poll()).code, "EBADF");
  await nvme.close();
  assertEquals(machine.host.holdings(), NOTHING);
});

Deno.test("A polled reader learns too that the device was disposed of", async () => {
  const machine = new Machine();
  const nvme = await machine.open({ interrupts: "none" });
  machine.model.swallow();
  const read = errorOf(nvme.namespace(1).read(0, new Uint8Array(512)));
  while (nvme.queues[0]?.inFlight !== 1) await Promise.resolve();
  machine[Symbol.dispose]();
  assertEquals((await read).code, "EBADF");
  await nvme.close();
});

Deno.test("An administrator who asks the device back gets it once the driver and the device are closed", async () => {
  const machine = new Machine();
  const nvme = await machine.open();
  const request = machine.host.requestUnbind(ADDRESS);
  assertEquals(await machine.device.releaseRequests?.wait({ timeoutMs: 1000 }), 1);
  await nvme.namespace(1).flush();
  await nvme.close();
  machine[Symbol.dispose]();
  assertEquals(request.done, true);
  assertEquals(machine.host.holdings(), NOTHING);
});

Deno.test("Nvme.close() rejects when the controller does not shut down, and lets go of everything even so", async () => {
  const bar = (inner: BarModel): BarModel => ({
    read: (offset, width) => inner.read(offset, width) & (offset === NVME.csts.at ? ~0xc : ~0),
    write: (offset, width, value) => inner.write(offset, width, value),
  });
  const machine = new Machine({ wrap: (nvme) => withBar(nvme, bar) });
  const nvme = await machine.open({ shutdownMs: 100 });
  const error = await errorOf(nvme.close());
  assertEquals(error.code, "ETIMEDOUT");
  assertMatch(error.message, /0000:01:00.0 to shut down.*not within 100 ms/);
  assertEquals(machine.device.config.command.read().busMaster, false);
  machine[Symbol.dispose]();
  assertEquals(machine.host.holdings(), NOTHING);
});

Deno.test("openNvme() gives as many queues as controller, BAR and vectors allow, down to atLeast", async () => {
  const cases: [MachineOptions, object, number | "ENOSPC"][] = [
    [{ queues: 2 }, { queues: 4 }, "ENOSPC"],
    [{ queues: 2 }, { queues: 4, atLeast: 2 }, 2],
    [{ queues: 2 }, { queues: 4, atLeast: 3 }, "ENOSPC"],
    [{ vectorLimit: 3 }, { queues: 4, atLeast: 1 }, 2],
    [{ vectorLimit: 1 }, { queues: 4, atLeast: 1 }, 1],
    [{}, { queues: 2, interrupts: "intx" }, "ENOSPC"],
    [{}, { queues: 2, atLeast: 1, interrupts: "intx" }, 1],
    [{}, { queues: 64, interrupts: "none" }, 64],
    [{}, { queues: 65, atLeast: 1, interrupts: "none" }, 64],
  ];
  for (const [options, wish, expected] of cases) {
    const machine = new Machine(options);
    if (expected === "ENOSPC") {
      assertEquals((await errorOf(machine.open(wish))).code, "ENOSPC");
    } else {
      await using nvme = await machine.open(wish);
      assertEquals(nvme.queues.length, expected);
      await Promise.all(nvme.queues.map((queue) => nvme.namespace(1).flush({ queue })));
    }
    machine[Symbol.dispose]();
    assertEquals(machine.host.holdings(), NOTHING);
  }
});

Deno.test("A queue has no more entries than CAP.MQES allows, and doorbells lie as CAP.DSTRD says", async () => {
  for (const [entries, dstrd] of [[2, 0], [33, 1], [2048, 2]] as const) {
    using machine = new Machine({ entries, dstrd });
    await using nvme = await machine.open({ entries: 4096, queues: 2 });
    assertEquals(nvme.queues.map((queue) => queue.entries), [entries, entries]);
    const reads = Array.from(
      { length: 8 },
      (_, lba) => nvme.namespace(1).read(lba, new Uint8Array(512)),
    );
    await Promise.all(reads);
  }
});

Deno.test("A controller with bigger pages gets memory that is aligned to them", async () => {
  // The model takes any page size from 4096 on; that it has to be this one is only claimed.
  using machine = claiming({ mpsmin: 2 });
  await using nvme = await machine.open({ queues: 2 });
  assertEquals([nvme.capabilities.pageSize, nvme.identity.maxTransfer], [16384, 2 ** 21]);
  const data = Uint8Array.from({ length: 100 * 1024 }, (_, i) => i * 7 + (i >> 8));
  await nvme.namespace(1).write(3, data);
  const back = new Uint8Array(data.length);
  await nvme.namespace(1).read(3, back);
  assertEquals(back, data);
});

Deno.test("openNvme() on a device that is gone says so", async () => {
  using machine = new Machine();
  machine.host.inject(ADDRESS, "gone");
  assertEquals((await errorOf(machine.open())).code, "ENODEV");
  machine.device[Symbol.dispose]();
  await assertRejects(() => machine.open(), VfioError, "EBADF");
});

Deno.test("openNvme() takes over a controller that somebody left enabled", async () => {
  using machine = new Machine();
  const first = await machine.open();
  await first.namespace(1).write(5, new Uint8Array(512).fill(9));
  // It is forgotten rather than closed.
  const regs = registers(machine.device.region("bar0"), NVME);
  assertEquals([regs.cc.read().en, regs.csts.read().rdy], [true, true]);
  await using second = await machine.open({ interrupts: "none" });
  const back = new Uint8Array(512);
  await second.namespace(1).read(5, back);
  assertEquals(back, new Uint8Array(512).fill(9));
});
