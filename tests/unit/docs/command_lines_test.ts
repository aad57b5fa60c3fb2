import { assert, assertEquals } from "@std/assert";
import readme from "../../../README.md" with { type: "text" };
import contributing from "../../../CONTRIBUTING.md" with { type: "text" };
import cookbook from "../../../docs/cookbook.md" with { type: "text" };
import permissions from "../../../docs/permissions.md" with { type: "text" };
import safety from "../../../docs/safety.md" with { type: "text" };
import tutorial from "../../../docs/tutorial.md" with { type: "text" };
import troubleshooting from "../../../docs/troubleshooting.md" with { type: "text" };
import settings from "../../../deno.json" with { type: "json" };
import { COMMANDS } from "../../../cli/commands/mod.ts";
import { EXIT } from "../../../cli/errors.ts";
import { commandsOf, scriptsIn, vfioCalls } from "./shell.ts";
import { runThere } from "./world.ts";

const PAGES: Readonly<Record<string, string>> = {
  "README.md": readme,
  "docs/cookbook.md": cookbook,
  "docs/permissions.md": permissions,
  "docs/safety.md": safety,
  "docs/troubleshooting.md": troubleshooting,
  "docs/tutorial.md": tutorial,
};
/** How a call ends that is what it should be: done, told of problems, or ended by Ctrl-C. */
const FINE: readonly number[] = [EXIT.ok, EXIT.problems, EXIT.interrupted];

async function assertRuns(words: readonly string[]): Promise<void> {
  const { status, err } = await runThere(words);
  assert(FINE.includes(status), `vfio ${words.join(" ")}: status ${status}, ${err}`);
}

for (const [path, page] of Object.entries(PAGES)) {
  Deno.test(`${path} shows calls of vfio that run`, async () => {
    const calls = scriptsIn(page).flatMap(vfioCalls);
    assert(calls.length > 0);
    for (const words of calls) await assertRuns(words);
  });
}

for (const { name, examples } of COMMANDS) {
  Deno.test(`vfio ${name} --help shows calls of it that run`, async () => {
    const calls = examples.flatMap(vfioCalls);
    assert(calls.length >= examples.length);
    assertEquals(calls.filter(([verb]) => verb !== name), []);
    for (const words of calls) await assertRuns(words);
  });
}

Deno.test("The pages name tasks that deno.json has", () => {
  const tasks = [...Object.values(PAGES), contributing].flatMap((page) =>
    [...page.matchAll(/\bdeno(?:@[\d.]+)? task ([\w:]+)/g)].map(([, task = ""]) => task)
  );
  assertEquals(tasks.filter((task) => !(task in settings.tasks)), []);
});

Deno.test("The pages' shell is one that can be read", () => {
  for (const page of Object.values(PAGES)) scriptsIn(page).forEach(commandsOf);
});

Deno.test("README.md shows what vfio doctor prints", async () => {
  const { out } = await runThere(["doctor", "00:05.1", "--emulated", "edu,nvme:nvme+edu,user=1000"]);
  assertEquals(/vfio doctor 00:05\.1\n```\n\n```\n([^]*?)```/.exec(readme)?.[1], out);
});
