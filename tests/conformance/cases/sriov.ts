/** A physical function, its virtual ones, and the token that they share. */
import { assertEquals } from "@std/assert";
import type { Device } from "../../../core/device.ts";
import { CAPABILITY, capability, COMMAND, configOf, hardware, HEADER } from "../config.ts";
import { refused } from "../expect.ts";
import type { Fixture, SriovControl } from "../fixture.ts";
import { INTX, MSIX } from "../irqs.ts";
import { addressOf, attachTo, ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise, rule } from "../rule.ts";

const GET_DEVICE_FD = "VFIO_GROUP_GET_DEVICE_FD";
const FEATURE = "VFIO_DEVICE_FEATURE";
const VF_TOKEN = 0;
const TOKEN = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";
const OTHER = "1b4e28ba-2fa1-11d2-883f-0016d3cca428";
/** QEMU's igb: its virtual functions, and the BAR that each begins with. */
const VF_ID = 0x10ca_8086;
const VF_BAR0 = 0x4000;
const PREFETCHABLE_64 = 0xc;

/** Root's hands on the virtual functions. */
function sriovOf(machine: Fixture): SriovControl {
  const { control } = machine;
  if (control === undefined) throw new Error("This process is not root: the case does not say it needs root");
  return control.sriov;
}

/** Virtual functions of pf. Dispose takes them away. */
function virtualFunctions(machine: Fixture, count: number): Disposable & { readonly addresses: string[] } {
  const pf = addressOf(machine, "pf");
  const sriov = sriovOf(machine);
  sriov.enable(true);
  assertEquals(sriov.setCount(pf, count), undefined);
  return {
    addresses: sriov.list(pf),
    [Symbol.dispose]() {
      sriov.setCount(pf, 0);
      sriov.enable(false);
    },
  };
}

/** One virtual function. */
function virtualFunction(machine: Fixture): Disposable & { readonly address: string } {
  const made = virtualFunctions(machine, 1);
  const [address = ""] = made.addresses;
  return { address, [Symbol.dispose]: () => made[Symbol.dispose]() };
}

/** A virtual function that is open, as its physical one is. */
function opened(machine: Fixture, address: string): Disposable & { readonly device: Device } {
  using stack = new DisposableStack();
  const pf = stack.use(ready(machine, "pf"));
  setToken(pf.device, TOKEN);
  const { group } = stack.use(attachTo(machine, address));
  const device = stack.use(group.openDevice(`${address} vf_token=${TOKEN}`));
  const held = stack.move();
  return { device, [Symbol.dispose]: () => held.dispose() };
}

/** A token as the feature takes it. */
function bytesOf(token: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(token.replaceAll("-", ""));
}

function setToken(pf: Device, token: string): void {
  pf.feature({ feature: VF_TOKEN, set: true, data: bytesOf(token) });
}

export const sriov: readonly Rule[] = [
  rule(48, "Group.openDevice() of a virtual function wants the token that its physical one was given", [
    "control",
    "pf",
  ], (machine) => {
    using virtual = virtualFunction(machine);
    using pf = ready(machine, "pf");
    using vf = attachTo(machine, virtual.address);
    setToken(pf.device, TOKEN);
    refused(GET_DEVICE_FD, "EACCES", () => vf.group.openDevice(virtual.address));
    refused(GET_DEVICE_FD, "EACCES", () => vf.group.openDevice(`${virtual.address} vf_token=${OTHER}`));
    refused(GET_DEVICE_FD, "EINVAL", () => vf.group.openDevice(`${virtual.address} vf_token=abc`));
    using device = vf.group.openDevice(`${virtual.address} vf_token=${TOKEN}`);
    assertEquals(device.info().pci, true);
  }),

  rule(48, "Group.openDevice() of a physical function wants the token while a virtual one is open", [
    "control",
    "pf",
  ], (machine) => {
    using virtual = virtualFunction(machine);
    using pf = ready(machine, "pf");
    using vf = attachTo(machine, virtual.address);
    setToken(pf.device, TOKEN);
    using device = vf.group.openDevice(`${virtual.address} vf_token=${TOKEN}`);
    refused(GET_DEVICE_FD, "EACCES", () => pf.group.openDevice(pf.address));
    refused(GET_DEVICE_FD, "EACCES", () => pf.group.openDevice(`${pf.address} vf_token=${OTHER}`));
    using again = pf.group.openDevice(`${pf.address} vf_token=${TOKEN}`);
    device[Symbol.dispose]();
    again[Symbol.dispose]();
    pf.group.openDevice(pf.address)[Symbol.dispose]();
  }),

  rule(48, "Group.openDevice() of a physical function with a token sets it, if no virtual one is open", [
    "control",
    "pf",
  ], (machine) => {
    using virtual = virtualFunction(machine);
    using pf = attachTo(machine, addressOf(machine, "pf"));
    using vf = attachTo(machine, virtual.address);
    using _physical = pf.group.openDevice(`${pf.address} vf_token=${OTHER}`);
    refused(GET_DEVICE_FD, "EACCES", () => vf.group.openDevice(`${virtual.address} vf_token=${TOKEN}`));
    using device = vf.group.openDevice(`${virtual.address} vf_token=${OTHER}`);
    assertEquals(device.closed, false);
  }),

  rule(
    48,
    "Device.feature() takes a token of 16 bytes, and gives none back",
    ["control", "pf"],
    (machine) => {
      using pf = ready(machine, "pf");
      const feature = VF_TOKEN;
      pf.device.feature({ feature, probe: true, set: true });
      refused(FEATURE, "EINVAL", () => pf.device.feature({ feature, probe: true, get: true }));
      refused(FEATURE, "EINVAL", () => pf.device.feature({ feature, set: true, data: new Uint8Array(15) }));
      setToken(pf.device, TOKEN);
    },
  ),

  rule(
    127,
    "Region of a virtual function's config space shows ids, Command and BARs that its hardware does not have",
    ["control", "pf"],
    (machine) => {
      using virtual = virtualFunction(machine);
      using vf = opened(machine, virtual.address);
      const config = configOf(vf.device);
      assertEquals(hardware(machine, virtual.address, HEADER.vendor, 4), 0xffff_ffff);
      assertEquals(config.read32(HEADER.vendor), VF_ID);
      assertEquals(config.read16(HEADER.command), COMMAND.memory);
      assertEquals(config.read8(HEADER.interruptPin), 0);
      assertEquals(config.read32(HEADER.bar0), PREFETCHABLE_64);
      config.write32(HEADER.bar0, 0xffff_ffff);
      assertEquals(config.read32(HEADER.bar0), (PREFETCHABLE_64 | -VF_BAR0) >>> 0);
      assertEquals(hardware(machine, virtual.address, HEADER.bar0, 4), 0);
      assertEquals([INTX, MSIX].map((index) => vf.device.irqInfo(index).count > 0), [false, true]);
    },
  ),

  rule(127, "Region of a virtual function can be read with Command's memory bit off", [
    "control",
    "pf",
  ], (machine) => {
    using virtual = virtualFunction(machine);
    using vf = opened(machine, virtual.address);
    const config = configOf(vf.device);
    const before = vf.device.region(0).read32(0);
    config.write16(HEADER.command, 0);
    assertEquals(config.read16(HEADER.command), 0);
    assertEquals(vf.device.region(0).read32(0), before);
  }),

  rule(
    170,
    "SriovControl.setCount() needs the parameter enable_sriov, and vfio-pci has the virtual functions",
    ["control", "pf"],
    (machine) => {
      const { host } = machine.backend;
      const pf = addressOf(machine, "pf");
      const sriov = sriovOf(machine);
      sriov.enable(false);
      assertEquals(sriov.setCount(pf, 1), "ENOENT");
      assertEquals(sriov.list(pf), []);
      using made = virtualFunctions(machine, 2);
      assertEquals(made.addresses.map((address) => host.find(address)?.driver), ["vfio-pci", "vfio-pci"]);
      assertEquals(new Set([pf, ...made.addresses].map((address) => host.find(address)?.group)).size, 3);
      assertEquals(sriov.setCount(pf, 2), undefined);
      assertEquals(sriov.setCount(pf, 1), "EBUSY");
      assertEquals(sriov.setCount(pf, 1000), "ERANGE");
      made[Symbol.dispose]();
      assertEquals(made.addresses.map((address) => host.find(address)), [undefined, undefined]);
    },
  ),

  promise("Region of config space keeps a physical function awake while it has virtual ones", [
    "control",
    "pf",
  ], (machine) => {
    using _virtual = virtualFunctions(machine, 1);
    using pf = ready(machine, "pf");
    const config = configOf(pf.device);
    const power = capability(pf.device, CAPABILITY.pm) + 4;
    config.write16(power, 3);
    assertEquals(config.read16(power) & 3, 0);
    assertEquals(pf.device.region(0).read(0, new Uint8Array(4)), 4);
  }),
];
