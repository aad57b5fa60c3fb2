import { assertEquals, assertThrows } from "@std/assert";
import { assertSpyCalls, spy, stub } from "@std/testing/mock";

Deno.test("spy() records what a function was given, returned and threw", () => {
  const half = spy((n: number): number => {
    if (n % 2 !== 0) throw new RangeError("odd");
    return n / 2;
  });
  assertEquals(half(4), 2);
  assertThrows(() => half(3), RangeError);
  assertSpyCalls(half, 2);
  assertEquals(half.calls[0]?.args, [4]);
  assertEquals(half.calls[0]?.returned, 2);
  assertEquals(half.calls[1]?.error?.message, "odd");
  assertThrows(() => assertSpyCalls(half, 1));
});

Deno.test("spy() lets a method do its work", () => {
  class Counter {
    count = 0;
    add(n: number): number {
      return this.count += n;
    }
  }
  const counter = new Counter();
  {
    using add = spy(counter, "add");
    assertEquals(counter.add(3), 3);
    assertEquals(add.calls[0]?.self, counter);
  }
  assertEquals(Object.hasOwn(counter, "add"), false);
});

Deno.test("stub() stands for a method until disposed", () => {
  const machine = { read: (): number => 1 };
  {
    using read = stub(machine, "read", () => 2);
    assertEquals(machine.read(), 2);
    assertEquals(read.original.call(machine), 1);
  }
  assertEquals(machine.read(), 1);
});
