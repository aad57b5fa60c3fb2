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

Deno.test("EventQueue.hold() counts a wait that is over once, however often it is said", async () => {
  const queue = new EventQueue();
  const [first, second] = [queue.hold(), queue.hold()];
  first();
  first();
  await new Promise<void>((resolve) => void queue.after(7, resolve));
  second();
  let ran = false;
  queue.after(7, () => ran = true);
  for (let i = 0; i < 1000; i++) await undefined;
  assertEquals([queue.now, ran], [7, false], "nobody waits any more");
});

Deno.test("EventQueue.hold() gives whoever was woken his turns before time jumps again", async () => {
  const queue = new EventQueue();
  const release = queue.hold();
  const turns: number[] = [];
  for (const delay of [10, 20]) {
    let count = 0;
    await new Promise<void>((resolve) => {
      queue.after(delay - queue.now, resolve);
      void (async () => {
        while (queue.now < delay) {
          await undefined;
          count++;
        }
      })();
    });
    turns.push(count);
  }
  release();
  assertEquals(turns, [64, 64]);
});

Deno.test("EventQueue.settle() ends with a device that goes on for ever, after a million events", () => {
  const queue = new EventQueue();
  let runs = 0;
  const again = () => {
    runs++;
    queue.after(1, again);
  };
  queue.after(1, again);
  queue.settle();
  assertEquals([runs, queue.now], [1_000_000, 1_000_000]);
});

Deno.test("EventQueue.tick() within an action moves time, and runs nothing until the action is over", () => {
  const queue = new EventQueue();
  const seen: string[] = [];
  queue.after(10, () => {
    queue.tick(5);
    seen.push(`first@${queue.now}`);
  });
  queue.after(12, () => seen.push(`second@${queue.now}`));
  queue.runUntil(() => false, 11);
  assertEquals([seen, queue.now], [["first@15"], 15]);
  queue.tick(0);
  assertEquals([seen, queue.now], [["first@15", "second@15"], 15]);
});

Deno.test("EventQueue goes on after an action that threw", () => {
  const queue = new EventQueue();
  const seen: number[] = [];
  queue.after(10, () => {
    throw new TypeError("an action's own");
  });
  queue.after(20, () => seen.push(queue.now));
  assertThrows(() => queue.settle(), TypeError);
  queue.settle();
  assertEquals(seen, [20]);
});

Deno.test("EventQueue.after() takes a time that has passed for now", () => {
  const queue = new EventQueue();
  queue.tick(10);
  const seen: number[] = [];
  queue.after(-5, () => seen.push(queue.now));
  queue.tick(0);
  assertEquals(seen, [10]);
});

Deno.test("Timer.cancel() of what repeats in the background leaves what is waited for", () => {
  const queue = new EventQueue();
  const seen: number[] = [];
  queue.after(5, () => {}, true).cancel();
  queue.after(10, () => seen.push(queue.now));
  queue.settle();
  queue.after(5, () => seen.push(queue.now), true);
  queue.settle();
  assertEquals(seen, [10]);
});

Deno.test("EventQueue.hold() gives up on a device that goes on for ever, a million events after anybody did anything", async () => {
  const queue = new EventQueue();
  const release = queue.hold();
  let runs = 0;
  const again = () => {
    if (++runs === 10) queue.tick(0);
    queue.after(1, again);
  };
  queue.after(1, again);
  for (let i = 0; i < 200; i++) await undefined;
  release();
  assertEquals(runs, 1_000_010);
});

Deno.test("EventQueue.hold() lets time stand as soon as nobody waits any more, or nothing but the background is planned", async () => {
  const queue = new EventQueue();
  const release = queue.hold();
  queue.after(10, release);
  queue.after(20, () => {});
  for (let i = 0; i < 1000; i++) await undefined;
  assertEquals(queue.now, 10);
  queue.settle();
  const again = queue.hold();
  queue.after(5, () => {}, true);
  queue.after(1, () => {});
  for (let i = 0; i < 1000; i++) await undefined;
  assertEquals(queue.now, 21);
  again();
});
