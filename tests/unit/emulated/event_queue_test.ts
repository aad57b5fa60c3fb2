import { assert, assertEquals, assertThrows } from "@std/assert";
import { EventQueue } from "../../../backends/emulated/event_queue.ts";

Deno.test("EventQueue.after() runs actions by time, then in the order they were planned", () => {
  const queue = new EventQueue();
  const seen: string[] = [];
  for (const [delay, name] of [[30, "c"], [10, "a"], [20, "b1"], [20, "b2"], [5, "0"]] as const) {
    queue.after(delay, () => seen.push(`${name}@${queue.now}`));
  }
  queue.runUntil(() => false, 25);
  assertEquals(seen, ["0@5", "a@10", "b1@20", "b2@20"]);
  assertEquals(queue.now, 25);
});

Deno.test("EventQueue.after() never runs an action before it returns", () => {
  const queue = new EventQueue();
  let ran = false;
  queue.after(0, () => ran = true);
  assert(!ran);
  queue.tick(0);
  assert(ran);
});

Deno.test("EventQueue.after() keeps a thousand events in order", () => {
  const queue = new EventQueue();
  const seen: number[] = [];
  for (let i = 0; i < 1000; i++) queue.after((i * 7919) % 1000, () => seen.push(queue.now));
  queue.settle();
  assertEquals(seen, [...seen].sort((a, b) => a - b));
  assertEquals(seen.length, 1000);
});

Deno.test("Timer.cancel() takes an action back, also twice and after it ran", () => {
  const queue = new EventQueue();
  let runs = 0;
  const gone = queue.after(10, () => runs++);
  const ran = queue.after(5, () => runs++);
  gone.cancel();
  gone.cancel();
  queue.settle();
  ran.cancel();
  assertEquals([runs, queue.now], [1, 5]);
});

Deno.test("EventQueue.tick() moves time and runs what falls due", () => {
  const queue = new EventQueue();
  const seen: number[] = [];
  queue.after(3, () => seen.push(queue.now));
  queue.tick(2);
  assertEquals(seen, []);
  queue.tick(2);
  assertEquals([seen, queue.now], [[3], 4]);
});

Deno.test("EventQueue.runUntil() stops at the first event that did it", () => {
  const queue = new EventQueue();
  let count = 0;
  for (const delay of [10, 20, 30]) queue.after(delay, () => count++);
  assert(queue.runUntil(() => count === 2, 1000));
  assertEquals([count, queue.now], [2, 20]);
});

Deno.test("EventQueue.runUntil() gives up at the deadline, and time is there", () => {
  const queue = new EventQueue();
  queue.after(500, () => {});
  assert(!queue.runUntil(() => false, 100));
  assertEquals(queue.now, 100);
});

Deno.test("EventQueue.runUntil() without a deadline ends when nothing is planned but what repeats for ever", () => {
  const queue = new EventQueue();
  const repeat = () => void queue.after(10, repeat, true);
  repeat();
  queue.after(35, () => {});
  assert(!queue.runUntil(() => false, Infinity));
  assertEquals(queue.now, 35);
});

Deno.test("EventQueue.runUntil() inside an action throws: it could never end", () => {
  const queue = new EventQueue();
  queue.after(1, () => queue.runUntil(() => false, 100));
  assertThrows(() => queue.settle(), Error, "inside an action");
});

Deno.test("EventQueue.hold() lets time jump only after the program had its turns", async () => {
  const queue = new EventQueue();
  const seen: string[] = [];
  const release = queue.hold();
  const done = new Promise<void>((resolve) => {
    queue.after(1000, () => {
      seen.push("event");
      release();
      resolve();
    });
  });
  for (let i = 0; i < 20; i++) {
    await undefined;
    seen.push("turn");
    queue.tick(1);
  }
  await done;
  assertEquals(seen, [...Array(20).fill("turn"), "event"]);
});

Deno.test("EventQueue.hold() rests when nothing is planned, and goes on with the next event", async () => {
  const queue = new EventQueue();
  const release = queue.hold();
  for (let i = 0; i < 1000; i++) await undefined;
  assertEquals(queue.now, 0);
  await new Promise<void>((resolve) => void queue.after(7, resolve));
  release();
  assertEquals(queue.now, 7);
});

Deno.test("EventQueue.hold() does not hang on a device that goes on for ever in the background", async () => {
  const queue = new EventQueue();
  const repeat = () => void queue.after(10, repeat, true);
  repeat();
  const release = queue.hold();
  for (let i = 0; i < 1000; i++) await undefined;
  assertEquals(queue.now, 0);
  release();
});
