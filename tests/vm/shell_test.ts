/** Commands that are printed, as the shells of this machine read them. */
import { assertEquals } from "@std/assert";
import { shellCommand } from "../../cli/shell.ts";
import { EVIL, shown } from "../unit/cli/hostile_data.ts";
import { shellArguments } from "../unit/cli/shell_words.ts";

/** Runs lines, each as if it was typed in: longer ones than an argument of a process can be, too. */
async function run(shell: string, script: string): Promise<string> {
  const child = new Deno.Command(shell, {
    args: ["-s"],
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const output = child.output();
  await new Blob([script]).stream().pipeTo(child.stdin);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode((await output).stdout);
}

for (const shell of ["sh", "bash"]) {
  Deno.test(`shellCommand() writes what ${shell} hands on word by word`, async () => {
    for (const text of EVIL) {
      const words = [text, "x", `${text} ${text}`, `-${text}`];
      const command = shellCommand("printf", "%s\\0", ...words);
      // No argument of a process holds a 0, or half a character.
      const meant = words.map((word) => word.toWellFormed().replaceAll("\0", ""));
      assertEquals((await run(shell, `${command}\n`)).split("\0").slice(0, -1), meant, shown(text));
      assertEquals(shellArguments(command).slice(2), meant, shown(text));
    }
  });
}
