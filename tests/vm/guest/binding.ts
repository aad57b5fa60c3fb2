/** Drivers taking devices and giving them back, on a real kernel. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { openDevice, VfioError } from "../../../mod.ts";
import { linux } from "../../../backends/linux/mod.ts";
import { named } from "./machine.ts";

const NVME = named("NVME");
const EDU = named("EDU");

function state(address: string): { driver: string | undefined; override: string } {
  const override = Deno.readTextFileSync(`/sys/bus/pci/devices/${address}/driver_override`).trim();
  return { driver: linux().host.find(address)?.driver, override };
}

Deno.test("Host.bind() gives a device to a driver, and its binding gives it back", () => {
  const { host } = linux();
  host.unbind(NVME);
  assertEquals(state(NVME), { driver: "nvme", override: "(null)" });
  {
    using binding = host.bind(NVME, "vfio-pci");
    assertEquals([binding.previous, state(NVME).driver], ["nvme", "vfio-pci"]);
    using device = openDevice(NVME);
    assertEquals(device.model.irqInfo(2).count, 65);
  }
  assertEquals(state(NVME), { driver: "nvme", override: "(null)" });
  host.bind(NVME, "vfio-pci");
  assertEquals(state(NVME), { driver: "vfio-pci", override: "vfio-pci" });
});

Deno.test("Host.bind() puts everything back when the driver does not take the device", () => {
  const { host } = linux();
  const before = state(EDU);
  const error = assertThrows(() => host.bind(EDU, "virtio-pci"), VfioError);
  assertEquals([error.code, error.operation], ["ENODEV", "bind"]);
  assertStringIncludes(error.explain(), "dmesg");
  assertEquals(state(EDU), before);
});

Deno.test("Host.bind() of an unknown driver changes nothing, and says how to load one", () => {
  const before = state(EDU);
  const error = assertThrows(() => linux().host.bind(EDU, "no-such-driver"), VfioError);
  assertEquals(error.code, "ENOENT");
  assertStringIncludes(error.explain(), "modprobe no-such-driver");
  assertEquals(state(EDU), before);
});

Deno.test("Host.unbind() and bind() refuse a device that this process has open, by a handle or a mapping alone", () => {
  const { host } = linux();
  const before = state(EDU);
  function refuse(): void {
    for (const attempt of [() => host.unbind(EDU), () => void host.bind(EDU, "pci-stub")]) {
      assertEquals(assertThrows(attempt, VfioError).code, "EBUSY");
    }
    assertEquals(state(EDU), before);
  }
  const device = openDevice(EDU);
  refuse();
  const mapping = device.model.region(0).map();
  device[Symbol.dispose]();
  refuse();
  mapping[Symbol.dispose]();
  host.unbind(EDU);
  host.bind(EDU, "vfio-pci");
  assertEquals(state(EDU), before);
});
