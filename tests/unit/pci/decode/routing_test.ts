import { assertEquals } from "@std/assert";
import {
  decodeAccessControl,
  decodeMulticast,
  decodeProcessingHints,
  decodeVirtualization,
} from "../../../../pci/decode/routing.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodeAccessControl() reads a vector of as many ports as is said, 0 for 256", () => {
  const vector = (word: number) => decodeAccessControl(scopeOf({ 4: word, 8: 5 })).egressControlVector;
  assertEquals([vector(0x0820), vector(0x2120), vector(0x0820 & ~0x20)], [[5], [5, 0], undefined]);
  assertEquals(vector(0x0020)?.length, 8);
  const { capabilities, control } = decodeAccessControl(scopeOf({ 4: 0x001d_005f }));
  assertEquals([capabilities?.directTranslated, control?.upstreamForwarding, control?.egressControl], [
    true,
    true,
    false,
  ]);
});

Deno.test("decodeVirtualization() reads the BARs of virtual functions", () => {
  const scope = scopeOf({
    0x0c: 0x0008_0008,
    0x10: 4,
    0x14: 0x0002_0080,
    0x18: 0x10ca_0000,
    0x24: 0xfeb0_000c,
    0x28: 1,
    0x30: 0xfeb2_0000,
    0x3c: 0x0000_2003,
  });
  const fields = decodeVirtualization(scope);
  assertEquals([fields.totalVfs, fields.vfs, fields.firstVfOffset, fields.vfStride, fields.vfDeviceId], [
    8,
    4,
    0x80,
    2,
    0x10ca,
  ]);
  assertEquals(fields.vfBars, [
    { index: 0, kind: "memory64", prefetchable: true, address: "0x00000001feb00000" },
    { index: 3, kind: "memory32", prefetchable: false, address: "0x00000000feb20000" },
  ]);
  assertEquals(fields.migrationStateArray, { bar: 3, offset: 0x2000 });
  assertEquals(scope.length, 0x40);
});

Deno.test("decodeMulticast() has an overlay in ports alone", () => {
  const words = { 4: 0x8003_0c3f, 8: 0x1234_500c, 12: 1, 16: 5, 0x28: 0xabcd_0046, 0x2c: 2 };
  const { capabilities, control, base, indexPosition, receive, overlay } = decodeMulticast(
    scopeOf(words, { port: "downstream port" }),
  );
  assertEquals([capabilities?.maxGroups, capabilities?.windowSizeRequested], [64, 4096]);
  assertEquals(control, { groups: 4, enable: true });
  assertEquals([base, indexPosition, receive], ["0x0000000112345000", 12, "0x0000000000000005"]);
  assertEquals(overlay, { size: 6, base: "0x00000002abcd0040" });
  const endpoint = scopeOf(words, { port: "endpoint" });
  assertEquals(decodeMulticast(endpoint).overlay, undefined);
  assertEquals(endpoint.length, 0x28);
});

Deno.test("decodeProcessingHints() reads the table where it is in the capability", () => {
  const inside = scopeOf({ 4: 0x0002_0202, 0x0c: 0x0002_0001, 0x10: 3 });
  assertEquals(decodeProcessingHints(inside).table, [1, 2, 3]);
  assertEquals(inside.length, 0x12);
  const outside = decodeProcessingHints(scopeOf({ 4: 0x07ff_0402 }));
  assertEquals([outside.table, outside.capabilities?.tableLocation], [undefined, "MSI-X table"]);
  const cut = scopeOf({ 4: 0x07ff_0202 }, { size: 0x20 });
  assertEquals([decodeProcessingHints(cut).table?.length, cut.truncated], [10, true]);
});
