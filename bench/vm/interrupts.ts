/** Interrupts: microseconds from a vector's firing until who waits for it runs, the median of some. */
import type { SpinOptions, Vector, WaitOptions } from "@vfio/vfio";
import type { Line } from "../line.ts";
import { compareBatches, median } from "../paired.ts";
import type { Effort } from "../paired.ts";
import type { Machine } from "./machine.ts";
import { checked } from "./twin.ts";

/** Interrupts of a batch, and how many microseconds each comes after the waiter has gone to sleep. */
const SHOTS = 15;
const PAUSE_US = 2000;
/** To warm up they come at once. */
const MANY = 200;
const TIMEOUT_MS = 10_000;

/** To spin for longer than the pause lasts, on any machine. */
const SPIN_MS = 1000;

/** Waits for interrupts: says that it is ready for each, and that it has seen it. */
type Way = (vector: Vector, count: number) => void | Promise<void>;
/** A batch in C. */
type WayInC = (
  device: number,
  count: number,
  pauseUs: number,
  latencies: Float64Array<ArrayBuffer>,
) => number;

/** Measures the ways to wait, and the floor of those that go through the event loop: what Deno itself takes. */
export async function* interruptLines(machine: Machine, effort: Effort): AsyncGenerator<Line> {
  const { twin, device, file } = machine;
  const latencies = new Float64Array(MANY);
  const waitSync = (timeoutMs: number, options?: SpinOptions): Way => (vector, count) => {
    for (let i = 0; i < count; i++) {
      twin.shots_ready();
      vector.waitSync(timeoutMs, options);
      twin.shots_seen(i);
    }
  };
  const wait = (options?: WaitOptions): Way => async (vector, count) => {
    for (let i = 0; i < count; i++) {
      twin.shots_ready();
      await vector.wait(options);
      twin.shots_seen(i);
    }
  };
  const forAwait: Way = async (vector, count) => {
    let i = 0;
    twin.shots_ready();
    for await (const _ of vector) {
      twin.shots_seen(i++);
      if (i === count) break;
      twin.shots_ready();
    }
  };

  const [read, epoll] = [twin.wait_by_read, twin.wait_by_epoll];
  const spin = { spinMs: SPIN_MS };
  yield await compared("interrupt: epoll in C / read in C", byC(epoll), read);
  yield await compared("interrupt: a thread that polls in C / epoll in C", byC(twin.wait_by_pool), epoll);
  yield await compared("interrupt: waitSync() / read in C", byUs(waitSync(TIMEOUT_MS)), read);
  yield await compared("interrupt: waitSync() for ever / read in C", byUs(waitSync(Infinity)), read);
  yield await compared(
    "interrupt: waitSync() that spins / read in C",
    byUs(waitSync(TIMEOUT_MS, spin)),
    read,
  );
  yield await compared("interrupt: a bare nonblocking call / epoll in C", byBareCall, epoll);
  yield await compared("interrupt: wait() / epoll in C", byUs(wait()), epoll);
  yield await compared("interrupt: for await / epoll in C", byUs(forAwait), epoll);
  yield await compared("interrupt: wait() that spins / epoll in C", byUs(wait(spin)), epoll);

  async function compared(what: string, ours: ReturnType<typeof byUs>, c: WayInC): Promise<Line> {
    const end = performance.now() + (effort.warmUpMs ?? 0);
    do await ours(MANY, 0); while (performance.now() < end);
    const theirs = byC(c);
    const { first, second, ratio, quartiles } = await compareBatches(
      () => ours(SHOTS, PAUSE_US),
      () => theirs(SHOTS, PAUSE_US),
      effort,
    );
    return { what, unit: "us", value: first, c: second, ratio, quartiles };
  }

  function byUs(way: Way): (count: number, pauseUs: number) => number | Promise<number> {
    return async (count, pauseUs) => {
      using interrupts = device.enableInterrupts("msi", { count: 1 });
      checked(twin.shots_start(file, count, pauseUs, latencies));
      await way(interrupts.vectors[0], count);
      twin.shots_end();
      return median([...latencies.subarray(0, count)]);
    };
  }

  async function byBareCall(count: number, pauseUs: number): Promise<number> {
    const fd = twin.vector_connect(file);
    checked(fd);
    checked(twin.shots_start(file, count, pauseUs, latencies));
    for (let i = 0; i < count; i++) {
      twin.shots_ready();
      await twin.vector_poll(fd);
      twin.vector_read(fd);
      twin.shots_seen(i);
    }
    twin.shots_end();
    twin.vector_disconnect(file, fd);
    return median([...latencies.subarray(0, count)]);
  }

  function byC(way: WayInC): ReturnType<typeof byUs> {
    return (count, pauseUs) => {
      checked(way(file, count, pauseUs, latencies));
      return median([...latencies.subarray(0, count)]);
    };
  }
}
