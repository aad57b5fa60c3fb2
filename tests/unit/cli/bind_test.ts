import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { Backend, Host } from "../../../core/mod.ts";
import { checkBindable } from "../../../cli/binding.ts";
import { Refusal } from "../../../cli/errors.ts";
import { driverSteps, openDevice } from "../../../mod.ts";
import { altered } from "./altered.ts";
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
      { address: SIBLING, driver: "vfio-pci", previous: "vfio-pci", group: 1, steps: [], startFiles: [] },
      {
        address: NVME,
        driver: "vfio-pci",
        previous: "nvme",
        group: 1,
        steps: driverSteps(NVME, "nvme", "vfio-pci", true).map(({ path, text }) => ({ path, text })),
        startFiles: [],
      },
    ],
  });
  assertEquals(drivers(backend, NVME, PORT), ["vfio-pci", "pcieport"]);
});

Deno.test("vfio bind without --group says what still blocks the group", async () => {
  const { status, err } = await vfio(["bind", SIBLING], { backend: machine() });
  assertEquals(status, 0);
  assertStringIncludes(err, "The group is not viable yet: 00:05.0 (nvme); --group takes that as well");
});

Deno.test("vfio bind --dry-run changes nothing, and prints what would be written", async () => {
  const backend = machine();
  const args = ["bind", NVME, "--owner", "root:disk", "--persist", "--dry-run"];
  const { status, out } = await vfio(args, { backend });
  assertEquals(status, 0);
  assertEquals(out.split("\n"), [
    "0000:00:05.0  would go from nvme to vfio-pci  /dev/vfio/1, root:disk's",
    "  # nvme is kept in mind for vfio unbind",
    "  echo vfio-pci > /sys/bus/pci/devices/0000:00:05.0/driver_override",
    "  echo 0000:00:05.0 > /sys/bus/pci/devices/0000:00:05.0/driver/unbind",
    "  echo 0000:00:05.0 > /sys/bus/pci/drivers_probe",
    "  chown root:disk /dev/vfio/1",
    "  cat > /etc/udev/rules.d/70-vfio-0000:00:05.0.rules",
    ...backend.host.startFile(NVME, "vfio-pci").text.trimEnd().split("\n").map((line) => `    ${line}`),
    "",
  ]);
  assertEquals(drivers(backend, NVME), ["nvme"]);
  assertEquals([backend.host.rememberedDriver(NVME), backend.host.startFiles(NVME)], [undefined, []]);
});

Deno.test("vfio bind --persist gives a device to vfio-pci at each start, until vfio unbind", async () => {
  const backend = machine();
  const path = "/etc/udev/rules.d/70-vfio-0000:00:05.0.rules";
  const { out } = await vfio(["bind", NVME, "--persist"], { backend });
  assertEquals(out, `0000:00:05.0  nvme → vfio-pci  /dev/vfio/1  at each start: ${path}\n`);
  assertEquals(backend.host.startFiles(NVME).map((file) => file.path), [path]);
  // Again: for what vfio-pci has already.
  const again = documentOf(await vfio(["bind", NVME, "--persist", "--json"], { backend }));
  assertEquals((again["devices"] as { startFiles: string[] }[])[0]?.startFiles, [path]);
  const dry = await vfio(["unbind", NVME, "--dry-run"], { backend });
  assertStringIncludes(dry.out, `  rm ${path}\n`);
  const back = await vfio(["unbind", NVME], { backend });
  assertEquals(back.out, `0000:00:05.0  vfio-pci → nvme  no more at each start: ${path}\n`);
  assertEquals(backend.host.startFiles(NVME), []);
});

Deno.test("vfio bind refuses what the machine lives on, unless it is forced", async () => {
  const backend = machine();
  const { status, err } = await vfio(["bind", "eth0"], { backend });
  assertEquals(status, 1);
  assertStringIncludes(err, "Cannot bind 0000:01:00.0: the machine uses it: eth0: default route");
  assertEquals(drivers(backend, NIC), ["igb"]);
  const forced = await vfio(["bind", "eth0", "--force"], { backend });
  assertEquals(forced.status, 0);
  const danger = "01:00.0 is taken from igb though the machine uses it: eth0: default route";
  assertStringIncludes(forced.err, danger);
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
  const backend = machine();
  const details = (address: string) => {
    const known = backend.host.details(address);
    return known === undefined ? undefined : { ...known, virtualFunctions: 4 };
  };
  const many = altered<Backend>(backend, { host: altered<Host>(backend.host, { details }) });
  const nic = backend.host.find(NIC);
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

Deno.test("vfio bind puts the first device back when the second one fails, and what is kept in mind", async () => {
  for (const before of [undefined, "pci-stub"]) {
    const backend = machine();
    backend.host.rememberDriver(NVME, before);
    const bind = (address: string, driver: string) =>
      backend.host.bind(address, address === NIC ? "no-such-driver" : driver);
    const failing = altered<Backend>(backend, { host: altered<Host>(backend.host, { bind }) });
    const { status, err } = await vfio(["bind", NVME, NIC, "--force", "--persist"], { backend: failing });
    assertEquals(status, 1);
    assertStringIncludes(err, "there is no driver no-such-driver");
    assertEquals(drivers(backend, NVME, NIC), ["nvme", "igb"]);
    assertEquals([NVME, NIC].map((each) => backend.host.rememberedDriver(each)), [before, undefined]);
    assertEquals([NVME, NIC].flatMap((each) => backend.host.startFiles(each)), []);
  }
});

Deno.test("vfio bind --persist leaves nothing for the next start when a part of it fails", async () => {
  const backend = machine();
  const giveAtStart = (address: string, driver: string | undefined) => {
    if (address === NVME && driver !== undefined) throw new Error("the disk is full");
    backend.host.giveAtStart(address, driver);
  };
  const full = altered<Backend>(backend, { host: altered<Host>(backend.host, { giveAtStart }) });
  const { status, err } = await vfio(["bind", SIBLING, "--group", "--persist"], { backend: full });
  assertEquals([status, err], [1, "error: the disk is full\n"]);
  assertEquals([SIBLING, NVME].flatMap((each) => backend.host.startFiles(each)), []);
  assertEquals(drivers(backend, SIBLING, NVME), ["vfio-pci", "nvme"]);
});

Deno.test("vfio bind keeps the old driver in mind where the way back fails as well, and says what helps", async () => {
  const backend = machine();
  const bind = (address: string) => {
    backend.host.unbind(address);
    throw new Error("it got lost");
  };
  const lost = altered<Backend>(backend, { host: altered<Host>(backend.host, { bind }) });
  const { err } = await vfio(["bind", NVME], { backend: lost });
  assertStringIncludes(err, "was left with no driver: sudo vfio unbind 00:05.0 gives it back");
  assertEquals([...drivers(backend, NVME), backend.host.rememberedDriver(NVME)], [undefined, "nvme"]);
  // As after a command that was killed: binding again does not forget, and unbinding gives back.
  assertEquals((await vfio(["bind", NVME], { backend })).status, 0);
  assertEquals(backend.host.rememberedDriver(NVME), "nvme");
  assertEquals((await vfio(["unbind", NVME], { backend })).out, "0000:00:05.0  vfio-pci → nvme\n");
});

Deno.test("vfio bind gives back what it took at Ctrl-C, and vfio unbind stops behind the device it is at", async () => {
  const backend = machine();
  const interrupt = (press: () => void) => press();
  const { status, listening } = await vfio(["bind", NVME, "--group"], { backend, interrupt });
  assertEquals([status, listening], [130, false]);
  assertEquals([...drivers(backend, NVME), backend.host.rememberedDriver(NVME)], ["nvme", undefined]);
  assertEquals((await vfio(["unbind", EDU, SIBLING], { backend, interrupt })).status, 130);
  assertEquals(drivers(backend, EDU, SIBLING), ["vfio-pci", "vfio-pci"]);
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
  assertEquals(dry.out.split("\n"), [
    "0000:00:05.0  would go from vfio-pci to nvme",
    "  echo nvme > /sys/bus/pci/devices/0000:00:05.0/driver_override",
    "  echo 0000:00:05.0 > /sys/bus/pci/devices/0000:00:05.0/driver/unbind",
    "  echo 0000:00:05.0 > /sys/bus/pci/drivers_probe",
    "  echo '' > /sys/bus/pci/devices/0000:00:05.0/driver_override",
    "",
  ]);
  const { status, out } = await vfio(["unbind", "nvme0"], { backend });
  assertEquals([status, out], [0, "0000:00:05.0  vfio-pci → nvme\n"]);
  assertEquals([...drivers(backend, NVME), backend.host.rememberedDriver(NVME)], ["nvme", undefined]);
  assertEquals(backend.sysfs.readOverride(NVME), "(null)");
});

Deno.test("vfio unbind leaves a driver of the kernel's its device, though it is in use, and clears driver_override", async () => {
  const backend = machine();
  backend.sysfs.driverOverride(NIC, "vfio-pci");
  const { status, out } = await vfio(["unbind", NIC], { backend });
  assertEquals([status, out], [0, "0000:01:00.0  stays igb's, driver_override is clear\n"]);
  assertEquals([...drivers(backend, NIC), backend.sysfs.readOverride(NIC)], ["igb", "(null)"]);
  const away = await vfio(["unbind", NIC, "--to", "pci-stub"], { backend });
  assertEquals(away.status, 1);
  assertStringIncludes(away.err, "eth0: default route");
});

Deno.test("vfio unbind leaves a device with vfio-pci when its old driver is gone, and does not forget it", async () => {
  const backend = machine();
  backend.host.rememberDriver(EDU, "uio_pci_generic2");
  const { status, err } = await vfio(["unbind", EDU], { backend });
  assertEquals(status, 1);
  assertStringIncludes(err, "run: sudo modprobe uio_pci_generic2");
  assertEquals([...drivers(backend, EDU), backend.host.rememberedDriver(EDU)], [
    "vfio-pci",
    "uio_pci_generic2",
  ]);
});

Deno.test("vfio unbind leaves a device that had no driver without one, or gives it to the driver that is named", async () => {
  const backend = machine();
  const { devices } = documentOf(await vfio(["unbind", EDU, "--json"], { backend }));
  assertEquals(devices, [{
    address: EDU,
    driver: null,
    previous: "vfio-pci",
    steps: driverSteps(EDU, "vfio-pci", undefined, false).map(({ path, text }) => ({ path, text })),
    startFiles: [],
  }]);
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

Deno.test("vfio unbind refuses a device whose opener does not show", async () => {
  const backend = machine();
  using _device = openDevice(EDU, { backend: backend.process() });
  const groupNode = (group: number) => {
    const node = backend.host.groupNode(group);
    return node === undefined ? undefined : { ...node, holders: [] };
  };
  const blind = altered<Backend>(backend, { host: altered<Host>(backend.host, { groupNode }) });
  const { status, err } = await vfio(["unbind", EDU], { backend: blind });
  assertEquals(status, 1);
  assertStringIncludes(err, "/dev/vfio/0 is open in a process that does not show it");
});

Deno.test("vfio unbind refuses names that no driver has", async () => {
  for (const driver of ["", "../x", "a b", "a\n", "\x1b"]) {
    assertEquals((await vfio(["unbind", EDU, `--to=${driver}`], { backend: machine() })).status, 2, driver);
  }
});
