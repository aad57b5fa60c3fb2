import { assertEquals, assertThrows } from "@std/assert";
import { decodeIrqInfo, encodeIrqs } from "../../backends/linux/irqs.ts";
import type { IrqRequest } from "../../core/irq.ts";
import type { Signal } from "../../core/signal.ts";
import { CLOSED } from "../../os/descriptor.ts";
import { Eventfd } from "../../os/eventfd.ts";
import { vfio_irq_info, vfio_irq_set } from "../../uapi/vfio.ts";
import "./holdings.ts";

/** The struct, and what follows it. */
function parts(request: IrqRequest) {
  const bytes = encodeIrqs(request);
  const { argsz, flags, index, start, count } = vfio_irq_set.decode(bytes);
  assertEquals(argsz, bytes.length);
  return { flags, index, start, count, payload: bytes.slice(vfio_irq_set.size) };
}

Deno.test("decodeIrqInfo() reads index, count and flags, each by itself", () => {
  const names = ["eventfd", "maskable", "automasked", "noresize"] as const;
  names.forEach((name, bit) => {
    const answer = vfio_irq_info.encode({ argsz: 16, index: 2, flags: 1 << bit, count: 65 });
    const none = { eventfd: false, maskable: false, automasked: false, noresize: false };
    assertEquals(decodeIrqInfo(answer), { index: 2, count: 65, ...none, [name]: true });
  });
});

Deno.test("encodeIrqs() says by flags what is done, and that no data come", () => {
  for (const [action, flag] of [["mask", 0x08], ["unmask", 0x10], ["trigger", 0x20]] as const) {
    assertEquals(parts({ index: 4, start: 3, action, none: 2 }), {
      flags: 0x01 | flag,
      index: 4,
      start: 3,
      count: 2,
      payload: new Uint8Array(0),
    });
  }
  assertEquals(parts({ index: 1, action: "trigger", none: 0 }).start, 0);
});

Deno.test("encodeIrqs() gives a byte to each boolean", () => {
  assertEquals(parts({ index: 2, action: "trigger", bools: [true, false, true] }), {
    flags: 0x22,
    index: 2,
    start: 0,
    count: 3,
    payload: Uint8Array.of(1, 0, 1),
  });
  assertEquals(parts({ index: 2, action: "trigger", bools: [] }).payload.length, 0);
});

Deno.test("encodeIrqs() gives a descriptor to each signal, -1 to none, and none that exists to a closed one", () => {
  using first = new Eventfd();
  using second = new Eventfd();
  const closed = new Eventfd();
  closed[Symbol.dispose]();
  const request = { index: 2, start: 1, action: "trigger", signals: [first, null, second, closed] } as const;
  assertEquals(parts(request), {
    flags: 0x24,
    index: 2,
    start: 1,
    count: 4,
    payload: new Uint8Array(Int32Array.of(first.fd, -1, second.fd, CLOSED).buffer),
  });
});

Deno.test("encodeIrqs() refuses a signal of another backend, and what the struct cannot carry", () => {
  const foreign = { closed: false } as Signal;
  const request = { index: 0, action: "trigger" } as const;
  assertThrows(() => encodeIrqs({ ...request, signals: [foreign] }), TypeError);
  for (const none of [-1, 0.5, 2 ** 32]) assertThrows(() => encodeIrqs({ ...request, none }), TypeError);
  assertThrows(() => encodeIrqs({ ...request, index: -1, none: 1 }), TypeError);
  assertThrows(() => encodeIrqs({ index: 0, action: "on" as "mask", none: 1 }), TypeError);
});
