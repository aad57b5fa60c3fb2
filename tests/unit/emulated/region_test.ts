import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { passiveVga } from "../../../devices/passive/shapes.ts";
import { codeOf, ready } from "./ready.ts";

const ADDRESS = "0000:00:04.0";

Deno.test("Region.read() makes accesses of 64 bits of each of the six BARs", () => {
  for (const index of [0, 5]) {
    const config = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000 }).bar(index, {
      kind: "memory32",
      size: 16,
    });
    const bar = { read: () => 0x11, write: () => {}, read64: () => 0x22n, write64: () => {} };
    const host = new EmulatedHost().plug(ADDRESS, {
      config,
      bars: { [index]: bar },
      plug: () => {},
      reset: () => {},
    });
    using open = ready(host, ADDRESS);
    assertEquals(open.device.region(index).read64(0), 0x22n);
  }
});

Deno.test("Region.read() and write() of nothing do nothing, wherever they are", () => {
  using open = ready(new EmulatedHost().plug(ADDRESS, new EmulatedEdu()), ADDRESS);
  const none = new Uint8Array(0);
  const counts = [0, 5, 7, 9].map((index) => {
    const region = open.device.region(index);
    return [region.read(0, none), region.write(2 ** 39, none)];
  });
  assertEquals(counts, Array(4).fill([0, 0]));
});

Deno.test("Region.map() counts the last page of what it maps, however little of it is used", () => {
  using open = ready(new EmulatedHost().plug(ADDRESS, new EmulatedEdu()), ADDRESS);
  const map = (offset: number, size: number) =>
    codeOf(() => open.device.region(0).map({ offset, size })[Symbol.dispose]());
  assertEquals([map(0xf_f000, 4096), map(0xf_f000, 4097), map(0xf_e000, 4097)], ["0", "EINVAL", "0"]);
});

Deno.test("Region's accesses are EIO where one of VGA's ranges ends inside them", () => {
  using open = ready(new EmulatedHost().plug(ADDRESS, passiveVga()), ADDRESS);
  const vga = open.device.region(8);
  const codes = [
    () => vga.read64(0x3b8),
    () => vga.write64(0x3b8, 0n),
    () => vga.read32(0x3b8),
    () => vga.write32(0x3b8, 0),
  ];
  assertEquals(codes.map(codeOf), ["EIO", "EIO", "0", "0"]);
});
