import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { VfioError } from "../../core/errors.ts";
import { Eventfd } from "../../os/eventfd.ts";
import { holdings } from "./holdings.ts";

Deno.test("Eventfd.read() takes all counts at once, and 0 when there are none", () => {
  using signal = new Eventfd();
  assertEquals(signal.read(), 0);
  signal.notify();
  signal.notify(41);
  assertEquals(signal.read(), 42);
  assertEquals(signal.read(), 0);
});

Deno.test("Eventfd.read() takes counts beyond 32 bits", () => {
  using signal = new Eventfd();
  for (const count of [2 ** 32 - 1, 2 ** 32, 2 ** 33 + 5, Number.MAX_SAFE_INTEGER]) {
    signal.notify(count);
    assertEquals(signal.read(), count);
  }
});

Deno.test("Eventfd.notify() refuses counts that are none", () => {
  using signal = new Eventfd();
  for (const count of [0, -1, 0.5, NaN, 2 ** 60]) assertThrows(() => signal.notify(count), TypeError);
  assertEquals(signal.read(), 0);
});

Deno.test("Eventfd.notify() throws EAGAIN when the counter is full", () => {
  using signal = new Eventfd();
  // 2^64 - 2 is the most that it holds.
  for (let i = 0; i < 2048; i++) signal.notify(Number.MAX_SAFE_INTEGER);
  assertEquals(assertThrows(() => signal.notify(Number.MAX_SAFE_INTEGER), VfioError).code, "EAGAIN");
});

Deno.test("Eventfd.wait() gives what is there already", async () => {
  using signal = new Eventfd();
  signal.notify(3);
  assertEquals(await signal.wait(), 3);
});

Deno.test("Eventfd.wait() gives what comes later", async () => {
  using signal = new Eventfd();
  const wait = signal.wait();
  signal.notify(2);
  assertEquals(await wait, 2);
});

Deno.test("Eventfd.wait() gives 0 when the time is over, and takes nothing then", async () => {
  using signal = new Eventfd();
  assertEquals(await signal.wait({ timeoutMs: 5 }), 0);
  assertEquals(await signal.wait({ timeoutMs: 0 }), 0);
  signal.notify();
  assertEquals(await signal.wait({ timeoutMs: 0 }), 1);
});

Deno.test("Eventfd.wait() gives the counts to the oldest wait, each once", async () => {
  using signal = new Eventfd();
  const first = signal.wait();
  const second = signal.wait();
  signal.notify(5);
  assertEquals(await first, 5);
  signal.notify(6);
  assertEquals(await second, 6);
});

Deno.test("Eventfd.wait() leaves a wait for another signal alone", async () => {
  using a = new Eventfd();
  using b = new Eventfd();
  const waits = [a.wait(), b.wait()];
  b.notify(2);
  assertEquals(await waits[1], 2);
  a.notify(1);
  assertEquals(await waits[0], 1);
});

Deno.test("Eventfd.wait() loses no count in many rounds", async () => {
  using signal = new Eventfd();
  let sum = 0;
  for (let i = 0; i < 200; i++) {
    const wait = signal.wait();
    signal.notify();
    if (i % 3 === 0) signal.notify(2);
    sum += await wait;
  }
  assertEquals(sum + signal.read(), 200 + 2 * 67);
});

Deno.test("Eventfd.wait() rejects with the reason of an AbortSignal, and takes nothing then", async () => {
  using signal = new Eventfd();
  const controller = new AbortController();
  const wait = signal.wait({ signal: controller.signal });
  controller.abort(new RangeError("enough"));
  await assertRejects(() => wait, RangeError, "enough");
  await assertRejects(() => signal.wait({ signal: controller.signal }), RangeError, "enough");
  signal.notify();
  assertEquals(signal.read(), 1);
});

Deno.test("Eventfd.wait() listens for cancellation no longer than it waits", async () => {
  using signal = new Eventfd();
  const controller = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = controller.signal;
  controller.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(controller.signal, args);
  };
  controller.signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(controller.signal, args);
  };
  const wait = signal.wait({ signal: controller.signal });
  assertEquals(listeners, 1);
  signal.notify();
  assertEquals([await wait, listeners], [1, 0]);
});

Deno.test("Eventfd.wait() that is cancelled does not end another one", async () => {
  using signal = new Eventfd();
  const controller = new AbortController();
  const cancelled = signal.wait({ signal: controller.signal });
  const other = signal.wait();
  controller.abort();
  await assertRejects(() => cancelled, DOMException);
  signal.notify(9);
  assertEquals(await other, 9);
});

Deno.test("Eventfd.wait() refuses a time that is none", async () => {
  using signal = new Eventfd();
  await assertRejects(() => signal.wait({ timeoutMs: -1 }), TypeError);
  await assertRejects(() => signal.wait({ timeoutMs: NaN }), TypeError);
});

Deno.test("Eventfd.waitSync() gives what is there, or 0 when the time is over", () => {
  using signal = new Eventfd();
  assertEquals(signal.waitSync(0), 0);
  assertEquals(signal.waitSync(2), 0);
  signal.notify(4);
  assertEquals(signal.waitSync(1000), 4);
  assertThrows(() => signal.waitSync(-1), TypeError);
});

Deno.test("Eventfd[Symbol.dispose]() ends pending waits with EBADF, and what comes after", async () => {
  const signal = new Eventfd();
  const waits = [signal.wait(), signal.wait({ timeoutMs: 60_000 })];
  signal[Symbol.dispose]();
  signal[Symbol.dispose]();
  assertEquals(signal.closed, true);
  for (const wait of await Promise.allSettled(waits)) {
    assertEquals(wait.status === "rejected" && wait.reason instanceof VfioError && wait.reason.code, "EBADF");
  }
  for (const use of [() => signal.read(), () => signal.notify(), () => signal.waitSync(1)]) {
    assertEquals(assertThrows(use, VfioError).code, "EBADF");
  }
  assertEquals((await assertRejects(() => signal.wait(), VfioError)).code, "EBADF");
});

Deno.test("Eventfd[Symbol.dispose]() does not touch another wait", async () => {
  using kept = new Eventfd();
  const wait = kept.wait();
  {
    using gone = new Eventfd();
    const ended = gone.wait();
    ended.catch(() => {});
  }
  kept.notify(7);
  assertEquals(await wait, 7);
});

Deno.test("A disposed Eventfd's number is not used again: the kernel is asked with one that cannot be", () => {
  const gone = new Eventfd();
  const { fd } = gone;
  gone[Symbol.dispose]();
  using next = new Eventfd();
  assertEquals(next.fd, fd);
  assertThrows(() => gone.notify(), VfioError);
  assertEquals(next.read(), 0);
});

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

Deno.test("The reactor closes a signal only when no poll has it any more", async () => {
  using other = new Eventfd();
  const wait = other.wait();
  const signal = new Eventfd();
  const controller = new AbortController();
  const cancelled = signal.wait({ signal: controller.signal });
  // When a third one's time is over, a poll with both has begun.
  using third = new Eventfd();
  await third.wait({ timeoutMs: 1 });
  const before = holdings().descriptors;
  controller.abort();
  signal[Symbol.dispose]();
  assertEquals(holdings().descriptors, before);
  await assertRejects(() => cancelled);
  assertEquals(holdings().descriptors, before - 1);
  other.notify();
  assertEquals(await wait, 1);
});
