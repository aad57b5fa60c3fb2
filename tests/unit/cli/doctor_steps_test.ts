import { assertEquals, assertStringIncludes } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import type { Backend, Host } from "../../../core/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { altered } from "./altered.ts";
import { documentOf, vfio } from "./captured_io.ts";
import { EDU, machine, NIC, NVME, SIBLING } from "./machine.ts";

interface Answer {
  readonly wrong: readonly string[];
  readonly commands: readonly string[];
}

/** What is wrong, as `status id`, and the commands that help, in order. */
async function examine(backend: Backend, ...words: readonly string[]): Promise<Answer> {
  const { findings, steps } = documentOf(await vfio(["doctor", ...words, "--json"], { backend })) as {
    findings: { status: string; id: string | null }[];
    steps: { command: string | null; text: string }[];
  };
  return {
    wrong: findings.filter(({ status }) => status !== "ok").map(({ status, id }) => `${status} ${id}`),
    commands: steps.map(({ command, text }) => command ?? text),
  };
}

function withHost(backend: EmulatedHost, changes: (host: Host) => Partial<Host>): Backend {
  return altered<Backend>(backend, { host: altered<Host>(backend.host, changes(backend.host)) });
}

Deno.test("vfio doctor switches virtual functions off before it binds", async () => {
  const backend = machine();
  assertEquals(backend.sysfs.driverOverride(NIC, null), undefined);
  const many = withHost(backend, (host) => ({
    details: (address) => {
      const details = host.details(address);
      return details === undefined ? undefined : { ...details, uses: [], virtualFunctions: 2 };
    },
  }));
  assertEquals(await examine(many, NIC), {
    wrong: ["problem GROUP-NOENT", "problem BIND-PF-SRIOV"],
    commands: [`echo 0 | sudo tee /sys/bus/pci/devices/${NIC}/sriov_numvfs`, "sudo vfio bind 01:00.0"],
  });
});

Deno.test("vfio doctor does not take back with one step what another one gives", async () => {
  const backend = machine();
  backend.host.unbind(EDU);
  backend.sysfs.driverOverride(EDU, "nonesuch");
  assertEquals(await examine(backend, EDU), {
    wrong: ["problem GROUP-NOENT", "warning REBIND-LOST"],
    commands: ["sudo vfio bind 00:04.0"],
  });
  backend.sysfs.driverOverride(SIBLING, "nonesuch");
  backend.host.unbind(NVME);
  assertEquals((await examine(backend, SIBLING)).commands, [
    `echo vfio-pci | sudo tee /sys/bus/pci/devices/${SIBLING}/driver_override`,
  ]);
});

Deno.test("vfio doctor has a node made again that is gone, though vfio-pci has the device", async () => {
  const gone = withHost(machine(), () => ({ groupNode: () => undefined }));
  assertEquals(await examine(gone, EDU), {
    wrong: ["problem GROUP-NOENT"],
    commands: ["sudo vfio unbind 00:04.0 && sudo vfio bind 00:04.0"],
  });
});

Deno.test("vfio doctor looks at the containers' node", async () => {
  const container = { path: "/dev/vfio/vfio", owner: "root", mode: 0o600, accessible: false };
  const closed = withHost(machine(), (host) => ({ system: () => ({ ...host.system(), container }) }));
  assertEquals(await examine(closed, EDU), {
    wrong: ["problem NO-CONTAINER-PERM"],
    commands: ["sudo chmod 0666 /dev/vfio/vfio"],
  });
  const gone = withHost(
    machine(),
    (host) => ({ system: () => ({ ...host.system(), container: undefined }) }),
  );
  assertEquals((await examine(gone, EDU)).wrong, ["problem CONTAINER-ENV"]);
});

Deno.test("vfio doctor tells a kernel that does not use the IOMMU from a firmware that has none", async () => {
  const none = new EmulatedHost({ iommu: "none" }).plug(EDU, new EmulatedEdu(), { driver: null });
  assertEquals((await examine(none)).wrong, ["problem IOMMU-NO-DMAR"]);
  const unused = withHost(none, (host) => ({ system: () => ({ ...host.system(), iommuTable: "DMAR" }) }));
  assertEquals((await examine(unused)).wrong, ["problem NO-GROUPS"]);
  none.surroundings.commandLine = "quiet iommu=off splash";
  assertEquals((await examine(none)).commands, [
    "sudo sed -i 's/ *\\biommu=off\\b//' /etc/default/grub && sudo update-grub",
  ]);
});

Deno.test("vfio doctor calls a memory lock that hardly a driver starts with a problem", async () => {
  for (const [memlock, expected] of [[65536, "problem MEMLOCK"], [2 ** 20, "warning MEMLOCK"]] as const) {
    const backend = new EmulatedHost().plug(EDU, new EmulatedEdu());
    backend.host.chownGroup(0, "1000");
    const { wrong, commands } = await examine(backend.process({ uid: 1000, memlock }), EDU);
    assertEquals([wrong, commands], [[expected], [
      "sudo prlimit --pid $$ --memlock=unlimited",
      "vfio setup",
    ]]);
  }
});

Deno.test("vfio doctor does not allow unsafe interrupts where they are allowed", async () => {
  const backend = new EmulatedHost({ interruptRemapping: false }).plug(EDU, new EmulatedEdu());
  const file = "/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts";
  const firmware = "Switch interrupt remapping on in the firmware's settings; in QEMU: intremap=on";
  assertEquals((await examine(backend, EDU)).commands, [firmware, `echo 1 | sudo tee ${file}`]);
  backend.sysfs.writeParameter("vfio_iommu_type1.allow_unsafe_interrupts", true);
  assertEquals((await examine(backend, EDU)).commands, [firmware]);
});

Deno.test("vfio doctor ends what the machine does with a blocker before it takes it", async () => {
  const backend = machine();
  backend.surroundings.use(NVME, { kind: "mount", name: "nvme0n1", place: "/my data" });
  backend.surroundings.use(NVME, { kind: "swap", name: "nvme0n1", place: "/dev/nvme0n1p2" });
  const { wrong, commands } = await examine(backend, SIBLING);
  assertEquals(wrong, ["problem NOT-VIABLE", "warning BIND-INUSE"]);
  assertEquals(commands, [
    "sudo umount '/my data'",
    "sudo swapoff /dev/nvme0n1p2",
    "sudo vfio bind 00:05.1 --group",
  ]);
});

Deno.test("vfio doctor ends an interface once, however many routes lead over it", async () => {
  const backend = machine();
  backend.surroundings.use(NIC, { kind: "route", name: "eth0", place: "10.9.8.0" });
  assertEquals((await examine(backend, NIC)).commands, [
    "sudo ip link set eth0 down",
    "sudo vfio bind 01:00.0",
  ]);
});

Deno.test("vfio doctor without a device says how each blocked group is taken, and each override set right", async () => {
  const backend = machine();
  backend.sysfs.driverOverride(NIC, "vfio-pci");
  const { commands } = await examine(backend);
  assertEquals(commands, [
    "sudo vfio bind 00:05.1 --group",
    `echo igb | sudo tee /sys/bus/pci/devices/${NIC}/driver_override`,
  ]);
});

Deno.test("vfio doctor of a device that is not there says how to look for it again", async () => {
  const { status, err } = await vfio(["doctor", "00:1f.7"], { backend: machine() });
  assertEquals(status, 5);
  assertStringIncludes(err, "run: echo 1 | sudo tee /sys/bus/pci/rescan\n");
});
