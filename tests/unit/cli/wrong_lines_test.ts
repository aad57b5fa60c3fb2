/**
 * Command lines that are wrong, as people and programs get them wrong: a few hundred, or as many as are asked for.
 *
 *     deno task fuzz:lines [COUNT] [SEED]
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { EXIT } from "../../../cli/errors.ts";
import { visible } from "../../../cli/text.ts";
import { vfio } from "./captured_io.ts";
import type { Result, World } from "./captured_io.ts";
import { hostileDump } from "./hostile_files.ts";
import { machine } from "./machine.ts";
import { RIGHT_LINES, rightWords } from "./right_lines.ts";
import { obeyed } from "./terminal_text.ts";
import { wrongLines } from "./wrong_lines.ts";
import type { WrongLine } from "./wrongs.ts";

const [COUNT = 400, SEED = 1] = Deno.args.map(Number);
const STATUSES: readonly number[] = Object.values(EXIT);
/** What may stand below the line with the error. */
const BELOW = /^(See vfio --help|\(Did you mean (one of )?[a-z:, -]+\?\))$/;

/** A machine, and a user who presses Ctrl-C as soon as the command can hear it. */
function world(): World {
  return {
    backend: machine(),
    files: new Map([["dump", hostileDump("a card")]]),
    interrupt: (press) => queueMicrotask(press),
  };
}

Deno.test("vfio takes each right line, which wrong ones are made of", async () => {
  for (const line of RIGHT_LINES) {
    const { status, err } = await vfio(rightWords(line), { ...world(), interrupt: () => {} });
    assert(status === EXIT.ok || status === EXIT.problems, `${line}: ${status}: ${err}`);
  }
});

Deno.test(`vfio says what is wrong with each of ${COUNT} lines of seed ${SEED}, in a line, and ends`, async () => {
  const kinds = new Map<string, number>();
  let number = 0;
  for (const line of wrongLines(COUNT, SEED)) {
    number++;
    kinds.set(line.kind, (kinds.get(line.kind) ?? 0) + 1);
    const where = `line ${number}, ${line.kind}: ${JSON.stringify(line.args)}`;
    check(line, await vfio(line.args, world()), where);
  }
  assert(kinds.size > 10, JSON.stringify([...kinds]));
});

function check({ args, status, names }: WrongLine, result: Result, where: string): void {
  const { out, err } = result;
  const told = `${where}: ${result.status}: ${err}`;
  assert(STATUSES.includes(result.status), told);
  if (status !== undefined) assertEquals(result.status, status, told);
  assertEquals([...obeyed(out), ...obeyed(err)], [], told);
  assertEquals(result.listening, false, told);
  const isVerbose = args.includes("-v") || args.includes("--verbose");
  if (!isVerbose) assertEquals(/^\s+at .*:\d+:\d+/m.test(out + err), false, told);
  if (names !== undefined) assert(err.includes(visible(names)), `${told} does not name ${names}`);
  if (result.status !== EXIT.usage) return;
  const [first = "", ...below] = err.trimEnd().split("\n");
  assertEquals(out, "", told);
  assert(first.startsWith("error: ") && first.length > "error: ".length, told);
  if (!isVerbose) assertEquals(below.filter((line) => !BELOW.test(line)), [], told);
}
