import { assertEquals } from "@std/assert";
import { ByteMemory } from "../../../../core/byte_memory.ts";
import { decodeHeader } from "../../../../pci/decode/header.ts";
import { space } from "../spaces.ts";

const COMMON = [
  "vendorId",
  "deviceId",
  "command",
  "status",
  "revisionId",
  "classCode",
  "cacheLineSize",
  "latencyTimer",
  "headerType",
  "bist",
  "className",
];
const WORDS = { 0: 0x10d3_8086, 4: 0x0410_0106, 8: 0x0200_0003, 0x2c: 0x0000_8086, 0x3c: 0x0000_010b };

Deno.test("decodeHeader() reads of each layout what it has, and no BARs", () => {
  const memory = new ByteMemory(space(256, WORDS));
  const names = [0, 1, 2, 3].map((layout) => Object.keys(decodeHeader(memory, layout)));
  const [device = [], bridge = [], cardBus = [], unknown] = names;
  assertEquals(device, [
    "layout",
    ...COMMON,
    "cardbusCisPointer",
    "subsystemVendorId",
    "subsystemId",
    "interruptLine",
    "interruptPin",
    "minGnt",
    "maxLat",
  ]);
  assertEquals([bridge.includes("bridgeControl"), bridge.includes("windows"), bridge.includes("minGnt")], [
    true,
    true,
    false,
  ]);
  assertEquals([cardBus.includes("legacyModeBase"), cardBus.includes("subsystemId")], [true, true]);
  assertEquals(unknown, COMMON);
  for (const each of names) {
    assertEquals(each.some((name) => /^bar\d|^expansionRom|Pointer$/.test(name)), each === device);
  }
});

Deno.test("decodeHeader() tells what the numbers mean", () => {
  const header = decodeHeader(new ByteMemory(space(64, WORDS)), 0);
  assertEquals([header.vendorId, header.className], [0x8086, "Ethernet controller"]);
  assertEquals(header.status?.devselTiming, "slow");
  assertEquals(
    decodeHeader(new ByteMemory(space(64, { 4: 0x0600_0000 })), 0).status?.devselTiming,
    "reserved 3",
  );
});

Deno.test("decodeHeader() leaves out what is cut off", () => {
  assertEquals(Object.keys(decodeHeader(new ByteMemory(space(64, WORDS).subarray(0, 7)), 0)), [
    "layout",
    "vendorId",
    "deviceId",
    "command",
  ]);
  assertEquals(decodeHeader(new ByteMemory(new Uint8Array(0)), undefined), {});
});
