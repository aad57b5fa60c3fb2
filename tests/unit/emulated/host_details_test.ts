import { assertEquals, assertThrows } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import { PassiveIgb } from "../../../devices/passive/igb.ts";
import { passiveE1000e, passiveNvme, passiveRootPort } from "../../../devices/passive/shapes.ts";
import { parseFault } from "../../../iommu/mod.ts";
import { faultLine } from "../../../backends/emulated/kernel_log.ts";
import { decodeBars } from "../../../pci/bars.ts";
import { codeOf, ready } from "./ready.ts";

const EDU = "0000:00:04.0";

Deno.test("EmulatedHost.host.system() tells about the machine and the process that looks", () => {
  const host = new EmulatedHost({ iommu: "virtio", kernel: "6.12" }).plug(EDU, new EmulatedEdu());
  host.surroundings.commandLine = "quiet";
  assertEquals(host.host.system(), {
    kernel: "6.12.0",
    commandLine: "quiet",
    modules: ["vfio", "vfio_iommu_type1", "vfio_pci"],
    iommus: [{ name: "viommu0", kind: "virtio-iommu", addressWidth: 39 }],
    iommuTable: "VIOT",
    container: { path: "/dev/vfio/vfio", owner: "root", mode: 0o666, accessible: true },
    groups: 1,
    interruptRemapping: false,
    unsafeInterrupts: false,
    user: "root",
    isRoot: true,
    memlock: undefined,
  });
  const { user, isRoot, memlock } = host.process({ uid: 1000, memlock: 65536 }).host.system();
  assertEquals([user, isRoot, memlock], ["user 1000", false, 65536n]);
  assertEquals(new EmulatedHost({ iommu: "none" }).host.system().iommus, []);
});

Deno.test("EmulatedHost without modules has no container, no Type1, no vfio-pci", () => {
  const none = new EmulatedHost({ modules: [] }).plug(EDU, new EmulatedEdu());
  assertEquals(none.host.find(EDU)?.driver, undefined);
  assertEquals(codeOf(() => none.groups.openContainer()), "ENOENT");
  assertEquals(codeOf(() => none.host.bind(EDU, "vfio-pci")), "ENOENT");
  const noType1 = new EmulatedHost({ modules: ["vfio", "vfio_pci"] }).plug(EDU, new EmulatedEdu());
  using container = noType1.groups.openContainer();
  assertEquals(container.supports("type1v2"), false);
});

Deno.test("EmulatedHost.host.details() tells how a device is reset, and what is said of it", () => {
  const host = new EmulatedHost().plug(EDU, new EmulatedEdu())
    .plug("0000:00:05.0", passiveNvme())
    .plug("0000:00:06.0", passiveE1000e())
    .plug("0000:01:00.0", new PassiveIgb(), { noIommu: true, driver: null });
  const use = { kind: "mount", name: "edu0", place: "/data" } as const;
  const errors = { correctable: 2, nonfatal: 0, fatal: 0 };
  host.surroundings.name(EDU, "edu0").use(EDU, use).power(EDU, "D3hot").count(EDU, errors);
  host.sysfs.driverOverride(EDU, "vfio-pci");
  assertEquals(host.host.details(EDU), {
    names: ["edu0"],
    uses: [use],
    driverOverride: "vfio-pci",
    resetMethods: [],
    iommu: "dmar0",
    virtualFunctions: 0,
    powerState: "D3hot",
    resources: [{
      index: 0,
      kind: "memory32",
      prefetchable: false,
      address: 0x8000_0000n,
      size: 1 << 20,
    }],
    errors,
  });
  assertEquals(host.host.details("00:05.0")?.resetMethods, ["flr"]);
  assertEquals(host.host.details("00:06.0")?.resetMethods, ["pm"]);
  const card = host.host.details("01:00.0");
  assertEquals([card?.resetMethods, card?.iommu, card?.powerState], [["flr", "bus"], undefined, "D0"]);
  assertEquals(card?.errors, undefined);
  assertEquals(host.host.details("00:1f.7"), undefined);
});

Deno.test("EmulatedHost.host.details() tells the size and place of BARs and ROM, as the config space has them", () => {
  const { host } = new EmulatedHost().plug("0000:01:00.0", new PassiveIgb());
  const { resources = [] } = host.details("01:00.0") ?? {};
  assertEquals(resources.map(({ index, kind, size }) => [index, kind, size]), [
    [0, "memory32", 0x2_0000],
    [1, "memory32", 0x2_0000],
    [2, "io", 32],
    [3, "memory64", 0x4000],
  ]);
  const bytes = new Uint8Array(64);
  host.readConfig("01:00.0", 0, bytes);
  const placed = resources.map(({ index, address }) => [index, address]);
  assertEquals(placed, decodeBars(bytes).map(({ index, address }) => [index, address]));
});

Deno.test("EmulatedHost.host.details() tells of the ROM behind the BARs", () => {
  const config = new ConfigSpace({ vendor: 0x1234, device: 1, classCode: 0xff0000 })
    .bar(0, { kind: "memory64", size: 4096, prefetchable: true })
    .expansionRom({ size: 0x1_0000, image: new Uint8Array(0) });
  const { host } = new EmulatedHost().plug(EDU, new PassiveDevice(config));
  const bytes = new Uint8Array(64);
  host.readConfig(EDU, 0, bytes);
  const rom = new DataView(bytes.buffer).getUint32(0x30, true);
  assertEquals(host.details(EDU)?.resources, [
    { index: 0, kind: "memory64", prefetchable: true, address: 2n ** 45n, size: 4096 },
    { index: 6, kind: "memory32", prefetchable: false, address: BigInt(rom), size: 0x1_0000 },
  ]);
});

Deno.test("EmulatedHost.host.groupNode() tells whose a node is, and who has it open", () => {
  const host = new EmulatedHost().plug(EDU, new EmulatedEdu());
  const guest = host.process({ uid: 1000, command: "driver" });
  host.surroundings.users.set("alice", 1000);
  assertEquals(guest.host.groupNode(0), {
    path: "/dev/vfio/0",
    owner: "root",
    mode: 0o600,
    accessible: false,
    holders: [],
  });
  host.host.chownGroup(0, "alice:alice");
  const node = () => host.host.groupNode(0);
  assertEquals([node()?.owner, guest.host.groupNode(0)?.accessible], ["alice", true]);
  {
    using _edu = ready(guest, EDU);
    assertEquals(node()?.holders.map(({ command }) => command), ["driver"]);
  }
  assertEquals(node()?.holders, []);
  host.host.unbind(EDU);
  assertEquals(node(), undefined);
  assertEquals(codeOf(() => host.host.chownGroup(0, "alice")), "ENOENT");
});

Deno.test("EmulatedHost.host.chownGroup() is root's, and knows its users", () => {
  const host = new EmulatedHost().plug(EDU, new EmulatedEdu());
  assertEquals(codeOf(() => host.process({ uid: 1000 }).host.chownGroup(0, "1000")), "EPERM");
  assertThrows(() => host.host.chownGroup(0, "mallory"), TypeError);
});

Deno.test("EmulatedHost.host.kernelLog() has what the kernel said, for root", () => {
  const host = new EmulatedHost().plug(EDU, new EmulatedEdu(), { driver: null }).plug(
    "0000:00:05.0",
    passiveRootPort(),
    { driver: "pcieport" },
  );
  host.log("one");
  assertEquals(codeOf(() => host.host.bind("0000:00:05.0", "vfio-pci")), "ENODEV");
  const lines = host.host.kernelLog() ?? [];
  assertEquals(lines.map(({ text }) => text), [
    "one",
    "vfio-pci 0000:00:05.0: probe with driver vfio-pci failed with error -22",
  ]);
  assertEquals(host.host.kernelLog(lines[0]?.sequence), lines.slice(1));
  assertEquals(host.process({ uid: 1000 }).host.kernelLog(), undefined);
});

Deno.test("EmulatedHost.host.kernelLog() keeps the last lines, as the kernel does", () => {
  const host = new EmulatedHost();
  for (let i = 0; i < 5000; i++) host.log(String(i));
  const lines = host.host.kernelLog() ?? [];
  assertEquals([lines.length, lines[0]?.text, lines.at(-1)?.text], [4096, "904", "4999"]);
});

Deno.test("faultLine() words a fault as the kernel does: parseFault() reads it back", () => {
  for (
    const reason of [
      "[fault reason 0x05] PTE Write access is not set",
      "IO_PAGE_FAULT flags=0x0020",
    ]
  ) {
    const fault = { address: EDU, iova: 0xdead_b000n, write: true, reason };
    assertEquals(parseFault(faultLine(fault)), fault);
  }
  const line = faultLine({ address: EDU, iova: 0x5000n, write: false, reason: "page fault []" });
  assertEquals(line, "virtio_iommu: page fault [] from EP 0000:00:04.0 at 0x5000");
});

Deno.test("EmulatedHost.host.rememberDriver() keeps a driver in mind, for root", () => {
  const host = new EmulatedHost().plug(EDU, new EmulatedEdu());
  const guest = host.process({ uid: 1000 }).host;
  assertEquals(host.host.rememberedDriver(EDU), undefined);
  for (const driver of ["nvme", null, undefined]) {
    host.host.rememberDriver(EDU, driver);
    assertEquals([host.host.rememberedDriver(EDU), guest.rememberedDriver(EDU)], [driver, undefined]);
  }
  assertEquals(codeOf(() => guest.rememberDriver(EDU, "nvme")), "EACCES");
});
