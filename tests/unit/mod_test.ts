import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import * as vfio from "../../mod.ts";
import * as core from "../../core/mod.ts";
import * as driverkit from "../../driverkit/mod.ts";
import { linux } from "../../backends/linux/mod.ts";
import { codeOf } from "./emulated/ready.ts";
import { EDU, machine, NOTHING, SIBLING } from "./driverkit/machine.ts";

Deno.test("mod.ts exports all of core, and what a driver's author holds", () => {
  const exported: Record<string, unknown> = { ...vfio };
  for (const [name, value] of Object.entries(core)) assertStrictEquals(exported[name], value, name);
  for (const [name, value] of Object.entries(driverkit)) {
    // These two know Linux as the default.
    if (name === "openDevice" || name === "AddressSpace") assertEquals(typeof exported[name], "function");
    else assertStrictEquals(exported[name], value, name);
  }
});

Deno.test("openDevice() on a given backend is driverkit's", () => {
  const calls = [vfio.openDevice, driverkit.openDevice].map((open) => {
    const host = machine();
    const trace = host.calls.trace();
    {
      using device = open("00:04.0", { backend: host, mmio: "trapped", iommu: "type1" });
      assert(device instanceof vfio.PciDevice);
      assertEquals([device.address, device.region("bar0").read32(0)], [EDU, 0x0100_00ed]);
    }
    assertEquals(host.holdings(), NOTHING);
    return trace.map(({ operation, subject }) => `${operation} ${subject}`);
  });
  assertEquals(calls[0], calls[1]);
});

Deno.test("AddressSpace on a given backend is driverkit's", () => {
  const host = machine();
  {
    using space = new vfio.AddressSpace({ backend: host, iommu: "type1" });
    assert(space instanceof driverkit.AddressSpace);
    for (const address of [EDU, SIBLING]) space.open(address);
    assertEquals([space.backend === host, space.allocate(1).iova], [true, 0x1000n]);
    assertEquals(codeOf(() => space.open(EDU)), "EBUSY");
  }
  assertEquals(host.holdings(), NOTHING);
});

Deno.test("AddressSpace is on Linux when no backend is given, and needs no permission to be made", {
  permissions: "none",
}, () => {
  using space = new vfio.AddressSpace();
  assertStrictEquals(space.backend, linux());
  assertEquals([space.backend.name, space.closed], ["linux", false]);
});

Deno.test("What is used on Linux first says which permission it needs", { permissions: "none" }, () => {
  using space = new vfio.AddressSpace();
  const uses = [
    () => space.open(EDU),
    () => vfio.openDevice(EDU),
    () => linux().createSignal(),
    () => linux().host.list(),
    () => linux().allocate(4096),
  ];
  for (const use of uses) assertThrows(use, Deno.errors.NotCapable, "--allow-ffi");
});

Deno.test("What cannot be meant is refused before any permission is needed", { permissions: "none" }, () => {
  assertThrows(() => vfio.openDevice("four"), TypeError, "PCI address");
});
