import { assertEquals, assertThrows } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import type { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import { passiveE1000e, passiveIvshmem, passiveNvme } from "../../../devices/passive/shapes.ts";
import { connect, EDU, INTX, machine, MSIX, NVME, RAISE } from "./irq_bench.ts";
import { hardware, ready } from "./ready.ts";

const OTHER = "0000:00:05.0";

/** A bus master that no IOMMU is in front of, and another device. */
function unprotected() {
  const nvme = passiveNvme();
  const host = new EmulatedHost({ iommu: "none" })
    .plug(NVME, nvme, { driver: null }).plug(OTHER, passiveE1000e(), { driver: null });
  nvme.config.write(4, 16, 6);
  return { host, bus: nvme.bus };
}

Deno.test("EmulatedHost.plug() refuses a slot that is taken", () => {
  const host = new EmulatedHost().plug(EDU, new EmulatedEdu());
  assertThrows(
    () => host.plug("00:01.0", new EmulatedEdu()),
    TypeError,
    `Cannot plug into ${EDU}: a device is there`,
  );
});

Deno.test("Host.reservedRegions() has the IOMMU's and each device's ranges, the lowest first", () => {
  const region = (start: bigint) => ({ start, last: start + 0xfffn, type: "direct" as const });
  const { host } = new EmulatedHost()
    .plug(EDU, new EmulatedEdu(), { group: 3, reserved: [region(0x1_0000_0000n), region(0x2000n)] })
    .plug(OTHER, passiveNvme(), { group: 3, reserved: [region(0x1000n)] });
  assertEquals(host.reservedRegions(3).map(({ start }) => start), [
    0x1000n,
    0x2000n,
    0xfee0_0000n,
    0x1_0000_0000n,
  ]);
});

Deno.test("EmulatedHost gives each device a group of its own, by the lowest number that is free", () => {
  const host = new EmulatedHost().plug(EDU, new EmulatedEdu(), { group: 1 }).plug(NVME, passiveNvme())
    .plug(OTHER, passiveNvme());
  assertEquals(host.host.list().map(({ group }) => group), [1, 0, 2]);
  host.unplug(NVME);
  assertEquals(host.plug("0000:00:09.0", passiveNvme()).host.find("0000:00:09.0")?.group, 0);
});

Deno.test("DMA without an IOMMU goes to physical addresses, across pages", () => {
  const { host, bus } = unprotected();
  using memory = host.allocate(12288);
  const at = memory.physicalAddress(4092);
  const sent = Uint8Array.from({ length: 4104 }, (_, i) => i * 7);
  assertEquals(bus.writeMemory(at, sent), true);
  assertEquals(memory.bytes.subarray(4092, 4092 + 4104), sent);
  assertEquals([memory.read8(4091), memory.read8(4092 + 4104)], [0, 0]);
  const read = new Uint8Array(4104);
  assertEquals([bus.readMemory(at, read), read], [true, sent]);
});

Deno.test("DMA to another device's BAR reaches its registers, up to the BAR's end", () => {
  const { host, bus } = unprotected();
  using memory = host.allocate(4096);
  const bar = 0x8000_0000n;
  assertEquals(host.host.list().length, 2);
  assertEquals(bus.writeMemory(bar + 0x1fffcn, new Uint8Array([1, 2, 3, 4])), true);
  const read = new Uint8Array(4);
  assertEquals([bus.readMemory(bar + 0x1fffcn, read), [...read]], [true, [1, 2, 3, 4]]);
  assertEquals([bus.readMemory(bar, read), [...read]], [true, [0, 0, 0, 0]]);
  assertEquals(
    [bus.readMemory(bar + 0x20000n, read), [...read]],
    [true, [0, 0, 0, 0]],
    "the next BAR's first bytes",
  );
  assertEquals(memory.read32(0), 0);
});

Deno.test("DMA to where nobody answers is told to the device, and leaves its bytes alone", () => {
  const { bus } = unprotected();
  const bytes = new Uint8Array([9, 9]);
  assertEquals([bus.readMemory(0x1000n, bytes), [...bytes]], [false, [9, 9]]);
  assertEquals(bus.writeMemory(0x1000n, bytes), false);
});

Deno.test("DMA of a device that is no bus master, or is gone, does not happen", () => {
  const nvme = passiveNvme();
  const host = new EmulatedHost({ iommu: "none" }).plug(NVME, nvme, { driver: null });
  using memory = host.allocate(4096);
  const at = memory.physicalAddress(0);
  const attempts =
    () => [nvme.bus.writeMemory(at, new Uint8Array([1])), nvme.bus.readMemory(at, new Uint8Array(1))];
  assertEquals([attempts(), memory.read8(0)], [[false, false], 0]);
  nvme.config.write(4, 16, 4);
  assertEquals([attempts(), memory.read8(0)], [[true, true], 1]);
  host.inject(NVME, "gone");
  memory.write8(0, 0);
  assertEquals([attempts(), memory.read8(0)], [[false, false], 0]);
});

Deno.test("EmulatedHost.inject() lets one interrupt get lost, a line's as well as a message", () => {
  const { host, nvme } = machine();
  using edu = ready(host, EDU);
  using signal = host.createSignal();
  connect(edu.device, INTX, [signal]);
  host.inject(EDU, "loses-interrupt");
  edu.device.region(0).write32(RAISE, 1);
  assertEquals(signal.read(), 0);
  using open = ready(host, NVME);
  connect(open.device, MSIX, [signal]);
  open.device.region(7).write16(4, 6);
  host.inject(NVME, "loses-interrupt");
  host.inject(NVME, "loses-interrupt");
  for (let i = 0; i < 3; i++) nvme.fire(0);
  assertEquals(signal.read(), 1);
});

Deno.test("A device of a host with a seed acts up to a quarter later than it means to, and never earlier", () => {
  const acts = (seed: number) => {
    const nvme = passiveNvme();
    const host = new EmulatedHost({ seed }).plug(NVME, nvme);
    return Array.from({ length: 50 }, () => {
      const planned = nvme.bus.now() + 1000;
      let ran = 0;
      nvme.bus.after(1000, () => ran = nvme.bus.now());
      host.settle();
      return ran - planned;
    });
  };
  assertEquals(acts(0), Array(50).fill(0));
  const late = acts(3);
  assertEquals([late.every((each) => each >= 0 && each < 250), late.some((each) => each > 125)], [
    true,
    true,
  ]);
});

Deno.test("EmulatedHost.plug() leaves a device as firmware does: decoding, and with an interrupt line if it has a pin", () => {
  const line = (model: PassiveDevice) => {
    const host = new EmulatedHost().plug(NVME, model, { driver: null });
    return [hardware(host, NVME, 0x04, 2), hardware(host, NVME, 0x3c, 1)];
  };
  assertEquals([line(passiveNvme()), line(passiveIvshmem())], [[0x0103, 0x0a], [0x0103, 0]]);
});
