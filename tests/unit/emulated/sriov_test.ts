import { assertEquals, assertNotEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { PassiveIgb } from "../../../devices/passive/igb.ts";
import { passiveNvme } from "../../../devices/passive/shapes.ts";
import { bytesAt, codeOf, hardware, ready } from "./ready.ts";

const PF = "0000:01:00.0";
const FIRST = "0000:01:10.0";
const SECOND = "0000:01:10.2";
const TOKEN = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";
const OTHER = "1b4e28ba-2fa1-11d2-883f-0016d3cca428";
const ENABLED = { "vfio_pci.enable_sriov": true };
const SRIOV = 0x160;

function machine(count = 0) {
  const host = new EmulatedHost({ parameters: ENABLED }).plug(PF, new PassiveIgb());
  assertEquals(host.sysfs.sriovNumvfs(PF, count), undefined);
  return host;
}

/** A group in a container, with an IOMMU. */
function attach(host: EmulatedHost, address: string) {
  using stack = new DisposableStack();
  const container = stack.use(host.groups.openContainer());
  const group = stack.use(host.groups.openGroup(host.host.find(address)?.group ?? -1));
  group.setContainer(container);
  container.setIommu("type1v2");
  const all = stack.move();
  return { group, container, [Symbol.dispose]: () => all.dispose() };
}

function opens(group: { openDevice(name: string): Disposable }, address: string, token?: string): string {
  const name = token === undefined ? address : `${address} vf_token=${token}`;
  return codeOf(() => group.openDevice(name)[Symbol.dispose]());
}

Deno.test("Sysfs.sriovNumvfs() makes virtual functions at their routing ids, each on vfio-pci and in a group of its own", () => {
  const host = machine(2);
  assertEquals(host.sysfs.virtualFunctions(PF), [FIRST, SECOND]);
  const entries = host.host.list();
  assertEquals(entries.map(({ address }) => address), [PF, FIRST, SECOND]);
  assertEquals(entries.map(({ vendor, device }) => [vendor, device]), [[0x8086, 0x10c9], [0x8086, 0x10ca], [
    0x8086,
    0x10ca,
  ]]);
  assertEquals(entries.map(({ driver }) => driver), Array(3).fill("vfio-pci"));
  assertEquals(new Set(entries.map(({ group }) => group)).size, 3);
  assertEquals(host.sysfs.readOverride(FIRST), "vfio-pci");
  assertEquals(host.sysfs.sriovNumvfs(PF, 0), undefined);
  assertEquals(host.host.list().length, 1);
  assertEquals(host.sysfs.virtualFunctions(PF), []);
});

Deno.test("Sysfs.sriovNumvfs() refuses as Linux does", () => {
  const host = machine();
  const write = (count: number, address = PF) => host.sysfs.sriovNumvfs(address, count);
  assertEquals([write(-1), write(0.5), write(0x1_0000)], Array(3).fill("EINVAL"));
  assertEquals([write(9), write(8), write(8), write(3)], ["ERANGE", undefined, undefined, "EBUSY"]);
  host.plug("0000:00:02.0", passiveNvme());
  assertEquals([write(1, "0000:00:02.0"), write(1, "0000:00:03.0")], ["ENOENT", "ENOENT"]);
  host.sysfs.writeParameter("vfio_pci.enable_sriov", false);
  assertEquals([write(8), write(0)], [undefined, "ENOENT"], "what is there already is no change");
  host.host.unbind(PF);
  assertEquals([host.host.list().length, write(1)], [2, "ENOENT"], "the driver took them along, and is gone");
});

Deno.test("The physical function's capability tells how many virtual ones there are, across a reset too", () => {
  const host = machine(3);
  const told = () => [hardware(host, PF, SRIOV + 0x10, 2), hardware(host, PF, SRIOV + 0x08, 2)];
  assertEquals(told(), [3, 9]);
  {
    using pf = ready(host, PF);
    pf.device.reset();
    assertEquals(told(), [3, 9]);
    pf.device.region(7).write16(SRIOV + 0x10, 1);
    assertEquals(told(), [3, 9], "a user cannot change it");
  }
  host.sysfs.sriovNumvfs(PF, 0);
  assertEquals(told(), [0, 0]);
});

Deno.test("A virtual function's hardware shows neither ids nor BARs, and bus mastering alone in Command", () => {
  const host = machine(1);
  using pf = ready(host, PF);
  pf.device.feature({ feature: 0, set: true, data: Uint8Array.fromHex(TOKEN.replaceAll("-", "")) });
  using vf = attach(host, FIRST);
  using device = vf.group.openDevice(`${FIRST} vf_token=${TOKEN}`);
  const config = device.region(7);
  assertEquals([hardware(host, FIRST, 4, 2), config.read16(4)], [0, 2]);
  assertEquals([hardware(host, FIRST, 0, 4), config.read32(0)], [0xffff_ffff, 0x10ca_8086]);
  assertEquals([hardware(host, FIRST, 0x10, 4), config.read32(0x10), config.read32(0x14)], [0, 0xc, 0]);
  config.write16(4, 0x0507);
  assertEquals([hardware(host, FIRST, 4, 2), config.read16(4)], [0x0004, 0x0406]);
  config.write16(4, 0);
  assertEquals([hardware(host, FIRST, 4, 2), config.read16(4), config.read8(4)], [0, 0, 0]);
  assertEquals(bytesAt(device, 0, 0, 4).length, 4, "memory is decoded whatever Command says");
  config.write8(4, 2);
  assertEquals([config.read16(4), config.read8(4), config.read8(5), config.read32(4) & 0xffff], [2, 2, 0, 2]);
  assertEquals([config.read8(0x3d), device.irqInfo(0).count, device.irqInfo(2).count], [0, 0, 3]);
  device.region(0).write32(8, 0x1234);
  device.reset();
  assertEquals(device.region(0).read32(8), 0x1234, "it answers after a reset");
});

Deno.test("A virtual function is opened with the token of its physical one, which nobody knows at first", () => {
  const host = machine(1);
  using vf = attach(host, FIRST);
  assertEquals([opens(vf.group, FIRST), opens(vf.group, FIRST, TOKEN)], ["EACCES", "EACCES"]);
  using pf = attach(host, PF);
  assertEquals(opens(pf.group, PF, TOKEN), "0", "while no virtual function is open this sets it");
  assertEquals([opens(vf.group, FIRST), opens(vf.group, FIRST, OTHER)], ["EACCES", "EACCES"]);
  assertEquals([opens(vf.group, FIRST, TOKEN), opens(vf.group, FIRST, TOKEN.toUpperCase())], ["0", "0"]);
  assertEquals(opens(pf.group, PF), "0");
});

Deno.test("A physical function is opened with its token while a virtual one is open", () => {
  const host = machine(2);
  using pf = attach(host, PF);
  opens(pf.group, PF, TOKEN);
  using vf = attach(host, FIRST);
  const open = [
    vf.group.openDevice(`${FIRST} vf_token=${TOKEN}`),
    vf.group.openDevice(`${FIRST} vf_token=${TOKEN}`),
  ];
  for (const handle of open) {
    assertEquals([opens(pf.group, PF), opens(pf.group, PF, OTHER), opens(pf.group, PF, TOKEN)], [
      "EACCES",
      "EACCES",
      "0",
    ]);
    handle[Symbol.dispose]();
  }
  assertEquals([opens(pf.group, PF), opens(pf.group, PF, OTHER)], ["0", "0"]);
});

Deno.test("What is neither a physical function nor a virtual one takes no token", () => {
  const host = machine(1).plug("0000:00:02.0", passiveNvme());
  using nvme = attach(host, "0000:00:02.0");
  assertEquals([opens(nvme.group, "0000:00:02.0", TOKEN), opens(nvme.group, "0000:00:02.0")], [
    "EINVAL",
    "0",
  ]);
});

Deno.test("Device.feature() sets a token, and tells none", () => {
  const host = machine().plug("0000:00:02.0", passiveNvme());
  using pf = ready(host, PF);
  using nvme = ready(host, "0000:00:02.0");
  const data = new Uint8Array(16);
  const code = (
    request: { probe?: boolean; get?: boolean; set?: boolean; data?: Uint8Array<ArrayBuffer> },
    device = pf.device,
  ) => codeOf(() => device.feature({ feature: 0, ...request }));
  assertEquals([code({ probe: true, set: true }), code({ probe: true }), code({ set: true, data })], [
    "0",
    "0",
    "0",
  ]);
  assertEquals([code({ get: true }), code({ probe: true, get: true }), code({})], Array(3).fill("EINVAL"));
  assertEquals([code({ set: true, data: data.subarray(1) }), code({ set: true })], ["EINVAL", "EINVAL"]);
  assertEquals([code({ set: true, data }, nvme.device), code({ probe: true, set: true }, nvme.device)], [
    "ENOTTY",
    "ENOTTY",
  ]);
});

Deno.test("A physical function stays awake while it has virtual ones, open or not", () => {
  const host = machine(1);
  const state = () => hardware(host, PF, 0x44, 2) & 3;
  {
    using pf = ready(host, PF);
    pf.device.region(7).write16(0x44, 3);
    assertEquals([state(), pf.device.region(7).read16(0x44) & 3], [0, 0]);
  }
  assertEquals(state(), 0);
  host.sysfs.sriovNumvfs(PF, 0);
  using pf = ready(host, PF);
  pf.device.region(7).write16(0x44, 3);
  assertEquals(state(), 3);
});

Deno.test("What would wait for an open virtual function is EBUSY", () => {
  const host = machine(1);
  using pf = attach(host, PF);
  opens(pf.group, PF, TOKEN);
  using vf = attach(host, FIRST);
  {
    using _open = vf.group.openDevice(`${FIRST} vf_token=${TOKEN}`);
    assertEquals(host.sysfs.sriovNumvfs(PF, 0), "EBUSY");
    assertEquals([codeOf(() => host.host.unbind(PF)), codeOf(() => host.requestUnbind(PF))], [
      "EBUSY",
      "EBUSY",
    ]);
    assertEquals(codeOf(() => host.unplug(PF)), "EBUSY");
  }
  host.unplug(PF);
  assertEquals(host.host.list(), []);
});

Deno.test("A virtual function that goes takes its group's node along, open or not", () => {
  const host = machine(1);
  using vf = attach(host, FIRST);
  host.sysfs.sriovNumvfs(PF, 0);
  assertEquals(codeOf(() => vf.group.status()), "ENODEV");
  assertEquals(host.sysfs.groupNodeExists(vf.group.id), false);
});

Deno.test("Virtual functions of one physical one have BARs and interrupts of their own", () => {
  const host = machine(2);
  using pf = attach(host, PF);
  opens(pf.group, PF, TOKEN);
  using one = attach(host, FIRST);
  using two = attach(host, SECOND);
  using first = one.group.openDevice(`${FIRST} vf_token=${TOKEN}`);
  using second = two.group.openDevice(`${SECOND} vf_token=${TOKEN}`);
  first.region(0).write32(0, 1);
  second.region(0).write32(0, 2);
  assertEquals([first.region(0).read32(0), second.region(0).read32(0)], [1, 2]);
  assertNotEquals(host.host.find(FIRST)?.group, host.host.find(SECOND)?.group);
});
