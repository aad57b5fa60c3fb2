import { assertEquals } from "@std/assert";
import type { Group } from "../../../core/group.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { passiveNvme } from "../../../devices/passive/shapes.ts";
import { codeOf, ready } from "./ready.ts";

Deno.test("Device.hotResetInfo() and hotReset() of a device on the root bus are ENODEV", () => {
  const host = new EmulatedHost().plug("0000:00:04.0", passiveNvme());
  using open = ready(host, "0000:00:04.0");
  const codes = [() => open.device.hotResetInfo(), () => open.device.hotReset([open.group])].map(codeOf);
  assertEquals(codes, ["ENODEV", "ENODEV"]);
});

Deno.test("Device.hotResetInfo() tells who shares the bus; hotReset() refuses what is no group", () => {
  const [first, second] = ["0000:01:00.0", "0000:01:01.0"];
  const host = new EmulatedHost().plug(first, passiveNvme(), { group: 3 }).plug(second, passiveNvme(), {
    group: 4,
  });
  using open = ready(host, first);
  assertEquals(open.device.hotResetInfo(), {
    devices: [{ address: first, group: 3 }, { address: second, group: 4 }],
    byDeviceId: false,
    owned: false,
  });
  assertEquals(
    codeOf(() => open.device.hotReset([open.group, open.container as unknown as Group])),
    "EINVAL",
  );
  using other = host.groups.openGroup(4);
  assertEquals(codeOf(() => open.device.hotReset([open.group, other])), "0");
});
