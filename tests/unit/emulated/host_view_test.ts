import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { passiveE1000e, passiveNvme, passiveRootPort } from "../../../devices/passive/shapes.ts";
import { codeOf, ready } from "./ready.ts";

const NVME = "0000:00:04.0";
const E1000E = "0000:00:03.0";

function machine(): EmulatedHost {
  return new EmulatedHost().plug(NVME, passiveNvme(), { group: 7 }).plug(E1000E, passiveE1000e(), {
    group: 7,
  });
}

Deno.test("Host.list() tells of each device what its header and its group say, by address", () => {
  const host = machine().plug("0000:00:05.0", new EmulatedEdu(), { noIommu: true, driver: null });
  assertEquals(host.host.list().map(({ address }) => address), [E1000E, NVME, "0000:00:05.0"]);
  assertEquals(host.host.find(NVME), {
    address: NVME,
    vendor: 0x1b36,
    device: 0x0010,
    subsystemVendor: 0x1af4,
    subsystemDevice: 0x1100,
    classCode: 0x010802,
    revision: 2,
    driver: "vfio-pci",
    group: 7,
    siblings: [E1000E],
    noIommu: false,
    numaNode: undefined,
    cdev: undefined,
  });
  const { group, siblings, noIommu, driver } = host.host.find("00:05.0") ?? {};
  assertEquals([group, siblings, noIommu, driver], [undefined, [], false, undefined]);
  assertEquals(host.host.find("0000:00:06.0"), undefined);
});

Deno.test("Host.readConfig() reads all for root, and for others 64 bytes", () => {
  const host = machine();
  const read = (of: EmulatedHost["host"], offset: number, bytes: number) =>
    of.readConfig(NVME, offset, new Uint8Array(bytes));
  const user = host.process({ uid: 1000 }).host;
  assertEquals([read(host.host, 0, 5000), read(host.host, 4000, 200), read(host.host, 4096, 1)], [
    4096,
    96,
    0,
  ]);
  assertEquals([read(user, 0, 5000), read(user, 60, 8), read(user, 64, 1), read(user, 80, 1)], [64, 4, 0, 0]);
  const bytes = new Uint8Array(4);
  host.host.readConfig(NVME, 0, bytes);
  assertEquals([...bytes], [0x36, 0x1b, 0x10, 0x00]);
  const end = new Uint8Array(8).fill(7);
  user.readConfig(NVME, 60, end);
  assertEquals([...end], [0x0a, 1, 0, 0, 7, 7, 7, 7]);
  assertEquals(codeOf(() => host.host.readConfig("0000:00:06.0", 0, bytes)), "ENODEV");
});

Deno.test("Host.reservedRegions() and Host.groupType() refuse a group that is not there with ENOENT", () => {
  const { host } = machine();
  assertEquals(host.reservedRegions(7).map(({ type }) => type), ["msi"]);
  assertEquals([codeOf(() => host.reservedRegions(8)), codeOf(() => host.groupType(8))], [
    "ENOENT",
    "ENOENT",
  ]);
  assertEquals(host.groupType(7), "DMA-FQ");
});

Deno.test("Host.groupType() of a group that VFIO made up is unknown", () => {
  const parameters = { "vfio.enable_unsafe_noiommu_mode": true };
  const { host } = new EmulatedHost({ parameters }).plug(NVME, passiveNvme(), { noIommu: true });
  const { group = -1, noIommu } = host.find(NVME) ?? {};
  assertEquals([noIommu, host.groupType(group)], [true, "unknown"]);
});

Deno.test("Host.faults() tells what the IOMMU blocked, and Host.pciIds() names its devices", () => {
  const nvme = passiveNvme();
  const { host } = new EmulatedHost().plug(NVME, nvme);
  assertEquals([host.faults(), host.pciIds()?.includes("\n\t11e8  edu\n")], [[], true]);
  nvme.config.write(4, 16, 4);
  nvme.bus.writeMemory(0x5000n, new Uint8Array(4));
  assertEquals(host.faults()?.map(({ address, iova, write }) => [address, iova, write]), [[
    NVME,
    0x5000n,
    true,
  ]]);
});

Deno.test("Host.bind() gives a device to a driver, and dispose gives it back, once", () => {
  const host = machine();
  const binding = host.host.bind(NVME, "pci-stub");
  assertEquals([binding.address, binding.driver, binding.previous], [NVME, "pci-stub", "vfio-pci"]);
  assertEquals([host.host.find(NVME)?.driver, host.sysfs.readOverride(NVME)], ["pci-stub", "pci-stub"]);
  binding[Symbol.dispose]();
  assertEquals([host.host.find(NVME)?.driver, host.sysfs.readOverride(NVME)], ["vfio-pci", "(null)"]);
  host.host.unbind(NVME);
  binding[Symbol.dispose]();
  assertEquals(host.host.find(NVME)?.driver, undefined);
});

Deno.test("Host.bind() of the driver that a device has changes nothing, though it is open", () => {
  const host = machine();
  using open = ready(host, NVME);
  assertEquals(host.host.bind(NVME, "vfio-pci").previous, "vfio-pci");
  assertEquals(open.device.region(0).read32(0), 0);
});

Deno.test("Host.bind() and unbind() refuse what is open, unknown, or not the user's to change", () => {
  const host = machine();
  const user = host.process({ uid: 1000 }).host;
  const codes = (of: EmulatedHost["host"]) => [
    codeOf(() => of.bind(NVME, "pci-stub")),
    codeOf(() => of.unbind(NVME)),
    codeOf(() => of.bind(NVME, "nouveau")),
    codeOf(() => of.bind("0000:00:06.0", "pci-stub")),
  ];
  assertEquals(codes(user), ["EACCES", "EACCES", "EACCES", "ENODEV"]);
  using _open = ready(host, NVME);
  assertEquals(codes(host.host), ["EBUSY", "EBUSY", "ENOENT", "ENODEV"]);
  assertEquals(host.host.find(NVME)?.driver, "vfio-pci");
});

Deno.test("Host.bind() of a driver that does not take the device is ENODEV, and the old one has it again", () => {
  const port = "0000:00:06.0";
  const host = machine().plug(port, passiveRootPort(), { driver: "pcieport" });
  assertEquals(codeOf(() => host.host.bind(port, "vfio-pci")), "ENODEV");
  assertEquals([host.host.find(port)?.driver, host.sysfs.readOverride(port)], ["pcieport", "(null)"]);
});

Deno.test("Host.unbind() gives a device to the driver that is named, and clears driver_override", () => {
  const host = machine();
  host.host.unbind(NVME, "pci-stub");
  assertEquals([host.host.find(NVME)?.driver, host.sysfs.readOverride(NVME)], ["pci-stub", "(null)"]);
  host.sysfs.driverOverride(NVME, "vfio-pci");
  host.host.unbind(NVME, "pci-stub");
  assertEquals([host.host.find(NVME)?.driver, host.sysfs.readOverride(NVME)], ["pci-stub", "(null)"]);
  assertEquals(codeOf(() => host.host.unbind(NVME, "nouveau")), "ENOENT");
  assertEquals(host.host.find(NVME)?.driver, "pci-stub");
});

Deno.test("Host.giveAtStart() writes the file that startFile() tells, for root, until it is taken away", () => {
  const host = machine();
  const file = host.host.startFile(NVME, "vfio-pci");
  assertEquals(host.host.startFiles(NVME), []);
  host.host.giveAtStart(NVME, "vfio-pci");
  assertEquals(host.host.startFiles(NVME), [file]);
  assertEquals(codeOf(() => host.process({ uid: 1000 }).host.giveAtStart(NVME, undefined)), "EACCES");
  host.host.giveAtStart(NVME, undefined);
  assertEquals(host.host.startFiles(NVME), []);
  assertEquals(codeOf(() => host.host.startFile("0000:00:1e.0", "vfio-pci")), "ENODEV");
});

Deno.test("Host.unbind() leaves a device without a driver and without an override", () => {
  const host = machine();
  host.sysfs.driverOverride(NVME, "vfio-pci");
  host.host.unbind(NVME);
  host.host.unbind(NVME);
  assertEquals([host.host.find(NVME)?.driver, host.sysfs.readOverride(NVME)], [undefined, "(null)"]);
});
