/**
 * Writes what is made in docs/: the troubleshooting page, the manual page and a picture. `tests/unit/docs` says when they
 * are stale.
 *
 *     deno task docs
 */
import { manual } from "./manual.ts";
import { PICTURE } from "./picture.ts";
import { troubleshooting } from "./troubleshooting.ts";

const ROOT = new URL("../../", import.meta.url);
const PAGE = new URL("docs/troubleshooting.md", ROOT);

/** Runs Deno, and gives what it prints. */
async function run(...args: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
    stderr: "inherit",
  });
  const { success, stdout } = await command.output();
  if (!success) throw new Error(`Cannot run deno ${args.join(" ")}: it failed`);
  return stdout;
}

async function main(): Promise<void> {
  await Deno.writeFile(new URL("docs/groups.svg", ROOT), await run("run", "cli/vfio.ts", ...PICTURE));
  await Deno.writeTextFile(new URL("docs/vfio.8", ROOT), manual());
  await Deno.writeTextFile(PAGE, troubleshooting());
  // Prose is broken into lines by the formatter, as everywhere.
  await run("fmt", "--quiet", PAGE.pathname);
}

if (import.meta.main) await main();
