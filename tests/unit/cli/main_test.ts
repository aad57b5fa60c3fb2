import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/mod.ts";
import { COMMANDS } from "../../../cli/commands/mod.ts";
import { documentOf, vfio } from "./captured_io.ts";

function machine(): EmulatedHost {
  return new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu());
}

Deno.test("main() without a command lists devices, with list's own options too", async () => {
  const backend = machine();
  const { status, out } = await vfio([], { backend });
  assertEquals(status, 0);
  assertStringIncludes(out, "0000:00:04.0");
  assertEquals((await vfio(["-s", "05"], { backend })).out.includes("0000:00:04.0"), false);
  assertEquals(
    documentOf(await vfio(["--json"], { backend })),
    documentOf(await vfio(["list", "--json"], { backend })),
  );
});

Deno.test("main() answers --help and --version on standard output, with status 0", async () => {
  const { status, out, err } = await vfio(["--help"]);
  assertEquals([status, err], [0, ""]);
  for (const { name, summary } of COMMANDS) {
    assertMatch(out, new RegExp(`^  ${name}\\b.*${summary.slice(0, 20)}`, "m"));
  }
  const version = await vfio(["--version"]);
  assertEquals(version.status, 0);
  assertMatch(version.out, /^\d+\.\d+\.\d+\n$/);
});

Deno.test("main() shows each command's help, with its examples and the options of all commands", async () => {
  for (const { name, examples } of COMMANDS) {
    const { status, out } = await vfio([name, "--help"]);
    assertEquals(status, 0, name);
    for (const example of examples) assertStringIncludes(out, example);
    assertStringIncludes(out, "--emulated <machine>");
  }
});

Deno.test("main() refuses wrong usage with status 2, on standard error, without a stack trace", async () => {
  for (
    const [args, message] of [
      [["lst"], "unknown command 'lst'"],
      [["list", "--bond"], "(Did you mean --bound?)"],
      [["list", "--driver"], "argument missing"],
      [["list", "a"], "too many arguments"],
      [["--", "--list"], "unknown command '--list'"],
      [["list", "--emulated", "toaster"], "knows no device 'toaster'"],
      [["list", "--emulated", "edu,iommu=best"], "takes vt-d, amd-vi, virtio, none"],
      [["list", "--emulated", "edu,coffee=hot"], "no setting 'coffee'"],
      [["list", "--emulated", "__proto__"], "knows no device"],
      [["list", "--emulated", "edu,constructor=1"], "no setting"],
    ] as const
  ) {
    const { status, out, err } = await vfio(args);
    assertEquals([status, out], [2, ""], args.join(" "));
    assertStringIncludes(err, message);
    assertEquals(/^\s+at /m.test(err), false);
  }
});

Deno.test("main() passes nothing on from the command line that a terminal obeys", async () => {
  for (const args of [["l\x1b[2Jst"], ["list", "--\x1b]0;x\x07"], ["list", "--emulated", "e\u202edu\n"]]) {
    const { status, err } = await vfio(args);
    assertEquals(status, 2);
    assertEquals(["\x1b", "\x07", "\u202e"].some((mark) => err.includes(mark)), false, JSON.stringify(err));
  }
});

Deno.test("main() tells in one line what is wrong with the command line, whatever stands in it", async () => {
  for (
    const args of [["l\nerror: x"], ["list", "--a\n(Did you mean --all?)\nb"], ["list", "a", "b\nSee vfio"]]
  ) {
    const { status, err } = await vfio(args);
    assertEquals(status, 2);
    assertMatch(err, /^error: .*\\x0a.*\nSee vfio --help\n$/);
  }
  const { err } = await vfio(["lsit"]);
  assertEquals(err, "error: unknown command 'lsit'\n(Did you mean list?)\nSee vfio --help\n");
});

Deno.test("main() uses colours on a terminal, as --color and --no-color say", async () => {
  const backend = machine();
  for (
    const [args, colour, expected] of [
      [[], true, true],
      [[], false, false],
      [["--no-color"], true, false],
      [["--color"], false, true],
      [["list", "--no-color"], true, false],
    ] as const
  ) {
    const { out } = await vfio(args, { backend, colour });
    assertEquals(out.includes("\x1b["), expected, `${args.join(" ")} ${colour}`);
  }
});

Deno.test("main() ends quietly when nobody reads on", async () => {
  const { status, err } = await vfio(["list", "-q"], { backend: machine(), linesRead: 0 });
  assertEquals([status, err], [0, ""]);
});

Deno.test("main() tells an error of the machine in words, and as a document under --json", async () => {
  const backend = machine();
  const broken = new Proxy(backend, {
    get: (target, name) => {
      if (name !== "host") return Reflect.get(target, name);
      throw new TypeError("\x1b[31mbroken");
    },
  });
  const plain = await vfio(["list"], { backend: broken });
  assertEquals([plain.status, plain.out, plain.err], [1, "", "error: \\x1b[31mbroken\n"]);
  const result = await vfio(["list", "--json"], { backend: broken });
  assertEquals(documentOf(result), { error: { message: "\x1b[31mbroken", remedies: [] } });
  assertEquals(result.out.includes("\x1b"), false);
  assertMatch((await vfio(["list", "-v"], { backend: broken })).err, /^ {4}at /m);
});

Deno.test("main() needs no permission", { permissions: "none" }, async () => {
  assertEquals((await vfio(["list", "--emulated", "edu,nvme"])).status, 0);
});
