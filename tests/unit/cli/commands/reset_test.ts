import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ConfigSpace, EmulatedEdu, EmulatedNvme, RegisterBank } from "../../../../devices/mod.ts";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";
import type { Group } from "../../../../mod.ts";
import { documentOf, vfio } from "../captured_io.ts";
import type { World } from "../captured_io.ts";

const NOTHING = { descriptors: 0, mappings: 0 };

/** Two cards on a bus behind a port, and one at the root. */
function machine(driver = "vfio-pci"): EmulatedHost {
  return new EmulatedHost()
    .plug("0000:01:00.0", new EmulatedNvme(), { group: 6 })
    .plug("0000:01:01.0", new EmulatedEdu(), { group: 7, driver })
    .plug("0000:00:05.0", new EmulatedNvme());
}

function reset(words: string, world: World = {}): ReturnType<typeof vfio> {
  return vfio(["reset", ...words.split(" ")], { backend: machine(), ...world });
}

Deno.test("reset resets the function, and says whether it answers", async () => {
  const backend = machine();
  const calls = backend.calls.trace();
  const { status, out } = await reset("01:00.0", { backend });
  assertEquals(status, 0);
  assertMatch(out, /^✔ 0000:01:00\.0: reset \(function\) in .*s\n$/);
  assertEquals(calls.filter(({ operation }) => operation === "VFIO_DEVICE_RESET").length, 1);
  assertEquals(backend.holdings(), NOTHING);
});

Deno.test("reset --list shows what there is and what it hits", async () => {
  const { status, out } = await reset("01:00.0 --list", { backend: machine("e1000e") });
  assertEquals(status, 0);
  const lines = out.trimEnd().split("\n");
  assertMatch(lines[0] ?? "", /^function {2}✔ this device alone/);
  assertEquals(lines.slice(1), [
    "hot       ✗ hits 2 devices",
    "            0000:01:00.0  1b36:0010  vfio-pci  group 6",
    "            0000:01:01.0  1234:11e8  e1000e  group 7  ← in the way: it has to be on vfio-pci",
  ]);
  const root = await reset("00:05.0 --list");
  assertStringIncludes(root.out, "hot       ✗ none");
  const document = documentOf(await reset("01:00.0 --list --json"));
  assertEquals([document["device"], document["function"]], ["0000:01:00.0", true]);
  assertEquals((document["hot"] as { blocks: boolean }[]).map(({ blocks }) => blocks), [false, false]);
});

Deno.test("reset --method hot resets the bus with all that is on it, whose groups it opens", async () => {
  for (const method of ["hot", "bus"]) {
    const backend = machine();
    const calls = backend.calls.trace();
    const { status, out } = await reset(`01:00.0 --method ${method}`, { backend });
    assertEquals(status, 0);
    assertMatch(out, /^✔ 0000:01:00\.0, 0000:01:01\.0: reset \(hot\) in /);
    assertEquals(calls.filter(({ operation }) => operation === "VFIO_DEVICE_PCI_HOT_RESET").length, 1);
    assertEquals(backend.holdings(), NOTHING);
  }
});

Deno.test("reset --method hot gives up after its deadline, and closes what it has opened", async () => {
  const backend = machine();
  const { openGroup } = backend.groups;
  Object.defineProperty(backend.groups, "openGroup", {
    value: (...args: Parameters<typeof openGroup>) => hanging(openGroup.apply(backend.groups, args)),
  });
  const { status, err } = await reset("01:00.0 --method hot --timeout 1", { backend });
  assertEquals([status, err.includes("ETIMEDOUT"), err.includes("not within 1 ms")], [1, true, true]);
  assertEquals(backend.holdings(), NOTHING);
});

Deno.test("reset --method hot refuses to hit what the kernel has, and resets nothing", async () => {
  const backend = machine("e1000e");
  const calls = backend.calls.trace();
  const { status, err } = await reset("01:00.0 --method hot", { backend });
  assertEquals(status, 1);
  assertStringIncludes(err, "The reset would hit 0000:01:01.0 (e1000e), which vfio-pci does not have");
  assertStringIncludes(err, "run: sudo vfio bind 0000:01:01.0");
  assertEquals(calls.some(({ operation }) => operation === "VFIO_DEVICE_PCI_HOT_RESET"), false);
  assertEquals(backend.holdings(), NOTHING);
  assertStringIncludes((await reset("00:05.0 --method hot")).err, "where no bus or slot can be reset");
});

Deno.test("reset --dry-run says what would be hit, and resets nothing", async () => {
  const backend = machine();
  const calls = backend.calls.trace();
  const hot = await reset("01:00.0 --method hot --dry-run", { backend });
  assertEquals([hot.status, hot.out.split("\n")[0]], [0, "hot       ✔ hits 2 devices"]);
  const own = await reset("01:00.0 --dry-run", { backend });
  assertMatch(own.out, /^function {2}✔ this device alone/);
  assertEquals(calls.some(({ operation }) => /RESET$/.test(operation)), false);
});

Deno.test("reset says so when a device has no reset of its own", async () => {
  const backend = machine().plug("0000:01:02.0", new Unresettable(), { group: 9 });
  const { status, err } = await reset("01:02.0", { backend });
  assertEquals(status, 1);
  assertStringIncludes(err, "0000:01:02.0 has no reset of its own");
  assertStringIncludes(err, "run: vfio reset 0000:01:02.0 --method hot --dry-run");
  assertEquals(backend.holdings(), NOTHING);
});

Deno.test("reset ends with status 3 when the device does not answer afterwards", async () => {
  const backend = machine();
  backend.inject("0000:01:00.0", "answers-all-ones");
  const { status, out } = await reset("01:00.0", { backend });
  assertEquals([status, out.includes("does not answer any more")], [3, true]);
});

Deno.test("reset refuses what it cannot reset", async () => {
  const foreign = await reset("01:01.0", { backend: machine("e1000e") });
  assertEquals(foreign.status, 1);
  assertStringIncludes(foreign.err, "e1000e has it, not vfio-pci");
  assertEquals((await reset("09:00.0")).status, 5);
  assertEquals((await reset("01:00.0 --method flr")).status, 2);
  assertEquals((await reset("01:00.0 --timeout 0")).status, 2);
});

/** A function without FLR, and without a power state that resets it. */
class Unresettable {
  readonly config: ConfigSpace = new ConfigSpace({ vendor: 0x1234, device: 1, classCode: 0xff0000 })
    .bar(0, { kind: "memory32", size: 4096 });
  readonly bars = { 0: new RegisterBank({ value: { at: 0, width: 32 } }, {}) };
  plug(): void {}
  reset(): void {}
}

/** Lets hot resets of a group's devices never settle: a kernel that hangs. */
function hanging(group: Group): Group {
  const { openDevice } = group;
  Object.defineProperty(group, "openDevice", {
    value: (name: string) =>
      Object.defineProperty(openDevice.call(group, name), "hotResetAsync", {
        value: () => new Promise(() => {}),
      }),
  });
  return group;
}
