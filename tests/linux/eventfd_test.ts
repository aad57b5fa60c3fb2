import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { VfioError } from "../../core/errors.ts";
import { Eventfd } from "../../os/eventfd.ts";
import "./holdings.ts";

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

/** A thread that adds 1 to an eventfd each time that it is sent its number. */
const NOTIFIER = `
const { symbols: libc } = Deno.dlopen("libc.so.6", {
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
});
onmessage = ({ data }) => libc.write(data, new BigUint64Array([1n]), 8n);
postMessage("ready");`;

async function startNotifier(): Promise<Worker> {
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(NOTIFIER)}`, { type: "module" });
  await new Promise((resolve) => void (worker.onmessage = resolve));
  return worker;
}

Deno.test("Eventfd.waitSync() for ever takes what is there or comes, and lets nothing after it sleep", async () => {
  using signal = new Eventfd();
  signal.notify(3);
  assertEquals(signal.waitSync(Infinity), 3);
  assertEquals(signal.read(), 0);
  const notifier = await startNotifier();
  for (let i = 0; i < 3; i++) {
    notifier.postMessage(signal.fd);
    assertEquals(signal.waitSync(Infinity), 1);
    assertEquals([signal.waitSync(0), signal.waitSync(1), await signal.wait({ timeoutMs: 1 })], [0, 0, 0]);
  }
  notifier.terminate();
  signal.notify(2);
  assertEquals(signal.waitSync(Infinity), 2);
  for (let i = 0; i < 2048; i++) signal.notify(Number.MAX_SAFE_INTEGER);
  assertEquals(assertThrows(() => signal.notify(Number.MAX_SAFE_INTEGER), VfioError).code, "EAGAIN");
});

Deno.test("Eventfd.waitSync() for ever leaves a pending wait in peace", async () => {
  using signal = new Eventfd();
  const wait = signal.wait();
  signal.notify();
  assertEquals(signal.waitSync(Infinity), 1);
  await signal.wait({ timeoutMs: 2 });
  signal.notify(4);
  assertEquals(await wait, 4);
});

Deno.test("Eventfd.wait() and waitSync() look for spinMs before they sleep, as long as the time lasts", async () => {
  using signal = new Eventfd();
  const spun = async (wait: () => number | Promise<number>) => {
    const start = performance.now();
    const count = wait();
    return [performance.now() - start, await count] as const;
  };
  const [waited, nothing] = await spun(() => signal.wait({ timeoutMs: 6, spinMs: 5 }));
  assert(waited >= 5, `${waited} ms`);
  const [short, none] = await spun(() => signal.wait({ timeoutMs: 5, spinMs: 60_000 }));
  assert(short >= 5, `${short} ms`);
  assertEquals([nothing, none, signal.waitSync(3, { spinMs: 1 }), signal.waitSync(1, { spinMs: 60_000 })], [
    0,
    0,
    0,
    0,
  ]);
  signal.notify(7);
  assertEquals(await signal.wait({ spinMs: 60_000 }), 7);
  for (const spinMs of [-1, NaN]) {
    await assertRejects(() => signal.wait({ spinMs }), TypeError, "spinMs");
    assertThrows(() => signal.waitSync(1, { spinMs }), TypeError, "spinMs");
  }
});

Deno.test("Eventfd.wait() and waitSync() take what comes while they spin", async () => {
  using signal = new Eventfd();
  const notifier = await startNotifier();
  const waits = [
    () => signal.wait({ spinMs: 60_000 }),
    () => signal.waitSync(Infinity, { spinMs: Infinity }),
    () => signal.waitSync(Infinity, { spinMs: 0.001 }),
    () => signal.waitSync(60_000, { spinMs: 60_000 }),
  ];
  for (const wait of waits) {
    notifier.postMessage(signal.fd);
    assertEquals(await wait(), 1);
  }
  notifier.terminate();
});

Deno.test("Eventfd.wait() does not spin for counts that an older wait is to have", async () => {
  using signal = new Eventfd();
  const first = signal.wait();
  signal.notify();
  const second = signal.wait({ spinMs: 60_000 });
  assertEquals(await first, 1);
  signal.notify(2);
  assertEquals(await second, 2);
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
