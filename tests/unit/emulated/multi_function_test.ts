import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { passiveNvme } from "../../../devices/passive/shapes.ts";
import { codeOf, hardware } from "./ready.ts";

const FIRST = "0000:00:05.0";
const SECOND = "0000:00:05.1";

Deno.test("Functions of one card share a group, and function 0 tells that there are others", () => {
  const host = new EmulatedHost().plug(FIRST, new EmulatedEdu());
  const headerType = (address: string) => hardware(host, address, 0x0e, 1);
  assertEquals(headerType(FIRST), 0);
  host.plug(SECOND, passiveNvme());
  assertEquals([headerType(FIRST), headerType(SECOND)], [0x80, 0]);
  assertEquals([hardware(host, FIRST, 0x0c, 4) >>> 16, hardware(host, FIRST, 0x0e, 2)], [0x80, 0x80]);
  assertEquals(hardware(host, FIRST, 0x10, 2), 0);
  assertEquals(host.host.find(FIRST)?.siblings, [SECOND]);
  host.unplug(SECOND);
  assertEquals(headerType(FIRST), 0);
});

Deno.test("Both functions of a card are opened through their one group, and a foreign driver on one blocks it", () => {
  const host = new EmulatedHost().plug(FIRST, new EmulatedEdu(), { group: 5 }).plug(SECOND, passiveNvme(), {
    group: 5,
  });
  {
    using container = host.groups.openContainer();
    using group = host.groups.openGroup(5);
    group.setContainer(container);
    container.setIommu("type1v2");
    using first = group.openDevice(FIRST);
    using second = group.openDevice(SECOND);
    assertEquals([first.info().resettable, second.info().resettable], [false, true]);
    assertEquals(first.region(7).read8(0x0e), 0x80, "a user sees it too");
  }
  host.sysfs.driverOverride(SECOND, "uio_pci_generic");
  host.host.unbind(SECOND);
  host.host.bind(SECOND, "uio_pci_generic");
  using container = host.groups.openContainer();
  using group = host.groups.openGroup(5);
  assertEquals(codeOf(() => group.setContainer(container)), "EPERM");
});
