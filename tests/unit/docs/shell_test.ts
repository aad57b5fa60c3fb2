import { assertEquals, assertThrows } from "@std/assert";
import { commandsOf, scriptsIn, vfioCalls } from "./shell.ts";

Deno.test("commandsOf() cuts at what separates commands, and leaves comments and redirections out", () => {
  assertEquals(commandsOf("a -b 1 | c; d && e > f g # h\ni\\\n j 2>/dev/null <k"), [
    ["a", "-b", "1"],
    ["c"],
    ["d"],
    ["e", "g"],
    ["i", "j"],
  ]);
});

Deno.test("commandsOf() keeps what is quoted together", () => {
  assertEquals(commandsOf(`a 'b c'"d | e"\\ f --g='#h' i#j`), [["a", "b cd | e f", "--g=#h", "i#j"]]);
});

Deno.test("commandsOf() gives what is substituted as well", () => {
  assertEquals(commandsOf('eval "$(a b)"; c <(d e) $(f)'), [
    ["a", "b"],
    ["eval", "$(a b)"],
    ["c"],
    ["d", "e"],
    ["f"],
  ]);
});

Deno.test("commandsOf() refuses what is never closed", () => {
  assertThrows(() => commandsOf("a 'b"), Error, "Cannot read a shell's words");
});

Deno.test("vfioCalls() finds the command however it is called", () => {
  const script = [
    "sudo vfio bind 01:00.0",
    'sudo env "PATH=$PATH" vfio list',
    "dmesg | vfio explain -",
    "NO_COLOR=1 vfio groups",
    "deno run --allow-ffi jsr:@vfio/vfio/cli doctor",
    "npx -y deno@2.9.6 run cli/vfio.ts irq",
    "deno task vfio dma 00:04.0 ranges",
    "deno install --name vfio jsr:@vfio/vfio/cli",
    "lspci vfio",
  ].join("\n");
  assertEquals(vfioCalls(script), [
    ["bind", "01:00.0"],
    ["list"],
    ["explain", "-"],
    ["groups"],
    ["doctor"],
    ["irq"],
    ["dma", "00:04.0", "ranges"],
  ]);
});

Deno.test("scriptsIn() finds blocks of sh, also in lists, and no others", () => {
  const page = "```sh\na\nb\n```\n\n```ts\n`vfio x 00:04.0`;\n```\n\n- d\n\n  ```sh\n  e\n    f\n  ```\n";
  assertEquals(scriptsIn(page), ["a\nb", "e\n  f"]);
});

Deno.test("scriptsIn() finds in the text what calls vfio on a device, but for what is left open", () => {
  const page =
    "`vfio list`, `sudo vfio bind 00:04.0`\n| `vfio mem 01:00.0 0 dump` |, `vfio mem 01:00.0 ...`, `lspci -s 01:00.0`";
  assertEquals(scriptsIn(page), ["sudo vfio bind 00:04.0", "vfio mem 01:00.0 0 dump"]);
});
