import { assertEquals } from "@std/assert";
import { decodeEnhancedAllocation } from "../../../../pci/decode/enhanced_allocation.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodeEnhancedAllocation() reads entries of every length, one behind the other", () => {
  const scope = scopeOf({
    0: 0x0003_0014,
    // Two words, three with an upper base, four with both upper halves.
    4: 0x80ff_0002,
    8: 0xfe00_0000,
    12: 0x000f_fffc,
    16: 0xc0ff_0193,
    20: 0xfe10_0002,
    24: 0x0000_fffc,
    28: 0x0000_0021,
    32: 0x0005_fd84,
    36: 0x0000_0002,
    40: 0xffff_fffe,
    44: 0x1,
    48: 0x2,
  });
  const { allocations } = decodeEnhancedAllocation(scope);
  assertEquals(allocations.map(({ base, maxOffset }) => [base, maxOffset]), [
    ["0x00000000fe000000", "0x00000000000fffff"],
    ["0x00000021fe100000", "0x000000000000ffff"],
    ["0x0000000100000000", "0x00000002ffffffff"],
  ]);
  assertEquals(allocations[1]?.header, {
    size: 3,
    equivalent: "VF BAR 0",
    primaryProperties: "prefetchable memory",
    secondaryProperties: "unavailable",
    writable: true,
    enable: true,
  });
  assertEquals(allocations[2]?.header?.equivalent, "expansion ROM");
  assertEquals([scope.length, scope.truncated], [52, false]);
});

Deno.test("decodeEnhancedAllocation() has the buses of a bridge in front of its entries", () => {
  const words = { 0: 0x0001_0014, 4: 0x0000_0302, 8: 0x80ff_0002, 12: 0x1000, 16: 0xffc };
  const { buses, allocations } = decodeEnhancedAllocation(scopeOf(words, { headerLayout: 1 }));
  assertEquals(buses, { secondaryBus: 2, subordinateBus: 3 });
  assertEquals(allocations[0]?.base, "0x0000000000001000");
});

Deno.test("decodeEnhancedAllocation() ends where the space does, whatever it counts", () => {
  const scope = scopeOf({ 0: 0x003f_0014, 4: 0x0000_0002, 16: 0x0000_0007 }, { size: 24 });
  const { entries, allocations } = decodeEnhancedAllocation(scope);
  assertEquals([entries?.count, allocations.length, scope.truncated], [63, 2, true]);
  assertEquals(Object.keys(allocations[1] ?? {}), ["header"]);
  assertEquals(decodeEnhancedAllocation(scopeOf({}, { size: 2 })), { allocations: [] });
});
