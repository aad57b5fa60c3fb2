import { assertEquals } from "@std/assert";
import { parseResources, resourcesOf } from "../../backends/linux/resources.ts";
import { LinuxHost } from "../../backends/linux/host.ts";
import "./holdings.ts";

const ABSENT = "0x0000000000000000 0x0000000000000000 0x0000000000000000";
/** A network card's, of a kernel with SR-IOV: what stands behind the ROM belongs to virtual functions. */
const CARD = [
  "0x00000000febc0000 0x00000000febdffff 0x0000000000040200",
  ABSENT,
  "0x000000000000c080 0x000000000000c09f 0x0000000000040101",
  "0x0000380000000000 0x0000380000003fff 0x000000000014220c",
  ABSENT,
  ABSENT,
  "0x00000000feb80000 0x00000000febbffff 0x0000000000046200",
  "0x00000000fe000000 0x00000000fe003fff 0x000000000014220c",
  "",
].join("\n");

Deno.test("parseResources() reads BARs and the ROM, and no window behind them", () => {
  assertEquals(parseResources(CARD), [
    { index: 0, kind: "memory32", prefetchable: false, address: 0xfebc_0000n, size: 0x2_0000 },
    { index: 2, kind: "io", prefetchable: false, address: 0xc080n, size: 32 },
    { index: 3, kind: "memory64", prefetchable: true, address: 0x3800_0000_0000n, size: 0x4000 },
    { index: 6, kind: "memory32", prefetchable: true, address: 0xfeb8_0000n, size: 0x4_0000 },
  ]);
});

Deno.test("parseResources() tells the size of what nobody has placed", () => {
  const unplaced = "0x0000000000000000 0x000000000000ffff 0x0000000020040200";
  assertEquals(parseResources(unplaced).map(({ address, size }) => [address, size]), [[0n, 0x1_0000]]);
});

Deno.test("parseResources() takes what is no line of the kernel's for nothing", () => {
  for (const text of ["", "\n\n", "0x1 0x2 0x200", `${"0x".padEnd(60, "z")}\n`]) {
    assertEquals(parseResources(text), [], text);
  }
});

Deno.test("resourcesOf() tells sizes that are powers of two of each device there is", () => {
  for (const { address } of new LinuxHost().list()) {
    for (const { index, size } of resourcesOf(address)) {
      assertEquals([index >= 0 && index <= 6, Number.isInteger(Math.log2(size))], [true, true], address);
    }
  }
  assertEquals(resourcesOf("ffff:ff:1f.7"), []);
});
