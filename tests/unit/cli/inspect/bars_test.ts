import { assertEquals } from "@std/assert";
import { decodeConfig } from "../../../../pci/mod.ts";
import { barLines, shortSize } from "../../../../cli/inspect/bars.ts";
import { render } from "../../../../cli/text.ts";
import type { DeviceResource } from "../../../../mod.ts";

const NOTHING = decodeConfig(new Uint8Array(64));

/** BARs of 32 bits, of a size each. */
function bars(...sizes: readonly number[]): DeviceResource[] {
  return sizes.map((size, index) => ({
    index,
    kind: "memory32",
    prefetchable: index % 2 === 1,
    address: BigInt(0x1000_0000 * index),
    size,
  }));
}

function text(resources: readonly DeviceResource[], fields: boolean, columns = 80): string[] {
  return barLines(NOTHING, resources, { fields, columns }).map((line) => render(line, false));
}

Deno.test("shortSize() writes sizes as lspci does", () => {
  const sizes = [4, 256, 1024, 0x2_0000, 2 ** 20, 3 * 2 ** 30, 2 ** 40];
  assertEquals(sizes.map(shortSize), ["4", "256", "1K", "128K", "1M", "3G", "1T"]);
});

Deno.test("barLines() puts BARs side by side, as many as there is room for", () => {
  assertEquals(text(bars(4096, 16, 2 ** 20), false, 36), [
    "  BAR0 mem32 4K   BAR1 mem32 16",
    "  BAR2 mem32 1M",
  ]);
  assertEquals(text(bars(4096, 16), false, 10), ["  BAR0 mem32 4K", "  BAR1 mem32 16"]);
  assertEquals(text([], false), []);
});

Deno.test("barLines() of all fields tells where BARs lie, and names the ROM", () => {
  const rom = {
    index: 6,
    kind: "memory32",
    prefetchable: false,
    address: 0xfeb8_0000n,
    size: 0x4_0000,
  } as const;
  assertEquals(text([...bars(4096, 16), rom], true), [
    "  BAR0 mem32 4K without address",
    "  BAR1 mem32 16 at 0x10000000 prefetchable",
    "  ROM mem32 256K at 0xfeb80000",
  ]);
});
