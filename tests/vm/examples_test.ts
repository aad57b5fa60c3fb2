import { assertEquals, assertMatch } from "@std/assert";
import { boot } from "./harness/mod.ts";

/** What a program prints on the emulated host, in this process's stead and without any permission. */
async function emulated(example: string): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", `examples/${example}`],
    cwd: new URL("../..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  assertEquals(success, true, decoder.decode(stderr));
  return decoder.decode(stdout).trimEnd().split("\n");
}

/** The same program on the guest's kernel, with --allow-ffi alone. */
function command(example: string): string {
  return `deno run --no-check --no-prompt --allow-ffi examples/${example} --backend linux $VFIO_EDU`;
}

/** What names the machine, or what only the emulated host can tell, is left out of the comparison. */
function comparable(lines: readonly string[]): string[] {
  return lines.filter((line) => !/^(device|fault) /.test(line));
}

const SCRIPT = `${command("edu.ts")} && echo === && ${command("vfio_rst.ts")}`;

for (const user of [false, true]) {
  const who = user ? "a user who owns the group's node" : "root";
  Deno.test(`The examples print on a real kernel, as ${who}, what they print on the emulated host`, async () => {
    const result = await boot({ devices: ["edu"], user }, SCRIPT);
    assertEquals(result.status, 0, `${result.reason ?? ""}\n${result.stdout}\n${result.stderr}`);
    console.log(`Linux ${result.kernel}, as ${who}\n${result.stdout}`);
    const [edu = "", vfioRst = ""] = result.stdout.split("===\n").map((text) => text.trimEnd());
    assertMatch(edu, /^device +\S+ on linux\n/);
    assertEquals(comparable(edu.split("\n")), comparable(await emulated("edu.ts")));
    assertEquals(vfioRst.split("\n"), await emulated("vfio_rst.ts"));
  });
}
