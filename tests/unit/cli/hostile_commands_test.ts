import { assert, assertEquals } from "@std/assert";
import { vfio } from "./captured_io.ts";
import { EVIL, shown } from "./hostile_data.ts";
import { hostileWorld } from "./hostile_machine.ts";
import type { Viewer } from "./hostile_machine.ts";
import { EDU, NVME } from "./machine.ts";
import { shellTokens } from "./shell_words.ts";
import type { Token } from "./shell_words.ts";
import { obeyed } from "./terminal_text.ts";

/** A name that means nothing to anybody. */
const TAME = "xyzzy";
const USER: Viewer = { uid: 1000 };
const ROOT: Viewer = { uid: 0 };

/** What prints commands, in JSON and as a script. */
const RUNS: readonly (readonly [Viewer, string])[] = [
  [USER, "doctor"],
  [USER, `doctor ${EDU}`],
  [USER, `doctor ${NVME}`],
  [USER, "doctor 00:05.1"],
  [USER, "doctor 00:07.0"],
  [ROOT, "doctor 00:05.1"],
  [ROOT, `bind ${NVME}`],
  [ROOT, "unbind 00:07.0"],
  [ROOT, `unbind ${NVME}`],
  [USER, "unbind 00:07.0"],
  [USER, `selftest ${EDU}`],
  [USER, `selftest ${NVME}`],
  [USER, `mem ${NVME} 0 read 0`],
  [USER, `reset ${NVME}`],
  [ROOT, "explain -"],
  [ROOT, `repl ${EDU}`],
];

/** Every command of a document. */
function commandsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === "command" && typeof each === "string" ? [each] : commandsIn(each)
  );
}

async function commandsOf(text: string, [viewer, words]: (typeof RUNS)[number]): Promise<string[]> {
  const { out } = await vfio([...words.split(" "), "--json"], hostileWorld(text, viewer));
  const documents = words.startsWith("explain") ? out.split("\n") : [out];
  return documents.filter((document) => document !== "").flatMap((document) =>
    commandsIn(JSON.parse(document))
  );
}

async function scriptOf(text: string, words: string): Promise<string> {
  return (await vfio(words.split(" "), hostileWorld(text, USER))).out;
}

/** What a shell makes of a command where another name stands. */
function renamed(tokens: readonly Token[], text: string): Token[] {
  const name = text.toWellFormed().replaceAll("\0", "");
  return tokens.map((token) => "word" in token ? { word: token.word.replaceAll(TAME, () => name) } : token);
}

Deno.test("vfio prints commands that mean the same whatever devices, drivers and users are called", async () => {
  for (const run of RUNS) {
    const tame = (await commandsOf(TAME, run)).map((command) => shellTokens(command));
    for (const text of EVIL) {
      const expected = tame.map((tokens) => JSON.stringify(renamed(tokens, text)));
      for (const command of await commandsOf(text, run)) {
        const where = `${run[1]}: ${shown(text)}: ${command}`;
        // A command that cannot be written with such a name is left out, or has a word in capitals.
        const tokens = shellTokens(command);
        const isSame = expected.includes(JSON.stringify(tokens)) || expected.includes(named(tokens, text));
        assert(isSame, where);
      }
    }
  }
});

/** Puts the name where a command says what has to be put there: `sudo modprobe DRIVER`. */
function named(tokens: readonly Token[], text: string): string {
  const name = text.toWellFormed().replaceAll("\0", "");
  return JSON.stringify(
    tokens.map((token) => "word" in token && token.word === "DRIVER" ? { word: name } : token),
  );
}

Deno.test("vfio doctor --fix prints a script whose commands are its own, whatever stands around them", async () => {
  for (const words of ["doctor --fix", "doctor 00:05.1 --fix", "doctor 00:07.0 --fix"]) {
    const tame = shellTokens(await scriptOf(TAME, words));
    for (const text of EVIL) {
      const script = await scriptOf(text, words);
      assertEquals(shellTokens(script), renamed(tame, text), `${words}: ${shown(text)}`);
      assertEquals(obeyed(script), [], `${words}: ${shown(text)}`);
    }
  }
});

Deno.test("vfio setup takes no user and no service that is more than a name", async () => {
  for (const text of EVIL) {
    for (const option of ["--user", "--unit"]) {
      const { status, out, err } = await vfio(["setup", "--script", option, text]);
      const where = `${option} ${shown(text)}: ${err}`;
      assertEquals([...obeyed(out), ...obeyed(err)], [], where);
      if (status === 0) assert(/^\w[\w@.:-]*$/.test(text), where);
      else assertEquals([status, out], [2, ""], where);
    }
  }
});
