import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { LinuxDevice } from "../../backends/linux/device.ts";
import { LinuxHost } from "../../backends/linux/host.ts";
import { isBridge, isVirtualFunction } from "../../backends/linux/sysfs.ts";
import { VfioError } from "../../core/errors.ts";
import { exists, listFolder, readLink, readPart, readText } from "../../os/files.ts";
import { holdings } from "./holdings.ts";
import { memfd } from "./memfd.ts";

const DEVICES = "/sys/bus/pci/devices";
/** No machine has them. */
const ADDRESS = "ffff:ff:1f.7";
const GROUP = 999_999_999;
/** Texts that are no addresses, and would be other paths or other lines. */
const HOSTILE = [
  "",
  "..",
  "../..",
  "0000:00:00.0/..",
  "0000:00:00.0\n",
  "\n0000:00:00.0",
  "0000:00:00.0\0",
  "0000:00:00.8",
];

const host = new LinuxHost();

/** A device's attribute, as the kernel shows it; undefined when it has none. */
function attribute(address: string, name: string): string | undefined {
  const path = `${DEVICES}/${address}/${name}`;
  return exists(path) ? readText(path).trim() : undefined;
}

/** Where a link of a device's points; undefined when it has none. */
function link(address: string, name: string): string | undefined {
  const path = `${DEVICES}/${address}/${name}`;
  return exists(path) ? readLink(path).split("/").at(-1) : undefined;
}

/** Devices that nobody needs: whatever goes wrong with a test, no disk or network goes with it. */
function unusedDevices(): string[] {
  return host.list().filter(({ driver }) => driver === undefined).map(({ address }) => address);
}

Deno.test("LinuxHost.list() tells each device once, sorted, and of each what /sys tells", () => {
  const devices = host.list();
  assertEquals(devices.map(({ address }) => address), exists(DEVICES) ? listFolder(DEVICES) : []);
  for (const device of devices) {
    const { address, group } = device;
    const number = (name: string) => Number(attribute(address, name));
    assertEquals([device.vendor, device.device], [number("vendor"), number("device")]);
    assertEquals(
      [device.subsystemVendor, device.subsystemDevice],
      [number("subsystem_vendor"), number("subsystem_device")],
    );
    assertEquals([device.classCode, device.revision], [number("class"), number("revision")]);
    assertEquals([device.driver, group?.toString()], [link(address, "driver"), link(address, "iommu_group")]);
    const node = number("numa_node");
    assertEquals(device.numaNode, node >= 0 ? node : undefined);
    if (group === undefined) assertEquals([device.siblings, device.noIommu], [[], false]);
    else assert(!device.siblings.includes(address));
    assertEquals(isBridge(address), attribute(address, "class")?.startsWith("0x0604"));
    assertEquals(isVirtualFunction(address), link(address, "physfn") !== undefined);
  }
});

Deno.test("LinuxHost.find() tells of one device what list() tells", () => {
  for (const device of host.list()) {
    assertEquals(host.find(device.address), device);
    assertEquals(host.find(device.address.toUpperCase()), device);
  }
  assertEquals(host.find(ADDRESS), undefined);
});

Deno.test("LinuxHost takes no text for an address that would be another path", () => {
  for (const text of HOSTILE) {
    assertThrows(() => host.find(text), TypeError);
    assertThrows(() => host.readConfig(text, 0, new Uint8Array(4)), TypeError);
    assertThrows(() => host.bind(text, "vfio-pci"), TypeError);
    assertThrows(() => host.unbind(text), TypeError);
  }
});

Deno.test("LinuxHost.readConfig() reads the first 64 bytes, as anybody may", () => {
  for (const { address } of host.list()) {
    const into = new Uint8Array(64);
    const expected = new Uint8Array(64);
    const count = readPart(`${DEVICES}/${address}/config`, 0, expected, 64);
    assertEquals([host.readConfig(address, 0, into), into], [count, expected]);
    const word = new Uint8Array(4);
    assertEquals([host.readConfig(address, 8, word), word], [4, expected.slice(8, 12)]);
  }
});

Deno.test("LinuxHost.readConfig() refuses a device that is not there, and what cannot be meant", () => {
  const error = assertThrows(() => host.readConfig(ADDRESS, 0, new Uint8Array(4)), VfioError);
  assertEquals([error.code, error.operation, error.subject], ["ENODEV", "pread", ADDRESS]);
  assertStringIncludes(error.message, "there is no such device");
  for (const offset of [-1, 0.5, NaN]) {
    assertThrows(() => host.readConfig(ADDRESS, offset, new Uint8Array(4)), TypeError);
  }
  assertThrows(() => host.readConfig(ADDRESS, 0, [] as unknown as Uint8Array<ArrayBuffer>), TypeError);
});

Deno.test("LinuxHost.reservedRegions() and groupType() refuse a group that is not there, or no number", () => {
  for (const ask of [(id: number) => host.reservedRegions(id), (id: number) => host.groupType(id)]) {
    const error = assertThrows(() => ask(GROUP), VfioError);
    assertEquals([error.code, error.operation], ["ENOENT", "open"]);
    for (const id of [-1, 0.5, "0/.." as unknown as number]) assertThrows(() => ask(id), TypeError);
  }
});

Deno.test("LinuxHost.reservedRegions() and groupType() tell about each group there is", () => {
  for (const { group } of host.list()) {
    if (group === undefined) continue;
    for (const { start, last } of host.reservedRegions(group)) assert(start <= last);
    assert(/^\S+$/.test(host.groupType(group)));
  }
});

Deno.test("LinuxHost.pciIds() is the text of pci.ids, where the system has one", () => {
  const text = host.pciIds();
  if (text !== undefined) assertStringIncludes(text, "\n8086  Intel");
});

Deno.test("LinuxHost.bind() and unbind() refuse a device that is not there, and hold nothing", () => {
  const before = holdings();
  for (
    const [operation, use] of [["bind", () => host.bind(ADDRESS, "vfio-pci")], [
      "unbind",
      () => host.unbind(ADDRESS),
    ]] as const
  ) {
    const error = assertThrows(use, VfioError);
    assertEquals([error.code, error.operation, error.subject], ["ENODEV", operation, ADDRESS]);
  }
  assertEquals(holdings(), before);
});

Deno.test("LinuxHost.bind() to a driver that is not there changes nothing, and says how to load it", () => {
  for (const address of unusedDevices()) {
    const override = attribute(address, "driver_override");
    const error = assertThrows(() => host.bind(address, "no-such-driver"), VfioError);
    assertEquals([error.code, error.operation, error.subject], ["ENOENT", "bind", address]);
    assertStringIncludes(error.explain(), "sudo modprobe no-such-driver");
    assertEquals([attribute(address, "driver_override"), host.find(address)?.driver], [override, undefined]);
    for (const name of ["", "..", "../vfio-pci", "vfio-pci\n"]) {
      assertThrows(() => host.bind(address, name), TypeError);
    }
  }
});

Deno.test("LinuxHost.unbind() refuses a device that is open in this process: the kernel would wait for ever", () => {
  for (const address of unusedDevices()) {
    using _device = new LinuxDevice(memfd("vfio-device"), address);
    const error = assertThrows(() => host.unbind(address), VfioError);
    assertEquals([error.code, error.operation], ["EBUSY", "unbind"]);
    assertStringIncludes(error.explain(), `${address} is open in this process`);
  }
});
