import { assertEquals } from "@std/assert";
import $ from "dax";
import { TOOLS } from "./harness/missing.ts";

const PREPARE = new URL("prepare.ts", import.meta.url).pathname;

/** Runs prepare.ts where only the given tools are there. */
async function prepare(tools: Iterable<string>, env: Record<string, string> = {}): Promise<[number, string]> {
  const bin = await Deno.makeTempDir();
  try {
    for (const tool of tools) {
      const path = await $.which(tool);
      if (path !== undefined) await Deno.symlink(path, `${bin}/${tool}`);
    }
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", PREPARE],
      env: { PATH: bin, ...env },
    }).output();
    return [code, new TextDecoder().decode(stderr)];
  } finally {
    await Deno.remove(bin, { recursive: true });
  }
}

Deno.test("prepare says in one line what to install when QEMU is missing", async () => {
  const others = [...TOOLS.keys()].filter((tool) => tool !== "qemu-system-x86_64");
  assertEquals(await prepare(others), [
    1,
    "vm: QEMU is missing: apt-get install -y --no-install-recommends qemu-system-x86\n",
  ]);
});

Deno.test("prepare names all tools that are missing, and each package once", async () => {
  const others = [...TOOLS.keys()].filter((tool) => tool !== "xz" && tool !== "git");
  assertEquals(await prepare(others), [
    1,
    "vm: git, xz are missing: apt-get install -y --no-install-recommends git xz-utils\n",
  ]);
});

Deno.test("prepare says in one line that there is no such kernel", async () => {
  assertEquals(await prepare(TOOLS.keys(), { VFIO_VM_KERNEL: "/no/such/image" }), [
    1,
    "vm: no kernel /no/such/image: VFIO_VM_KERNEL takes 6.1, 6.12, 7.2 or the path of an image\n",
  ]);
});

Deno.test("prepare says in one line that Debian's archive cannot be reached", async () => {
  const cache = await Deno.makeTempDir();
  try {
    // Nothing listens on the port of discard.
    const unreachable = { http_proxy: "http://127.0.0.1:9", https_proxy: "http://127.0.0.1:9" };
    const [code, said] = await prepare(TOOLS.keys(), { VFIO_VM_CACHE: cache, ...unreachable });
    assertEquals(code, 1);
    const [first, second, ...rest] = said.split("\n");
    assertEquals([first, rest], ["vm: reading the package list of bookworm", [""]]);
    assertEquals(second?.startsWith("vm: cannot get packages of bookworm: "), true, said);
    assertEquals([...Deno.readDirSync(cache)], []);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});
