import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import { passiveE1000e, passiveNvme } from "../../../devices/passive/shapes.ts";
import { hardware, ready } from "./ready.ts";

const ADDRESS = "0000:00:04.0";

Deno.test("VirtualConfig puts BARs back that were lost behind the kernel's back, when Command is written", () => {
  const model = passiveNvme();
  const host = new EmulatedHost().plug(ADDRESS, model);
  using open = ready(host, ADDRESS);
  const config = open.device.region(7);
  const bars = () => [hardware(host, ADDRESS, 0x10, 4), hardware(host, ADDRESS, 0x14, 4)];
  const before = bars();
  for (const at of [0x10, 0x14]) model.config.write(at, 32, 0);
  config.write8(0x0c, 8);
  assertEquals(bars(), [4, 0]);
  config.write16(0x04, 2);
  assertEquals(bars(), before);
});

Deno.test("A device is opened with the decoding that its BARs need, no bus mastering, and INTx let through", () => {
  const space = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000 }).bar(0, {
    kind: "io",
    size: 32,
  });
  const command = (model: PassiveDevice, before: number) => {
    const host = new EmulatedHost().plug(ADDRESS, model);
    model.config.write(0x04, 16, before);
    using _open = ready(host, ADDRESS);
    return hardware(host, ADDRESS, 0x04, 2);
  };
  assertEquals(command(new PassiveDevice(space), 0), 0x0001);
  assertEquals(
    [command(passiveNvme(), 0), command(passiveNvme(), 0x0406), command(passiveE1000e(), 0x0100)],
    [
      0x0002,
      0x0002,
      0x0103,
    ],
  );
});
