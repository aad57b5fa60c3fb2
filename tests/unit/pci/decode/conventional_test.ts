import { assertEquals } from "@std/assert";
import {
  decodeAgp,
  decodePciX,
  decodeSecureDevice,
  decodeVendorSpecific,
} from "../../../../pci/decode/conventional.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodeAgp() tells rates by the mode they are of", () => {
  const rates = (words: Readonly<Record<number, number>>) => {
    const { supportedRates, enabledRates } = decodeAgp(scopeOf(words));
    return [supportedRates, enabledRates];
  };
  assertEquals(rates({ 0: 0x0020_0002, 4: 7, 8: 1 }), [[1, 2, 4], [1]]);
  assertEquals(rates({ 0: 0x0030_0002, 4: 0x0b, 8: 2 }), [[4, 8], [8]]);
  assertEquals(rates({ 0: 0x0030_0002, 4: 0x03, 8: 0 }), [[1, 2], []]);
  assertEquals(decodeAgp(scopeOf({ 0: 0x0020_0002, 4: 0x1f00_0007 }, { size: 8 })).status?.requests, 32);
});

Deno.test("decodePciX() has a layout for bridges", () => {
  const words = { 0: 0x0142_0007, 4: 0x0003_0810, 8: 0x0020_0010, 12: 0x0040_0030 };
  const device = decodePciX(scopeOf(words));
  assertEquals("command" in device && device.command?.relaxedOrdering, true);
  assertEquals("command" in device && device.command?.maxSplitTransactions, 8);
  const bridge = decodePciX(scopeOf(words, { headerLayout: 1 }));
  assertEquals("upstreamSplits" in bridge && bridge.upstreamSplits, { capacity: 16, commitmentLimit: 32 });
  assertEquals("secondaryStatus" in bridge && bridge.secondaryStatus?.clock, "reserved 5");
});

Deno.test("decodeVendorSpecific() knows the structures of virtio", () => {
  const virtio = { vendorId: 0x1af4, deviceId: 0x1041 };
  const words = { 0: 0x0214_0009, 4: 0x0004, 8: 0x3000, 12: 0x1000, 16: 4 };
  assertEquals(decodeVendorSpecific(scopeOf(words, virtio)), {
    length: 0x14,
    virtio: {
      type: { structure: "notifications" },
      bar: 4,
      id: 0,
      offset: 0x3000,
      size: 0x1000,
      multiplier: 4,
    },
  });
  assertEquals(decodeVendorSpecific(scopeOf(words, { vendorId: 0x8086, deviceId: 0x1041 })), {
    length: 0x14,
  });
  assertEquals(decodeVendorSpecific(scopeOf(words, { vendorId: 0x1af4, deviceId: 0x1110 })), {
    length: 0x14,
  });
  // Too short for a structure.
  assertEquals(decodeVendorSpecific(scopeOf({ 0: 0x020f_0009 }, virtio)), { length: 0x0f });
});

Deno.test("decodeVendorSpecific() takes the length that is stated, unless it is none", () => {
  const length = (words: Readonly<Record<number, number>>, size?: number) => {
    const scope = scopeOf(words, size === undefined ? {} : { size });
    decodeVendorSpecific(scope);
    return [scope.length, scope.truncated];
  };
  assertEquals(length({ 0: 0x0020_0009 }), [0x20, false]);
  assertEquals(length({ 0: 0x0020_0009 }, 0x1f), [0x20, true]);
  assertEquals(length({ 0: 0x0000_0009 }), [3, false]);
});

Deno.test("decodeSecureDevice() knows AMD's IOMMU", () => {
  const words = { 0: 0x1b0b_000f, 4: 0xfeb8_0001, 8: 1, 12: 0, 16: 0x0020_3040 };
  const { iommu } = decodeSecureDevice(scopeOf(words));
  assertEquals([iommu?.enabled, iommu?.base], [true, "0x00000001feb80000"]);
  assertEquals(iommu?.capability?.extendedFeatures, true);
  assertEquals(decodeSecureDevice(scopeOf({ 0: 0x000a_000f })), { capability: { type: 2, revision: 1 } });
});
