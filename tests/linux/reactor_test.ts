import { assert, assertEquals, assertRejects } from "@std/assert";
import { Eventfd } from "../../os/eventfd.ts";
import { readText } from "../../os/files.ts";
import { holdings } from "./holdings.ts";
import { turn } from "./made_up_threads.ts";

Deno.test("The reactor holds nothing when nobody waits", async () => {
  {
    using warm = new Eventfd();
    await warm.wait({ timeoutMs: 1 });
  }
  const before = holdings();
  for (let i = 0; i < 20; i++) {
    using signal = new Eventfd();
    const wait = signal.wait();
    signal.notify();
    await wait;
    await signal.wait({ timeoutMs: 1 });
    const controller = new AbortController();
    const cancelled = signal.wait({ signal: controller.signal });
    controller.abort();
    await assertRejects(() => cancelled);
    const ended = signal.wait();
    signal[Symbol.dispose]();
    await assertRejects(() => ended);
  }
  assertEquals(holdings(), before);
});

Deno.test("The reactor keeps its eventfd from wait to wait, until the last signal that was waited for is closed", async () => {
  const before = holdings().descriptors;
  const a = new Eventfd();
  const b = new Eventfd();
  assertEquals(await a.wait({ timeoutMs: 1 }), 0);
  assertEquals(await b.wait({ timeoutMs: 1 }), 0);
  assertEquals(holdings().descriptors, before + 3);
  a[Symbol.dispose]();
  assertEquals(holdings().descriptors, before + 2);
  const wait = b.wait();
  b[Symbol.dispose]();
  await assertRejects(() => wait);
  assertEquals(holdings().descriptors, before);
});

Deno.test("The reactor serves many signals, whichever of them are waited for", async () => {
  const signals = Array.from({ length: 12 }, () => new Eventfd());
  let sum = 0;
  for (let round = 0; round < 40; round++) {
    // Others each time, in another order.
    const chosen = signals.filter((_, i) => (round * 7 + i * 5) % 3 !== 0);
    const waits = chosen.map((signal) => signal.wait({ timeoutMs: 60_000 }));
    if (round % 2 === 1) chosen.reverse();
    chosen.forEach((signal, i) => signal.notify(i + 1));
    sum += (await Promise.all(waits)).reduce((total, count) => total + count);
    // One is closed while others wait, and another takes its place.
    const gone = round % signals.length;
    const neighbour = signals[(gone + 1) % signals.length]?.wait();
    signals.splice(gone, 1, new Eventfd())[0]?.[Symbol.dispose]();
    signals[(gone + 1) % signals.length]?.notify();
    sum += await neighbour ?? 0;
  }
  for (const signal of signals) {
    assertEquals(signal.read(), 0);
    signal[Symbol.dispose]();
  }
  assertEquals(sum, 40 * (8 * 9 / 2) + 40);
});

Deno.test("The reactor takes a signal in that it had before, while it waits for another", async () => {
  using a = new Eventfd();
  using b = new Eventfd();
  const [first, other] = [a.wait(), b.wait()];
  a.notify();
  assertEquals(await first, 1);
  // Then the poll has b alone.
  using third = new Eventfd();
  await third.wait({ timeoutMs: 1 });
  await turn();
  const second = a.wait();
  a.notify(2);
  assertEquals(await second, 2);
  b.notify(3);
  assertEquals(await other, 3);
});

/** Milliseconds that this thread had a processor. */
function busyMs(): number {
  return Number(readText("/proc/thread-self/schedstat").split(" ")[0]) / 1e6;
}

Deno.test("The reactor sleeps while nothing comes that is waited for", async () => {
  using a = new Eventfd();
  using b = new Eventfd();
  const [first, second] = [a.wait(), b.wait()];
  await a.wait({ timeoutMs: 1 });
  // A poll with both begins.
  await turn();
  b.notify();
  assertEquals(await second, 1);
  // Nobody waits for it now.
  b.notify(2);
  const before = busyMs();
  assertEquals(await a.wait({ timeoutMs: 40 }), 0);
  const busy = busyMs() - before;
  assert(busy < 4, `${busy} ms`);
  a.notify();
  assertEquals([await first, b.read()], [1, 2]);
});

Deno.test("The reactor closes a signal only when no poll has it any more", async () => {
  using other = new Eventfd();
  const wait = other.wait();
  const signal = new Eventfd();
  const controller = new AbortController();
  const cancelled = signal.wait({ signal: controller.signal });
  // When a third one's time is over, a poll with both begins.
  using third = new Eventfd();
  await third.wait({ timeoutMs: 1 });
  await turn();
  const before = holdings().descriptors;
  controller.abort();
  signal[Symbol.dispose]();
  assertEquals(holdings().descriptors, before);
  await assertRejects(() => cancelled);
  assertEquals(holdings().descriptors, before - 1);
  other.notify();
  assertEquals(await wait, 1);
});
