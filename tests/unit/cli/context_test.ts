import { assertEquals, assertThrows } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { parseInteger } from "../../../cli/command.ts";
import { Context } from "../../../cli/context.ts";
import type { GlobalOptions } from "../../../cli/context.ts";
import { Interrupted, UsageError } from "../../../cli/errors.ts";
import type { Io } from "../../../cli/io.ts";

const OPTIONS: GlobalOptions = {
  json: false,
  quiet: false,
  verbose: false,
  dryRun: false,
  color: undefined,
  emulated: undefined,
};

/** A world that keeps what it is asked for. */
function world() {
  const handlers = new Set<() => void>();
  const asked = { backends: 0, out: "", err: "" };
  const sink = (name: "out" | "err") => ({
    write: (text: string) => void (asked[name] += text),
    colour: false,
    columns: undefined,
  });
  const io: Io = {
    out: sink("out"),
    err: sink("err"),
    backend: () => (asked.backends++, new EmulatedHost()),
    onInterrupt: (handler) => {
      handlers.add(handler);
      return { [Symbol.dispose]: () => handlers.delete(handler) };
    },
    pause: () => Promise.resolve(),
    readText: () => Promise.reject(new Error()),
    lines: () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: "" }) }),
    }),
    writeText: () => Promise.reject(new Error()),
  };
  return { io, handlers, asked };
}

Deno.test("Context.backend is looked for at the first use, once, and not at all with --emulated", () => {
  const { io, asked } = world();
  using context = new Context(io, OPTIONS);
  assertEquals(asked.backends, 0);
  const { backend } = context;
  assertEquals([context.backend === backend, asked.backends], [true, 1]);
  using emulated = new Context(io, { ...OPTIONS, emulated: "edu" });
  assertEquals([emulated.host.list().length, asked.backends], [1, 1]);
});

Deno.test("Context.signal listens for Ctrl-C from its first use on, until dispose", () => {
  const { io, handlers } = world();
  {
    using context = new Context(io, OPTIONS);
    assertEquals([handlers.size, context.interrupted], [0, false]);
    const { signal } = context;
    assertEquals([handlers.size, signal === context.signal], [1, true]);
    for (const press of handlers) press();
    assertEquals([context.interrupted, signal.aborted], [true, true]);
    assertThrows(() => signal.throwIfAborted(), Interrupted);
  }
  assertEquals(handlers.size, 0);
});

Deno.test("Context.say() and detail() talk as loud as they are asked to", () => {
  for (
    const [options, expected] of [
      [{}, "said\n"],
      [{ quiet: true }, ""],
      [{ verbose: true }, "said\ntold\n"],
    ] as const
  ) {
    const { io, asked } = world();
    using context = new Context(io, { ...OPTIONS, ...options });
    context.say("said");
    context.detail("told");
    assertEquals([asked.out, asked.err], ["", expected]);
  }
});

Deno.test("Context.answer() and stream() print a document, lines of JSON, or lines", () => {
  const { io, asked } = world();
  {
    using context = new Context(io, OPTIONS);
    context.answer({ a: 1 }, () => [["a is ", "1"]]);
    using json = new Context(io, { ...OPTIONS, json: true });
    json.answer({ a: 1 }, () => [["unseen"]]);
    json.stream({ a: 2n }, () => [["unseen"]]);
  }
  assertEquals(asked.out, 'a is 1\n{\n  "schemaVersion": 1,\n  "a": 1\n}\n{"schemaVersion":1,"a":"0x2"}\n');
});

Deno.test("parseInteger() takes decimal and hexadecimal numbers inside the limits", () => {
  const limits = { min: 1, max: 0x1000 };
  assertEquals([parseInteger("16", "--n", limits), parseInteger("0X10", "--n", limits)], [16, 16]);
  for (const text of ["", "0", "4097", "-1", "1.5", "1e3", "ten", "0x", "9".repeat(30), " 1"]) {
    assertThrows(() => parseInteger(text, "--n", limits), UsageError, "--n takes a number from 1 to 4096");
  }
});
