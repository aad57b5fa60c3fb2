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
function command(example: string, device = "$VFIO_EDU", options = ""): string {
  return `deno run --no-check --no-prompt --allow-ffi examples/${example} --backend linux ${device} ${options}`;
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

/** Lines that tell of the data, not of the machine or of time. */
function ofData(lines: readonly string[]): string[] {
  return lines.filter((line) => /^(sent|back) /.test(line));
}

const NVME_SCRIPT = `${command("nvme_copy.ts", "$VFIO_NVME", "--overwrite")} && echo === && ${
  command("nvme_bench.ts", "$VFIO_NVME", "--commands 500")
}`;

Deno.test("The NVMe examples move on a real kernel, as a user, the data that they move on the emulated host", async () => {
  const result = await boot({ devices: ["nvme"], user: true }, NVME_SCRIPT);
  assertEquals(result.status, 0, `${result.reason ?? ""}\n${result.stdout}\n${result.stderr}`);
  console.log(`Linux ${result.kernel}\n${result.stdout}`);
  const [copied = "", measured = ""] = result.stdout.split("===\n");
  assertEquals(ofData(copied.split("\n")), ofData(await emulated("nvme_copy.ts")));
  // No bar is drawn where nobody looks.
  assertEquals(result.stderr, "");
  for (const depth of [1, 8, 32, 128]) {
    assertMatch(measured, new RegExp(`^random read 4 KiB +${depth} +500 `, "m"));
  }
});

Deno.test("examples/nvme_copy.ts does not touch a namespace of hardware unless it is told to", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "examples/nvme_copy.ts", "--backend", "linux", "0000:01:00.0"],
    cwd: new URL("../..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 1);
  assertMatch(new TextDecoder().decode(stderr), /blocks would be lost, for good\. --overwrite allows it/);
});
