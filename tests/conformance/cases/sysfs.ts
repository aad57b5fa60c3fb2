/** The machine as its administrator sees it. */
import { assert, assertEquals } from "@std/assert";
import { refused } from "../expect.ts";
import { addressOf, groupOf, keepBound, ready, unbind } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise, rule } from "../rule.ts";

/** edu's ids, as new_id takes them. */
const EDU_IDS = "1234 11e8";

export const sysfs: readonly Rule[] = [
  rule(
    166,
    "Host.reservedRegions() tells the interrupt window, Host.groupType() how the kernel drives the group",
    ["edu"],
    (machine) => {
      const { host } = machine.backend;
      const group = groupOf(machine, "edu");
      const window = { start: 0xfee0_0000n, last: 0xfeef_ffffn, type: "msi" };
      assertEquals(host.reservedRegions(group).filter(({ type }) => type === "msi"), [window]);
      // AMD's driver is strict where it finds that the IOMMU is a hypervisor's: no rule of VFIO's.
      if (machine.iommu !== "amd-vi") assertEquals(host.groupType(group), "DMA-FQ");
      refused("open", "ENOENT", () => host.reservedRegions(99_999));
      refused("open", "ENOENT", () => host.groupType(99_999));
    },
  ),

  rule(167, "Host.find() tells no node of a device's own where the kernel has none", ["edu"], (machine) => {
    if (machine.backend.iommufd !== undefined) return;
    assertEquals(machine.backend.host.find(addressOf(machine, "edu"))?.cdev, undefined);
  }),

  rule(
    168,
    "HostControl.newId() lets a driver take devices by their ids",
    ["edu", "edu2", "control"],
    (machine) => {
      const { control, backend } = machine;
      const address = addressOf(machine, "edu");
      using _kept = keepBound(machine, address);
      unbind(machine, address);
      control?.driverOverride(address, null);
      assertEquals(control?.newId("vfio-pci", "1234"), "EINVAL");
      assertEquals(control?.newId("vfio-pci", EDU_IDS), undefined);
      try {
        assertEquals(backend.host.find(address)?.driver, "vfio-pci");
        assertEquals(control?.newId("vfio-pci", EDU_IDS), "EEXIST");
      } finally {
        assertEquals(control?.removeId("vfio-pci", EDU_IDS), undefined);
      }
      assertEquals(control?.removeId("vfio-pci", EDU_IDS), "ENODEV");
    },
  ),

  rule(
    169,
    "HostControl.driverOverride() cleared reads (null); drivers_probe of an unknown device is ENODEV",
    ["edu", "control"],
    (machine) => {
      const { control } = machine;
      const address = addressOf(machine, "edu");
      assertEquals(control?.driverOverride(address, null), undefined);
      assertEquals(control?.readOverride(address), "(null)");
      assertEquals(control?.driverOverride(address, "vfio-pci"), undefined);
      assertEquals(control?.readOverride(address), "vfio-pci");
      assertEquals(control?.driversProbe("0000:7f:1f.7"), "ENODEV");
    },
  ),

  promise(
    "Host.list() has every device once, in the order of addresses, as Host.find() and groupOf() tell it",
    ["edu"],
    (machine) => {
      const { host } = machine.backend;
      const devices = host.list();
      const addresses = devices.map(({ address }) => address);
      assertEquals(addresses, [...new Set(addresses)].sort());
      const edu = devices.find(({ address }) => address === addressOf(machine, "edu"));
      assert(edu !== undefined);
      assertEquals([edu.vendor, edu.device, edu.classCode, edu.driver], [
        0x1234,
        0x11e8,
        0x00ff00,
        "vfio-pci",
      ]);
      assertEquals([edu.siblings, edu.noIommu], [[], false]);
      assertEquals(host.find(edu.address), edu);
      assertEquals(devices.map(({ address }) => host.groupOf(address)), devices.map(({ group }) => group));
      assertEquals([host.find("0000:7f:1f.7"), host.groupOf("0000:7f:1f.7")], [undefined, undefined]);
    },
  ),

  promise(
    "Host.bind() gives a device to another driver, and dispose gives it back",
    ["edu", "control"],
    (machine) => {
      const { host } = machine.backend;
      const address = addressOf(machine, "edu");
      using _kept = keepBound(machine, address);
      {
        using binding = host.bind(address, "pci-stub");
        assertEquals([binding.previous, host.find(address)?.driver], ["vfio-pci", "pci-stub"]);
      }
      assertEquals(host.find(address)?.driver, "vfio-pci");
      host.unbind(address);
      assertEquals(host.find(address)?.driver, undefined);
      host.bind(address, "vfio-pci");
      assertEquals(host.find(address)?.driver, "vfio-pci");
    },
  ),

  promise("Host.bind() refuses unknown devices and drivers, and a device that is open here", [
    "edu",
    "control",
  ], (machine) => {
    const { host } = machine.backend;
    const address = addressOf(machine, "edu");
    using _kept = keepBound(machine, address);
    refused("bind", "ENODEV", () => host.bind("0000:7f:1f.7", "vfio-pci"));
    refused("bind", "ENOENT", () => host.bind(address, "no-such-driver"));
    using edu = ready(machine);
    refused("bind", "EBUSY", () => host.bind(address, "pci-stub"));
    refused("unbind", "EBUSY", () => host.unbind(address));
    assertEquals(edu.device.region(7).read32(0), 0x11e8_1234);
    assertEquals(host.find(address)?.driver, "vfio-pci");
  }),
];
