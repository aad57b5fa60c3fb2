import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { VfioError } from "../../../core/errors.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { codeOf } from "./ready.ts";

Deno.test("Signal.read() gives counts that add up, and 0 when there are none", () => {
  using signal = new EmulatedHost().createSignal();
  signal.notify();
  signal.notify(3);
  assertEquals([signal.read(), signal.read()], [4, 0]);
});

Deno.test("Signal.notify() refuses what is no count", () => {
  using signal = new EmulatedHost().createSignal();
  for (const count of [0, -1, 1.5]) assertThrows(() => signal.notify(count), TypeError);
});

Deno.test("Signal.notify() refuses what the counter cannot hold with EAGAIN", () => {
  using signal = new EmulatedHost().createSignal();
  signal.notify(2 ** 63);
  assertEquals([codeOf(() => signal.notify(2 ** 63)), signal.read()], ["EAGAIN", 2 ** 63]);
});

Deno.test("Signal.waitSync() lets virtual time pass, at most as long as it was told", () => {
  const host = new EmulatedHost();
  using signal = host.createSignal();
  const before = host.clock.now();
  assertEquals(signal.waitSync(250), 0);
  assert(host.clock.now() - before >= 250);
  assertEquals(signal.waitSync(0), 0);
  assertEquals(signal.waitSync(Infinity), 0);
  signal.notify(2);
  assertEquals(signal.waitSync(1000), 2);
});

Deno.test("Signal.wait() resolves with what comes later, and leaves nothing behind", async () => {
  const host = new EmulatedHost();
  using signal = host.createSignal();
  const wait = signal.wait();
  signal.notify(5);
  assertEquals(await wait, 5);
  assertEquals(signal.read(), 0);
});

Deno.test("Signal.wait() gives 0 after its timeout, which costs no real time", async () => {
  const host = new EmulatedHost();
  using signal = host.createSignal();
  assertEquals(await signal.wait({ timeoutMs: 1e9 }), 0);
  assert(host.clock.now() >= 1e9);
});

Deno.test("Signal.wait() gives each count to one waiter, the oldest first", async () => {
  using signal = new EmulatedHost().createSignal();
  const waits = [
    signal.wait({ timeoutMs: 10 }),
    signal.wait({ timeoutMs: 10 }),
    signal.wait({ timeoutMs: 10 }),
  ];
  signal.notify(2);
  signal.notify(7);
  assertEquals(await Promise.all(waits), [2, 7, 0]);
});

Deno.test("Signal.wait() rejects with the reason of its AbortSignal, and what comes then is not lost", async () => {
  using signal = new EmulatedHost().createSignal();
  const controller = new AbortController();
  const wait = signal.wait({ signal: controller.signal });
  controller.abort(new Error("enough"));
  await assertRejects(() => wait, Error, "enough");
  signal.notify();
  assertEquals(signal.read(), 1);
  await assertRejects(() => signal.wait({ signal: controller.signal }), Error, "enough");
});

Deno.test("Signal dispose ends pending waits with EBADF, and is a no-op the second time", async () => {
  const host = new EmulatedHost();
  const signal = host.createSignal();
  const waits = [signal.wait(), signal.wait({ timeoutMs: 1000 })];
  signal[Symbol.dispose]();
  signal[Symbol.dispose]();
  for (const wait of waits) assertEquals((await assertRejects(() => wait, VfioError)).code, "EBADF");
  assertEquals(codeOf(() => signal.read()), "EBADF");
  assertEquals(codeOf(() => signal.notify()), "EBADF");
  assertEquals(codeOf(() => signal.waitSync(1)), "EBADF");
  assertEquals((await assertRejects(() => signal.wait(), VfioError)).code, "EBADF");
  assertEquals(host.holdings(), { descriptors: 0, mappings: 0 });
});

Deno.test("Signal.wait() interleaves with a loop in the background in an order that repeats", async () => {
  const run = async () => {
    const host = new EmulatedHost();
    using a = host.createSignal();
    using b = host.createSignal();
    const seen: string[] = [];
    const background = (async () => {
      for (let count = await a.wait({ timeoutMs: 50 }); count > 0; count = await a.wait({ timeoutMs: 50 })) {
        seen.push(`a ${count} at ${host.clock.now().toFixed(3)}`);
        b.notify(count);
      }
    })();
    for (let i = 1; i <= 5; i++) {
      await host.clock.sleep(10 * i % 7);
      a.notify(i);
      seen.push(`b ${await b.wait({ timeoutMs: 5 })} at ${host.clock.now().toFixed(3)}`);
    }
    await background;
    return seen;
  };
  const first = await run();
  assertEquals(first.filter((line) => line.startsWith("b")).map((line) => line.slice(0, 3)), [
    "b 1",
    "b 2",
    "b 3",
    "b 4",
    "b 5",
  ]);
  assertEquals(await run(), first);
});
