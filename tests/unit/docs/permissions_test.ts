import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import page from "../../../docs/permissions.md" with { type: "text" };
import { COMMANDS } from "../../../cli/commands/mod.ts";
import { EXIT } from "../../../cli/errors.ts";
import { vfioCalls } from "./shell.ts";
import { runThere } from "./world.ts";

const USER = 1000;

/** The rows of the command's table: which calls, and what they need. */
const ROWS = (page.split("\n## ")[1] ?? "").split("\n").filter((line) => line.startsWith("| `vfio")).map(
  (line) => {
    const [, calls = "", , user = "", node = ""] = line.split("|").map((cell) => cell.trim());
    return {
      calls: [...calls.matchAll(/`vfio ([\w ]+)`/g)].map(([, call = ""]) => call.split(" ")),
      user,
      node,
    };
  },
);

/** What the actions of `vfio config` are given. */
const CONFIG_WORDS: Readonly<Record<string, string>> = {
  get: "COMMAND",
  set: "COMMAND=4:4",
  diff: "before.txt",
};

/** A call on a real machine: an example of the verb, or its action where the page names one. */
function exampleOf([verb = "", action]: readonly string[]): string[] {
  if (action !== undefined) return [verb, "01:00.0", action, CONFIG_WORDS[action] ?? ""];
  const calls = COMMANDS.filter(({ name }) => name === verb).flatMap(({ examples }) =>
    examples.flatMap(vfioCalls)
  );
  return calls.find((words) => !words.includes("--emulated") && !words.includes("--dry-run")) ?? [verb];
}

Deno.test("docs/permissions.md shows what vfio setup prints", async () => {
  const { out } = await runThere(["setup", "--user", "alice", "--unit", "driver"]);
  assertStringIncludes(page, `\n\`\`\`\n${out.trimEnd()}\n\`\`\`\n`);
});

Deno.test("docs/permissions.md names each command", () => {
  const named = new Set(ROWS.flatMap(({ calls }) => calls.map(([verb]) => verb)));
  assertEquals(COMMANDS.map(({ name }) => name).filter((name) => !named.has(name)), []);
});

Deno.test("docs/permissions.md tells which commands need the node, and which need root", async () => {
  assert(ROWS.length >= 5);
  for (const { calls, user, node } of ROWS) {
    const needsMore = node.startsWith("read and write") || user.startsWith("root");
    for (const call of calls) {
      const words = exampleOf(call);
      const { status, err } = await runThere(words, USER);
      assertEquals(
        status === EXIT.permission,
        needsMore,
        `vfio ${words.join(" ")}: status ${status}, ${err}`,
      );
    }
  }
});
