import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { passiveE1000e, passiveNvme, passiveRootPort } from "../../../devices/passive/shapes.ts";
import { codeOf } from "./ready.ts";

const NVME = "0000:00:01.0";
const E1000E = "0000:00:02.0";
const NOBODY = "0000:00:03.0";
const NVME_ID = "1b36 0010";

/** A machine with two devices that no driver has. */
function machine(): EmulatedHost {
  return new EmulatedHost().plug(NVME, passiveNvme(), { driver: null }).plug(E1000E, passiveE1000e(), {
    driver: null,
  });
}

function driverOf(host: EmulatedHost, address: string): string | undefined {
  return host.host.find(address)?.driver;
}

Deno.test("Sysfs.driverOverride() is read back, and (null) once it is cleared", () => {
  const { sysfs } = machine();
  assertEquals([sysfs.driverOverride(NVME, "pci-stub"), sysfs.readOverride(NVME)], [undefined, "pci-stub"]);
  assertEquals([sysfs.driverOverride(NVME, null), sysfs.readOverride(NVME)], [undefined, "(null)"]);
  assertEquals(sysfs.driverOverride(NOBODY, "pci-stub"), "ENOENT");
  assertEquals(codeOf(() => sysfs.readOverride(NOBODY)), "ENODEV");
});

Deno.test("Sysfs.bindFile() takes a device whose override names the driver, or whose ids do", () => {
  const host = machine();
  const { sysfs } = host;
  assertEquals(sysfs.bindFile(NVME, "vfio-pci"), "ENODEV", "nothing says that they match");
  sysfs.driverOverride(NVME, "pci-stub");
  assertEquals(sysfs.bindFile(NVME, "vfio-pci"), "ENODEV");
  assertEquals([sysfs.bindFile(NVME, "pci-stub"), driverOf(host, NVME)], [undefined, "pci-stub"]);
  sysfs.newId("vfio-pci", "8086 10d3");
  host.host.unbind(E1000E);
  assertEquals([sysfs.bindFile(E1000E, "vfio-pci"), driverOf(host, E1000E)], [undefined, "vfio-pci"]);
});

Deno.test("Sysfs.bindFile() refuses drivers and devices that are not there, and a device that has a driver", () => {
  const { sysfs } = machine();
  assertEquals([sysfs.bindFile(NVME, "nouveau"), sysfs.bindFile(NOBODY, "vfio-pci")], ["ENOENT", "ENODEV"]);
  sysfs.driverOverride(NVME, "vfio-pci");
  assertEquals([sysfs.bindFile(NVME, "vfio-pci"), sysfs.bindFile(NVME, "vfio-pci")], [undefined, "ENODEV"]);
});

Deno.test("Sysfs.driversProbe() gives a free device to the driver that its override or its ids name", () => {
  const host = machine();
  const { sysfs } = host;
  assertEquals([sysfs.driversProbe(NVME), driverOf(host, NVME)], [undefined, undefined]);
  sysfs.driverOverride(NVME, "nouveau");
  assertEquals([sysfs.driversProbe(NVME), driverOf(host, NVME)], [undefined, undefined]);
  sysfs.driverOverride(NVME, "pci-stub");
  assertEquals([sysfs.driversProbe(NVME), driverOf(host, NVME)], [undefined, "pci-stub"]);
  sysfs.driverOverride(NVME, "vfio-pci");
  assertEquals([sysfs.driversProbe(NVME), driverOf(host, NVME)], [undefined, "pci-stub"], "it has one");
  sysfs.newId("vfio-pci", "8086 10d3");
  host.host.unbind(E1000E);
  assertEquals([sysfs.driversProbe(E1000E), driverOf(host, E1000E)], [undefined, "vfio-pci"]);
  assertEquals(sysfs.driversProbe(NOBODY), "ENODEV");
});

Deno.test("Sysfs.driversProbe() is EINVAL while a container has the device's group, and the driver does DMA", () => {
  const host = new EmulatedHost()
    .plug(NVME, passiveNvme(), { group: 4 }).plug(E1000E, passiveE1000e(), { group: 4, driver: null });
  using container = host.groups.openContainer();
  using group = host.groups.openGroup(4);
  group.setContainer(container);
  host.sysfs.driverOverride(E1000E, "uio_pci_generic");
  assertEquals([host.sysfs.driversProbe(E1000E), driverOf(host, E1000E)], ["EINVAL", undefined]);
  assertEquals(host.sysfs.bindFile(E1000E, "uio_pci_generic"), "EBUSY");
  host.sysfs.driverOverride(E1000E, "pci-stub");
  assertEquals([host.sysfs.driversProbe(E1000E), driverOf(host, E1000E)], [undefined, "pci-stub"]);
});

Deno.test("Sysfs.newId() takes free devices with these ids at once, unless an override says otherwise", () => {
  const host = machine();
  assertEquals([host.sysfs.newId("vfio-pci", NVME_ID), driverOf(host, NVME)], [undefined, "vfio-pci"]);
  assertEquals(driverOf(host, E1000E), undefined);
  host.sysfs.driverOverride(E1000E, "pci-stub");
  assertEquals([host.sysfs.newId("vfio-pci", "8086 10d3"), driverOf(host, E1000E)], [undefined, undefined]);
  assertEquals([host.sysfs.newId("pci-stub", "8086 10d3"), driverOf(host, E1000E)], [undefined, "pci-stub"]);
  assertEquals(host.sysfs.newId("pci-stub", NVME_ID), undefined);
  assertEquals(driverOf(host, NVME), "vfio-pci", "it is not free");
});

Deno.test("Sysfs.newId() refuses an unknown driver, what is no id, and one that is there", () => {
  const { sysfs } = machine();
  assertEquals(sysfs.newId("nouveau", NVME_ID), "ENOENT");
  assertEquals(
    ["", "1b36", "x 0010", "1b36 x"].map((line) => sysfs.newId("vfio-pci", line)),
    Array(4).fill("EINVAL"),
  );
  assertEquals([sysfs.newId("vfio-pci", ` ${NVME_ID}\n`), sysfs.newId("vfio-pci", NVME_ID)], [
    undefined,
    "EEXIST",
  ]);
  const others = ["1b36 0011", "1b37 0010"].map((line) => sysfs.newId("vfio-pci", line));
  assertEquals(others, [undefined, undefined]);
});

Deno.test("Sysfs.removeId() takes one id away, and refuses one that is not there with ENODEV", () => {
  const host = machine();
  host.sysfs.newId("vfio-pci", "1b36 0011");
  host.sysfs.newId("vfio-pci", "1b37 0010");
  assertEquals(driverOf(host, NVME), undefined, "half of its ids is none of them");
  host.sysfs.newId("vfio-pci", NVME_ID);
  assertEquals([host.sysfs.removeId("vfio-pci", NVME_ID), host.sysfs.removeId("vfio-pci", NVME_ID)], [
    undefined,
    "ENODEV",
  ]);
  assertEquals(host.sysfs.newId("vfio-pci", "1b36 0011"), "EEXIST");
  assertEquals(host.sysfs.newId("vfio-pci", "1b37 0010"), "EEXIST");
  assertEquals(host.sysfs.removeId("pci-stub", NVME_ID), "ENODEV");
});

Deno.test("Sysfs.sriovNumvfs() and virtualFunctions() of a device that makes none", () => {
  const { sysfs } = machine();
  assertEquals([sysfs.sriovNumvfs(NVME, 1), sysfs.sriovNumvfs(NOBODY, 1)], ["ENOENT", "ENOENT"]);
  assertEquals([sysfs.virtualFunctions(NVME), sysfs.virtualFunctions(NOBODY)], [[], []]);
});

Deno.test("Sysfs.writeParameter() changes one parameter", () => {
  const { sysfs } = machine();
  sysfs.writeParameter("vfio_iommu_type1.dma_entry_limit", 5);
  assertEquals(sysfs.readParameter("vfio_iommu_type1.dma_entry_limit"), 5);
  assertEquals([
    sysfs.readParameter("vfio_pci.enable_sriov"),
    sysfs.readParameter("vfio.enable_unsafe_noiommu_mode"),
  ], [
    false,
    false,
  ]);
});

Deno.test("Sysfs.groupNodeExists() while one of the group's devices is vfio-pci's", () => {
  const host = new EmulatedHost().plug(NVME, passiveNvme(), { group: 4, driver: null });
  assertEquals([host.sysfs.groupNodeExists(4), host.sysfs.groupNodeExists(5)], [false, false]);
  using _binding = host.host.bind(NVME, "vfio-pci");
  assertEquals(host.sysfs.groupNodeExists(4), true);
});

Deno.test("Sysfs.bindFile() of a bridge to vfio-pci is EINVAL", () => {
  const { sysfs } = new EmulatedHost().plug(NVME, passiveRootPort(), { driver: null });
  sysfs.driverOverride(NVME, "vfio-pci");
  assertEquals(sysfs.bindFile(NVME, "vfio-pci"), "EINVAL");
});
