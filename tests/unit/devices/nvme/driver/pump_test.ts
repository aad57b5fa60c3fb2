import { assert, assertEquals } from "@std/assert";
import { Ends, errorOf, Machine, unhandled } from "./machine.ts";

const BLOCK = 512;

/** Lets everybody who can go on do so, while no time passes. */
async function turns(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

Deno.test("A promise in interrupt mode wakes by its queue's vector alone, and an idle driver waits for nothing", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ queues: 2 });
  const [first, second] = nvme.queues;
  assert(first !== undefined && second !== undefined);
  await nvme.namespace(1).read(0, new Uint8Array(BLOCK), { queue: second });
  // Both counts were taken by whoever waited.
  assertEquals([first.vector?.read(), second.vector?.read()], [0, 0]);
  const before = machine.device.clock.now();
  machine.host.settle();
  assert(machine.device.clock.now() - before < 1);
});

Deno.test("A lost interrupt costs a second at most, and no error", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  machine.host.inject(machine.device.address, "loses-interrupt");
  const before = machine.device.clock.now();
  await nvme.namespace(1).read(0, new Uint8Array(BLOCK));
  const waited = machine.device.clock.now() - before;
  assert(waited >= 1000 && waited < 1010, `${waited}`);
});

Deno.test("An interrupt that gets lost on the admin queue costs a second at most too", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  machine.host.inject(machine.device.address, "loses-interrupt");
  await nvme.health();
});

Deno.test("Promises in polled mode need no interrupt", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  for (const queue of nvme.queues) queue.mode = "polled";
  machine.host.inject(machine.device.address, "loses-interrupt");
  const before = machine.device.clock.now();
  await nvme.namespace(1).read(0, new Uint8Array(BLOCK));
  assert(machine.device.clock.now() - before < 1);
});

Deno.test("NvmeQueue.mode changes while commands are under way, both ways", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const [queue] = nvme.queues;
  assert(queue !== undefined);
  const namespace = nvme.namespace(1);
  for (let turn = 0; turn < 20; turn++) {
    const reads = Array.from({ length: 4 }, (_, lba) => namespace.read(lba, new Uint8Array(BLOCK)));
    while (queue.inFlight === 0) await Promise.resolve();
    queue.mode = turn % 2 === 0 ? "polled" : "interrupt";
    const before = machine.device.clock.now();
    await Promise.all(reads);
    assert(machine.device.clock.now() - before < 1);
  }
});

Deno.test("A sleeper whose interrupt got lost is done as soon as the mode is polled", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const [queue] = nvme.queues;
  assert(queue !== undefined);
  machine.host.inject(machine.device.address, "loses-interrupt");
  const read = nvme.namespace(1).read(0, new Uint8Array(BLOCK));
  await turns();
  const before = machine.device.clock.now();
  machine.device.clock.pause(1);
  queue.mode = "polled";
  await read;
  assert(machine.device.clock.now() - before < 2);
});

Deno.test("Somebody else's poll may take a promise's completion: then nobody sleeps on", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const [queue] = nvme.queues;
  machine.host.inject(machine.device.address, "loses-interrupt");
  const read = nvme.namespace(1).read(0, new Uint8Array(BLOCK));
  await turns();
  const before = machine.device.clock.now();
  machine.device.clock.pause(1);
  assertEquals(queue?.poll(), 1);
  await read;
  await turns();
  machine.host.settle();
  assert(machine.device.clock.now() - before < 2);
});

Deno.test("Who sleeps without end wakes up for a command that has one", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const event = nvme.events().next();
  await machine.device.clock.sleep(1);
  machine.host.inject(machine.device.address, "loses-interrupt");
  await nvme.health();
  await nvme.close();
  assertEquals((await event).done, true);
});

Deno.test("A handler that throws in a pump's poll is an unhandled rejection, and promises go on", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const messages = await unhandled(async () => {
    nvme.queues[0]?.flush(1, {
      completed: () => {
        throw new Error("mine");
      },
    });
    await nvme.namespace(1).flush();
  });
  assertEquals(messages, ["mine"]);
});

Deno.test("A polled queue lets the event loop live", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ interrupts: "none", timeoutMs: 200 });
  machine.model.swallow();
  let turns = 0;
  const ticking = (async () => {
    for (let i = 0; i < 10; i++) {
      await machine.device.clock.sleep(1);
      turns++;
    }
  })();
  const error = await errorOf(nvme.namespace(1).read(0, new Uint8Array(BLOCK)));
  assertEquals([error.code, turns], ["ETIMEDOUT", 10]);
  await ticking;
});

Deno.test("A polled queue gives the event loop turns at first, and rests when a command takes long", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ interrupts: "none", timeoutMs: 50 });
  machine.model.swallow();
  const { clock } = machine.device;
  const start = clock.now();
  const sleeps: { readonly ms: number; readonly at: number }[] = [];
  const sleep = clock.sleep.bind(clock);
  clock.sleep = (ms, signal) => {
    sleeps.push({ ms, at: clock.now() - start });
    return sleep(ms, signal);
  };
  await errorOf(nvme.namespace(1).read(0, new Uint8Array(BLOCK)));
  const early = sleeps.filter(({ at }) => at < 9);
  const late = sleeps.filter(({ at }) => at > 11 && at < 45);
  assert(early.length > 20 && early.every(({ ms }) => ms === 0), JSON.stringify(early));
  assert(late.length > 20 && late.every(({ ms }) => ms === 1), JSON.stringify(late));
});

Deno.test("Promises and handlers share a queue", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const [queue] = nvme.queues;
  const ends = new Ends();
  for (let i = 0; i < 10; i++) queue?.flush(1, ends);
  await Promise.all([0, 1, 2].map((lba) => nvme.namespace(1).read(lba, new Uint8Array(BLOCK))));
  while (ends.ids.length < 10) queue?.poll();
  assertEquals(ends.statuses.every((status) => status === 0), true);
});

Deno.test("A promise finds room also in a queue that others have filled", async () => {
  for (const polled of [false, true]) {
    using machine = new Machine();
    await using nvme = await machine.open({ entries: 3 });
    const [queue] = nvme.queues;
    assert(queue !== undefined);
    if (polled) queue.mode = "polled";
    const ends = new Ends();
    queue.flush(1, ends);
    queue.flush(1, ends);
    queue.ring();
    await nvme.namespace(1).flush();
    assertEquals(ends.statuses, [0, 0]);
  }
});

Deno.test("A promise that finds no room in time says what it waited for", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ entries: 2, timeoutMs: 20 });
  machine.model.swallow();
  nvme.queues[0]?.flush(1, new Ends());
  nvme.queues[0]?.ring();
  const error = await errorOf(nvme.namespace(1).flush());
  assertEquals([error.code, error.subject], ["ETIMEDOUT", "room in queue 1"]);
});
