import { assertEquals, assertThrows } from "@std/assert";
import { VfioError } from "../../../core/errors.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import type { KernelVersion } from "../../../iommu/iommu_unit.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { codeOf, ready } from "./ready.ts";

const EDU = "0000:00:04.0";

function machine(kernel: KernelVersion = "7.2") {
  return new EmulatedHost({ kernel }).plug(EDU, new EmulatedEdu(), { group: 4 });
}

Deno.test("EmulatedHost.requestUnbind() fires REQ at once and every 10 s, and ends with the last close", () => {
  const host = machine();
  const open = ready(host, EDU);
  using signal = host.createSignal();
  open.device.setIrqs({ index: 4, action: "trigger", signals: [signal] });
  const request = host.requestUnbind(EDU);
  assertEquals([signal.read(), request.done], [1, false]);
  assertEquals(open.device.info().regions, 9);
  assertEquals(request.wait(25_000), false);
  assertEquals(signal.read(), 2);
  const mapping = open.device.region(0).map();
  open[Symbol.dispose]();
  assertEquals(request.done, false);
  mapping[Symbol.dispose]();
  assertEquals([request.done, request.wait(0), host.host.find(EDU)?.driver], [true, true, undefined]);
});

Deno.test("EmulatedHost.requestUnbind() is done at once when nobody has the device open", () => {
  const host = machine();
  assertEquals(host.requestUnbind(EDU).done, true);
  assertThrows(() => host.requestUnbind("0000:00:09.0"), VfioError, "no such device");
});

Deno.test("Group.openDevice() while an unbind waits works on old kernels only", () => {
  for (const [kernel, code] of [["6.1", "0"], ["7.2", "ENODEV"]] as const) {
    const host = machine(kernel);
    using open = ready(host, EDU);
    host.requestUnbind(EDU);
    assertEquals(codeOf(() => open.group.openDevice(EDU)[Symbol.dispose]()), code);
  }
});

Deno.test("Group whose last device is unbound loses its node; its descriptor says so", () => {
  const host = machine();
  using container = host.groups.openContainer();
  using group = host.groups.openGroup(4);
  group.setContainer(container);
  host.host.unbind(EDU);
  assertEquals([
    codeOf(() => group.status()),
    codeOf(() => group.openDevice(EDU)),
    codeOf(() => group.unsetContainer()),
    codeOf(() => group.setContainer(container)),
    codeOf(() => host.groups.openGroup(4)),
  ], ["ENODEV", "ENODEV", "EINVAL", "ENODEV", "ENOENT"]);
  assertEquals(host.sysfs.groupNodeExists(4), false);
  host.host.bind(EDU, "vfio-pci");
  using again = host.groups.openGroup(4);
  assertEquals(again.status().viable, true);
});

Deno.test("EmulatedHost.unplug() asks with REQ, then takes the device and its node away", () => {
  const host = machine();
  const open = ready(host, EDU);
  using signal = host.createSignal();
  open.device.setIrqs({ index: 4, action: "trigger", signals: [signal] });
  const request = host.unplug(EDU);
  assertEquals([signal.read(), request.done, host.host.list().length], [1, false, 1]);
  open[Symbol.dispose]();
  assertEquals([request.done, host.host.list(), codeOf(() => host.groups.openGroup(4))], [
    true,
    [],
    "ENOENT",
  ]);
  host.plug(EDU, new EmulatedEdu());
  using back = ready(host, EDU);
  assertEquals(back.device.region(0).read32(0), 0x0100_00ed);
});
