import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openDevice } from "../../../mod.ts";
import { documentOf, vfio } from "./captured_io.ts";
import { EDU, machine, NIC, NVME, PORT, SIBLING } from "./machine.ts";

Deno.test("vfio list is a table of devices with their states", async () => {
  const { status, out, err } = await vfio(["list"], { backend: machine() });
  assertEquals(status, 0);
  assertEquals(out.split("\n").map((line) => line.trimEnd()), [
    "DEVICE        ID         NAME                                    DRIVER    GROUP  STATE",
    "0000:00:04.0  1234:11e8  QEMU edu                                vfio-pci      0  ● ready",
    "0000:00:05.0  1b36:0010  Red Hat QEMU NVM Express Controller     nvme          1  ○ kernel",
    "0000:00:05.1  1234:11e8  QEMU edu                                vfio-pci      1  ✗ group blocked by 00:05.0",
    "0000:01:00.0  8086:10c9  Intel 82576 Gigabit Network Connection  igb           3  ○ kernel (eth0: default route)",
    "",
  ]);
  assertEquals(err, "4 devices, 1 bridge hidden (--all)\n");
});

Deno.test("vfio list shows what its options ask for", async () => {
  const backend = machine();
  for (
    const [args, expected] of [
      [["--all"], [EDU, NVME, SIBLING, PORT, NIC]],
      [["-s", "05"], [NVME, SIBLING]],
      [["-s", "06.0"], [PORT]],
      [["-d", "1234:"], [EDU, SIBLING]],
      [["--driver", "igb"], [NIC]],
      [["--bound"], [EDU, SIBLING]],
      [["--bound", "-s", ".1"], [SIBLING]],
      [["--driver", "none"], []],
    ] as const
  ) {
    const { devices } = documentOf(await vfio(["list", "--json", ...args], { backend }));
    assertEquals(
      (devices as { address: string }[]).map(({ address }) => address),
      [...expected],
      args.join(" "),
    );
  }
});

Deno.test("vfio list --json is a document", async () => {
  const { status, out, err } = await vfio(["list", "--json", "-s", "05.1"], { backend: machine() });
  assertEquals([status, err], [0, ""]);
  assertEquals(JSON.parse(out), {
    schemaVersion: 1,
    devices: [{
      address: SIBLING,
      ids: "1234:11e8",
      class: "0x00ff00",
      name: "QEMU edu",
      driver: "vfio-pci",
      group: 1,
      state: "blocked",
      reason: "group blocked by 00:05.0",
    }],
  });
});

Deno.test("vfio list tells who has a group open, and whose its node is", async () => {
  const backend = machine();
  backend.chown(0, 1000);
  using _device = openDevice(EDU, { backend: backend.process({ uid: 1000, command: "qemu" }) });
  const { out } = await vfio(["list", "-s", "04"], { backend });
  assert(/◆ in use: \d+ \(qemu\)/.test(out), out);
  const other = machine();
  const { out: mine } = await vfio(["list", "-s", "04"], { backend: other.process({ uid: 1000 }) });
  assertStringIncludes(mine, "! no access: /dev/vfio/0 belongs to root");
});

Deno.test("vfio list refuses patterns that are none", async () => {
  for (const args of [["-s", "x"], ["-d", "intel"], ["--bound", "--driver", "igb"]]) {
    assertEquals((await vfio(["list", ...args], { backend: machine() })).status, 2);
  }
});
