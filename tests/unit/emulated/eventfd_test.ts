import { assertEquals } from "@std/assert";
import { Eventfd } from "../../../backends/emulated/eventfd.ts";

Deno.test("Eventfd.take() gives all counts at once", () => {
  const eventfd = new Eventfd();
  eventfd.signal();
  eventfd.signal(4n);
  assertEquals([eventfd.take(), eventfd.take()], [5, 0]);
});

Deno.test("Eventfd.signal() refuses what would pass 2^64 - 2", () => {
  const eventfd = new Eventfd();
  assertEquals(eventfd.signal(0xffff_ffff_ffff_fffen), true);
  assertEquals(eventfd.signal(), false);
});

Deno.test("Eventfd.wait() serves the oldest waiter, with everything", () => {
  const eventfd = new Eventfd();
  const seen: string[] = [];
  eventfd.wait((count) => seen.push(`first ${count}`));
  const forget = eventfd.wait((count) => seen.push(`second ${count}`));
  eventfd.wait((count) => seen.push(`third ${count}`));
  eventfd.signal(2n);
  forget();
  eventfd.signal(3n);
  eventfd.signal(1n);
  assertEquals(seen, ["first 2", "third 3"]);
  assertEquals(eventfd.take(), 1);
});

Deno.test("Eventfd.listen() takes counts before any reader; those from before it hears of but leaves", () => {
  const eventfd = new Eventfd();
  let heard = 0;
  eventfd.signal();
  const listener = { signalled: () => heard++, closed: () => {} };
  eventfd.listen(listener);
  assertEquals([heard, eventfd.take()], [1, 1]);
  eventfd.signal();
  assertEquals([heard, eventfd.take()], [2, 0]);
  eventfd.unlisten(listener);
  eventfd.signal();
  assertEquals([heard, eventfd.take()], [2, 1]);
});

Deno.test("Eventfd.close() tells its listeners", () => {
  const eventfd = new Eventfd();
  let closed = 0;
  eventfd.listen({ signalled: () => {}, closed: () => closed++ });
  eventfd.close();
  assertEquals(closed, 1);
});

Deno.test("Eventfd.signal() by a listener that hears it is taken, and wakes nobody again", () => {
  const eventfd = new Eventfd();
  let heard = 0;
  const listener = {
    signalled: () => {
      heard++;
      assertEquals(eventfd.signal(), true);
    },
    closed: () => {},
  };
  eventfd.listen(listener);
  eventfd.signal();
  assertEquals([heard, eventfd.take()], [1, 0]);
  eventfd.signal();
  assertEquals(heard, 2);
});

Deno.test("Eventfd.close() forgets listeners and waiters", () => {
  const eventfd = new Eventfd();
  let heard = 0;
  eventfd.listen({ signalled: () => heard++, closed: () => {} });
  eventfd.wait(() => heard++);
  eventfd.close();
  eventfd.signal();
  assertEquals([heard, eventfd.take()], [0, 1]);
});

Deno.test("Eventfd.ready tells whether there are counts", () => {
  const eventfd = new Eventfd();
  assertEquals(eventfd.ready, false);
  eventfd.signal();
  assertEquals(eventfd.ready, true);
});
