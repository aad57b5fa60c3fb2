import { assertEquals } from "@std/assert";
import { Progress } from "../../../cli/progress.ts";

function terminal(columns: number | undefined = 80) {
  const texts: string[] = [];
  const sink = { write: (text: string) => void texts.push(text), colour: false, columns };
  const shown: (() => void)[] = [];
  let stopped = 0;
  const tick = (show: () => void) => {
    shown.push(show);
    return () => void stopped++;
  };
  return { sink, texts, tick, second: () => shown.forEach((show) => show()), stopped: () => stopped };
}

Deno.test("Progress tells how much is done, over the same line, and takes it away", () => {
  const { sink, texts, tick, second, stopped } = terminal();
  {
    using progress = new Progress(sink, "Reading", 3000, tick);
    progress.done = 999;
    second();
    progress.done = 3000;
    second();
  }
  const start = "\r\x1b[K";
  assertEquals(texts, [
    `${start}Reading: 33 %, 999 of 3000`,
    `${start}Reading: 100 %, 3000 of 3000`,
    start,
  ]);
  assertEquals(stopped(), 1);
});

Deno.test("Progress counts seconds where nobody knows how long it takes, and breaks no line", () => {
  const shown = [16, 0].map((columns) => {
    const { sink, texts, tick, second } = terminal(columns);
    using _progress = new Progress(sink, "Waiting\n for all", undefined, tick);
    second();
    return texts[0];
  });
  assertEquals(shown, ["\r\x1b[KWaiting\\x0a for", "\r\x1b[KWaiting\\x0a for all: 1 s"]);
});

Deno.test("Progress writes nothing when it is over within a second, or nobody looks", () => {
  const quick = terminal();
  new Progress(quick.sink, "Reading", 10, quick.tick)[Symbol.dispose]();
  const pipe = terminal(undefined);
  const progress = new Progress({ ...pipe.sink, columns: undefined }, "Reading", 10, pipe.tick);
  pipe.second();
  progress[Symbol.dispose]();
  assertEquals([quick.texts, pipe.texts], [[], []]);
});
