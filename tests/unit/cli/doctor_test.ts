import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import type { Backend } from "../../../core/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { openDevice } from "../../../mod.ts";
import { documentOf, vfio } from "./captured_io.ts";
import { EDU, machine, NIC, NVME, PORT, SIBLING } from "./machine.ts";

interface Finding {
  readonly status: string;
  readonly subject: string;
  readonly id: string | null;
}

/** What is wrong, as `status id`, and what helps: the commands. */
async function examine(args: readonly string[], backend: Backend) {
  const result = await vfio(["doctor", "--json", ...args], { backend });
  const { findings, steps, problems } = documentOf(result);
  assertEquals(result.status, problems === 0 ? 0 : 3);
  return {
    wrong: (findings as Finding[]).filter(({ status }) => status !== "ok").map(({ status, id }) =>
      `${status} ${id}`
    ),
    commands: (steps as { command: string | null }[]).map(({ command }) => command).filter((each) =>
      each !== null
    ),
  };
}

Deno.test("vfio doctor finds nothing wrong with a machine that is well", async () => {
  const backend = new EmulatedHost().plug(EDU, new EmulatedEdu());
  const { status, out } = await vfio(["doctor"], { backend });
  assertEquals(status, 0);
  assertStringIncludes(out, "✔ IOMMU        Intel VT-d, 1 group, interrupt remapping on\n");
  assertStringIncludes(out, "0 problems, 0 warnings\n");
  assertEquals(await examine([EDU], backend), { wrong: [], commands: [] });
});

Deno.test("vfio doctor DEVICE names what blocks the group, whose the node is, and one command for both", async () => {
  const backend = machine().process({ uid: 1000 });
  const { status, out } = await vfio(["doctor", "00:05.1"], { backend });
  assertEquals(status, 3);
  assertStringIncludes(out, "✗ Group 1 viable  0000:00:05.0 is driven by nvme");
  assertStringIncludes(out, "✗ Access          /dev/vfio/1 is 0600 root; you are user 1000");
  assertStringIncludes(out, "! Memory lock     8 MiB: enough for 2048 pages of DMA");
  assertStringIncludes(
    out,
    "1. sudo vfio bind 00:05.1 --group --owner 1000  # Also takes 00:05.0 from nvme (not in use)\n",
  );
  assertStringIncludes(out, "2 problems, 1 warning\n");
});

Deno.test("vfio doctor tells each bad state, in the order in which it gets in the way", async () => {
  const off = new EmulatedHost({ iommu: "none" }).plug(EDU, new EmulatedEdu(), { driver: null });
  off.surroundings.commandLine = "quiet intel_iommu=off";
  assertEquals((await examine([EDU], off)).wrong, ["problem NO-GROUPS", "problem NO-GROUPS"]);
  assertStringIncludes((await vfio(["doctor"], { backend: off })).out, "the kernel was told intel_iommu=off");

  const unloaded = new EmulatedHost({ modules: ["vfio"] }).plug(EDU, new EmulatedEdu());
  const { wrong, commands } = await examine([EDU], unloaded);
  assertEquals(wrong, ["problem NO-MODULE", "problem GROUP-NOENT"]);
  assertEquals(commands, [
    "sudo modprobe -a vfio_iommu_type1 vfio_pci",
    "echo vfio-pci | sudo tee /etc/modules-load.d/vfio.conf",
    "sudo vfio bind 00:04.0",
  ]);

  const unmapped = new EmulatedHost({ interruptRemapping: false }).plug(EDU, new EmulatedEdu());
  assertEquals((await examine([EDU], unmapped)).wrong, ["problem INTREMAP"]);
  unmapped.sysfs.writeParameter("vfio_iommu_type1.allow_unsafe_interrupts", true);
  assertEquals((await examine([EDU], unmapped)).wrong, ["warning INTREMAP"]);

  const reserved = [{ start: 0x1000n, last: 0x1fffn, type: "direct" }];
  const firmware = new EmulatedHost().plug(EDU, new EmulatedEdu(), { reserved });
  assertEquals((await examine([EDU], firmware)).wrong, ["problem RMRR-NEW"]);
});

Deno.test("vfio doctor tells what the machine does with a device, and who has it open", async () => {
  const backend = machine();
  backend.surroundings.use(NVME, { kind: "mount", name: "nvme0n1", place: "/data" });
  const { wrong, commands } = await examine([NVME], backend);
  assertEquals(wrong, ["problem GROUP-NOENT", "warning BIND-INUSE"]);
  assertEquals(commands, ["sudo umount /data", "sudo vfio bind 00:05.0"]);
  const out = (await vfio(["doctor", SIBLING], { backend })).out;
  assertStringIncludes(out, "# Also takes 00:05.0 from nvme (mounted: /data)");
  using _device = openDevice(EDU, { backend: backend.process({ command: "qemu" }) });
  assertEquals((await examine([EDU], backend)).wrong, ["problem GROUP-BUSY"]);
});

Deno.test("vfio doctor names another slot where cards, not functions of one, share a group", async () => {
  const backend = new EmulatedHost()
    .plug(EDU, new EmulatedEdu(), { group: 7 })
    .plug("0000:00:08.0", new EmulatedEdu(), { group: 7, driver: "uio_pci_generic" });
  const { out } = await vfio(["doctor", EDU], { backend });
  assertStringIncludes(
    out,
    "  2. Put the card into another slot, or switch ACS on in the firmware's settings",
  );
  assertEquals((await vfio(["doctor", SIBLING], { backend: machine() })).out.includes("another slot"), false);
});

Deno.test("vfio doctor finds a forgotten driver_override, a device that is off, and a bridge", async () => {
  const backend = machine();
  backend.sysfs.driverOverride(NIC, "vfio-pci");
  backend.surroundings.power(EDU, "D3cold");
  assertEquals((await examine([NIC], backend)).wrong, [
    "problem GROUP-NOENT",
    "warning BIND-INUSE",
    "warning REBIND-LOST",
  ]);
  assertEquals((await examine([EDU], backend)).wrong, ["problem D3COLD"]);
  assertEquals(await examine([PORT], backend), { wrong: ["problem BIND-BRIDGE"], commands: [] });
  assertEquals((await examine([], backend)).wrong, ["problem NOT-VIABLE", "warning REBIND-LOST"]);
});

Deno.test("vfio doctor --fix prints a script that a shell can run, and leaves out what takes protection away", async () => {
  const backend = machine({ interruptRemapping: false }).process({ uid: 1000 });
  const { status, out } = await vfio(["doctor", SIBLING, "--fix"], { backend });
  assertEquals(status, 3);
  const commands = out.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  assertEquals(commands, [
    "set -eu",
    "sudo vfio bind 00:05.1 --group --owner 1000",
    "sudo prlimit --pid $$ --memlock=unlimited",
    "vfio setup",
  ]);
  assert(out.startsWith("#!/bin/sh\n"));
  assertStringIncludes(out, "# takes protection away: echo 1 | sudo tee /sys/module/");
});

Deno.test("vfio doctor of a device that is not there ends with 5", async () => {
  const { status, err } = await vfio(["doctor", "00:1f.7"], { backend: machine() });
  assertEquals(status, 5);
  assertStringIncludes(err, "There is no device 00:1f.7");
});
