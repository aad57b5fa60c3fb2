import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { boot, BRIDGED_PAIR, DIED, parseAccess, tally, TIMED_OUT } from "./harness/mod.ts";

Deno.test("boot() binds the default machine's devices, and brings back output, status and kernel", async () => {
  const result = await boot(
    { env: { GREETING: "it's $HOME" }, files: { "sum.js": "console.log(1 + 1)" } },
    [
      "for name in EDU EDU_2 NVME E1000E IVSHMEM RNG; do",
      '  eval "address=\\$VFIO_$name group=\\$VFIO_${name}_GROUP"',
      '  driver=$(readlink "/sys/bus/pci/devices/$address/driver")',
      '  [ -c "/dev/vfio/$group" ] && echo "$name ${driver##*/}"',
      "done",
      'echo "$GREETING"; ulimit -l; id -u; cat deno.json >/dev/null && deno run sum.js',
      "echo to stderr >&2",
      "exit 7",
    ].join("\n"),
  );
  assertEquals(result.stdout.split("\n"), [
    ...["EDU", "EDU_2", "NVME", "E1000E", "IVSHMEM", "RNG"].map((name) => `${name} vfio-pci`),
    "it's $HOME",
    "unlimited",
    "0",
    "2",
    "",
  ], result.stderr);
  assertEquals(result.stderr, "to stderr\n");
  assertEquals(result.status, 7);
  assertMatch(result.kernel, /^\d+\.\d+/);
  assertMatch(result.kernelVersion, /^#\d/);
});

Deno.test("boot() brings back all of a large output on both streams", async () => {
  const result = await boot({ devices: [] }, "seq 1 300000 & seq 1 2 400000 >&2; wait");
  assertEquals(result.status, 0);
  assertEquals(result.stdout, sequence(1, 1, 300_000));
  assertEquals(result.stderr, sequence(1, 2, 400_000));
});

Deno.test("boot() with `user` runs as uid 1000 who owns only the devices' nodes and may lock 8 MiB", async () => {
  const result = await boot(
    { devices: ["edu", "nvme"], bind: ["EDU"], user: true },
    [
      "id -u; ulimit -l; ulimit -H -l; grep CapEff /proc/self/status",
      'find /dev -user user ! -path "$VFIO_EDU_CDEV" ! -path /dev/iommu 2>/dev/null | sed "s,^/dev/vfio/$VFIO_EDU_GROUP$,the group,"',
      "touch /src/x 2>/dev/null || echo no writing",
      'deno eval "console.log(Deno.uid())"',
    ].join("\n"),
  );
  assertEquals(result.stdout.split("\n"), [
    ...["1000", "8192", "8192", "CapEff:\t0000000000000000", "the group", "no writing", "1000", ""],
  ], result.stderr);
});

Deno.test("boot() puts what is behind a conventional bridge into one group", async () => {
  const result = await boot({ devices: BRIDGED_PAIR }, 'echo "$VFIO_EDU_GROUP $VFIO_NVME_GROUP"');
  const [edu, nvme] = result.stdout.trim().split(" ");
  assert(edu !== undefined && edu !== "");
  assertEquals(edu, nvme);
});

Deno.test("boot() traces a device's accesses, and the monitor answers the guest", async () => {
  const trace = { events: ["memory_region_ops_*"], containing: ["name 'edu-mmio'"] };
  const result = await boot(
    { devices: ["edu"], bind: [], trace },
    [
      "echo 1 >/sys/bus/pci/devices/$VFIO_EDU/enable",
      "deno run --no-check --allow-ffi tests/vm/guest/touch_edu.ts $VFIO_EDU",
      "hmp info status",
    ].join("\n"),
  );
  assertEquals(result.stdout, "10000ed 0\nVM status: running\n", result.stderr);
  const accesses = result.trace.map(parseAccess).filter((access) => access !== undefined);
  assertEquals(accesses.length, result.trace.length);
  assertEquals(tally(accesses), { R32: 1, W32: 1, R64: 1 });
  assertEquals(accesses[1]?.value, 0x12345678n);
});

Deno.test("boot() tells a guest that panics from one that ends, and shows its console", async () => {
  const result = await boot(
    { devices: [], attempts: 1 },
    "echo before; echo c >/proc/sysrq-trigger; sleep 60",
  );
  assertEquals(result.status, DIED);
  assertMatch(result.reason ?? "", /ended without a status/);
  assertStringIncludes(result.console, "Kernel panic");
  assertMatch(result.kernel, /^\d/);
});

Deno.test("boot() gives up on a guest that does not finish, and shows where it was", async () => {
  const result = await boot({ devices: [], attempts: 1, timeoutMs: 15_000 }, "echo before; sleep 600");
  assertEquals(result.status, TIMED_OUT);
  assertEquals(result.stdout, "before\n");
  assertMatch(result.reason ?? "", /did not finish within 15 s/);
  assertMatch(result.console, /RIP=/);
  assertStringIncludes(result.console, "Kernel panic");
});

Deno.test("boot() leaves no QEMU behind when the tests are killed", async () => {
  const program =
    `import { boot } from "./tests/vm/harness/mod.ts"; await boot({ devices: [] }, "sleep 600");`;
  const root = new URL("../..", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", "--no-check", program],
    cwd: root,
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await until(() => qemuOf(child.pid) !== undefined);
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
  await until(() => qemuOf(child.pid) === undefined);
});

/** What seq(1) prints. */
function sequence(first: number, step: number, last: number): string {
  let text = "";
  for (let value = first; value <= last; value += step) text += `${value}\n`;
  return text;
}

/** Finds the QEMU of the harness that process `pid` runs. */
function qemuOf(pid: number): string | undefined {
  return [...Deno.readDirSync("/proc")].map(({ name }) => name).find((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const line = Deno.readTextFileSync(`/proc/${name}/cmdline`);
      return line.startsWith("qemu-system") && line.includes(`/vfio-vm-run-${pid}-`);
    } catch {
      return false; // It ended meanwhile.
    }
  });
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("it did not come about within 20 s");
}
