import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { Host } from "../../../core/mod.ts";
import { checkBindable } from "../../../cli/binding.ts";
import { Refusal } from "../../../cli/errors.ts";
import { openDevice } from "../../../mod.ts";
import { documentOf, vfio } from "./captured_io.ts";
import { EDU, machine, NIC, NVME, PORT, SIBLING } from "./machine.ts";

type Machine = ReturnType<typeof machine>;

function drivers({ host }: Machine, ...addresses: string[]): (string | undefined)[] {
  return addresses.map((address) => host.find(address)?.driver);
}

Deno.test("vfio bind gives a device to vfio-pci and its node to a user, and keeps the old driver in mind", async () => {
  const backend = machine();
  backend.surroundings.users.set("alice", 1000);
  const { status, out } = await vfio(["bind", "nvme0", "--owner", "alice"], { backend });
  assertEquals([status, out], [0, "0000:00:05.0  nvme → vfio-pci  /dev/vfio/1, alice's\n"]);
  assertEquals(drivers(backend, NVME), ["vfio-pci"]);
  assertEquals([backend.host.groupNode(1)?.owner, backend.host.rememberedDriver(NVME)], ["alice", "nvme"]);
  using _device = openDevice(NVME, { backend: backend.process({ uid: 1000 }) });
});

Deno.test("vfio bind --group takes what blocks the group as well, and no bridges", async () => {
  const backend = machine();
  const { status, out } = await vfio(["bind", SIBLING, "--group", "--json"], { backend });
  assertEquals(status, 0);
  assertEquals(JSON.parse(out), {
    schemaVersion: 1,
    dryRun: false,
    owner: null,
    devices: [
      { address: SIBLING, driver: "vfio-pci", previous: "vfio-pci", group: 1 },
      { address: NVME, driver: "vfio-pci", previous: "nvme", group: 1 },
    ],
  });
  assertEquals(drivers(backend, NVME, PORT), ["vfio-pci", "pcieport"]);
});

Deno.test("vfio bind without --group says what still blocks the group", async () => {
  const { status, err } = await vfio(["bind", SIBLING], { backend: machine() });
  assertEquals(status, 0);
  assertStringIncludes(err, "The group is not viable yet: 00:05.0 (nvme); --group takes that as well");
});

Deno.test("vfio bind --dry-run changes nothing, and says what it would", async () => {
  const backend = machine();
  const { status, out } = await vfio(["bind", NVME, "--dry-run"], { backend });
  assertEquals([status, out], [0, "0000:00:05.0  would go from nvme to vfio-pci  /dev/vfio/1\n"]);
  assertEquals(drivers(backend, NVME), ["nvme"]);
  assertEquals(backend.host.rememberedDriver(NVME), undefined);
});

Deno.test("vfio bind refuses what the machine lives on, unless it is forced", async () => {
  const backend = machine();
  const { status, err } = await vfio(["bind", "eth0"], { backend });
  assertEquals(status, 1);
  assertStringIncludes(err, "Cannot bind 0000:01:00.0: the machine uses it: eth0: default route");
  assertEquals(drivers(backend, NIC), ["igb"]);
  assertEquals((await vfio(["bind", "eth0", "--force"], { backend })).status, 0);
  assertEquals(drivers(backend, NIC), ["vfio-pci"]);
});

Deno.test("vfio bind refuses what is in use on a dry run, too, and with --group in every device of it", async () => {
  const backend = machine();
  backend.surroundings.use(NVME, { kind: "mount", name: "nvme0n1", place: "/data" });
  for (const args of [[NVME, "--dry-run"], [SIBLING, "--group"]]) {
    const { status, err } = await vfio(["bind", ...args], { backend });
    assertEquals(status, 1);
    assertStringIncludes(err, "mounted: /data");
  }
});

Deno.test("vfio bind refuses bridges, physical functions with virtual ones, and devices without an IOMMU", async () => {
  const { err } = await vfio(["bind", PORT, "--force"], { backend: machine() });
  assertStringIncludes(err, `Cannot bind ${PORT}: it is a bridge\n`);
  const { host } = machine();
  const many: Host = Object.create(host, {
    details: { value: (address: string) => ({ ...host.details(address), virtualFunctions: 4 }) },
  });
  const nic = host.find(NIC);
  assert(nic !== undefined);
  const refusal = assertThrows(
    () => checkBindable(many, nic, true),
    Refusal,
    "its virtual functions are switched on",
  );
  assertEquals(refusal.remedies[0]?.command, `echo 0 | sudo tee /sys/bus/pci/devices/${NIC}/sriov_numvfs`);
  const none = await vfio(["bind", "--emulated", "edu,iommu=none", EDU]);
  assertEquals(none.status, 1);
  assertStringIncludes(none.err, "it has no IOMMU group");
});

Deno.test("vfio bind puts everything back when a part of it fails", async () => {
  const backend = machine();
  const { status, err } = await vfio(["bind", NVME, "--owner", "nobody-knows-me"], { backend });
  assertEquals(status, 1);
  assertStringIncludes(err, "Cannot find the user");
  assertEquals([...drivers(backend, NVME), backend.host.rememberedDriver(NVME)], ["nvme", undefined]);
});

Deno.test("vfio bind ends with 4 without root, and tells why", async () => {
  const { status, err } = await vfio(["bind", NVME], { backend: machine().process({ uid: 1000 }) });
  assertEquals(status, 4);
  assertStringIncludes(err, "needs root");
});

Deno.test("vfio bind refuses owners that are none, before anything is done", async () => {
  for (const owner of ["a b", "root;reboot", "-rf", ":x", "a:b:c", "\x1b[2J"]) {
    const backend = machine();
    assertEquals((await vfio(["bind", NVME, `--owner=${owner}`], { backend })).status, 2, owner);
    assertEquals(drivers(backend, NVME), ["nvme"]);
  }
});

Deno.test("vfio unbind gives a device back to the driver that had it", async () => {
  const backend = machine();
  await vfio(["bind", NVME], { backend });
  const dry = await vfio(["unbind", NVME, "--dry-run"], { backend });
  assertEquals(dry.out, "0000:00:05.0  would go from vfio-pci to nvme\n");
  const { status, out } = await vfio(["unbind", "nvme0"], { backend });
  assertEquals([status, out], [0, "0000:00:05.0  vfio-pci → nvme\n"]);
  assertEquals([...drivers(backend, NVME), backend.host.rememberedDriver(NVME)], ["nvme", undefined]);
});

Deno.test("vfio unbind leaves a device that had no driver without one, or gives it to the driver that is named", async () => {
  const backend = machine();
  const { devices } = documentOf(await vfio(["unbind", EDU, "--json"], { backend }));
  assertEquals(devices, [{ address: EDU, driver: null, previous: "vfio-pci" }]);
  assertEquals((await vfio(["unbind", SIBLING, "--to", "pci-stub"], { backend })).status, 0);
  assertEquals(drivers(backend, EDU, SIBLING), [undefined, "pci-stub"]);
  const { status, err } = await vfio(["unbind", EDU, "--to", "no-such-driver"], { backend });
  assertEquals(status, 1);
  assertStringIncludes(err, "run: sudo modprobe no-such-driver");
});

Deno.test("vfio unbind refuses a device that a process has open: the kernel would wait", async () => {
  const backend = machine();
  using _device = openDevice(EDU, { backend: backend.process({ command: "qemu" }) });
  const { status, err } = await vfio(["unbind", EDU], { backend });
  assertEquals(status, 1);
  assertStringIncludes(err, "(qemu): the kernel would wait for its close");
  assertStringIncludes(err, "run: sudo fuser -v /dev/vfio/0");
});

Deno.test("vfio unbind refuses names that no driver has", async () => {
  for (const driver of ["", "../x", "a b", "a\n", "\x1b"]) {
    assertEquals((await vfio(["unbind", EDU, `--to=${driver}`], { backend: machine() })).status, 2, driver);
  }
});
