import { assertEquals, assertThrows } from "@std/assert";
import { configMemory } from "../../../../pci/config_bytes.ts";
import { decodeConfig } from "../../../../pci/decode/config.ts";
import { STANDARD_IDS, withStandard } from "../made.ts";
import { mutants } from "../mutants.ts";
import { checkPromises } from "../promises.ts";
import { chance, e1000e, header, nonsense, space } from "../spaces.ts";

Deno.test("decodeConfig() decodes what a device declares", () => {
  const decoded = decodeConfig(e1000e());
  assertEquals([decoded.size, decoded.answered, decoded.header.layout], [4096, true, "device"]);
  assertEquals([decoded.header.vendorId, decoded.header.className], [0x8086, "Ethernet controller"]);
  assertEquals(decoded.capabilities.map(({ kind, at, length }) => [kind, at, length]), [
    ["powerManagement", 0xc8, 8],
    ["msi", 0xd0, 14],
    ["pciExpress", 0xe0, 20],
    ["msix", 0xa0, 12],
  ]);
  const table = decoded.capabilities.find(({ kind }) => kind === "msix");
  assertEquals(table?.kind === "msix" && table.fields.control?.vectors, 5);
  assertEquals(decoded.extendedCapabilities.map(({ kind, version }) => [kind, version]), [
    ["advancedErrorReporting", 2],
    ["deviceSerialNumber", 1],
  ]);
  const [, serial] = decoded.extendedCapabilities;
  assertEquals(serial?.fields, { serialNumber: "00-52-54-ff-ff-12-34-56" });
  assertEquals(decoded.ends, { capabilities: "complete", extendedCapabilities: "complete" });
});

Deno.test("decodeConfig() tells the same of bytes and of memory, of which it reads each byte once", () => {
  const memory = configMemory(e1000e());
  const reads: number[] = [];
  const read32 = memory.read32.bind(memory);
  memory.read32 = (offset) => {
    reads.push(offset);
    return read32(offset);
  };
  for (const name of ["read8", "read16"] as const) memory[name] = () => assertEquals(name, "read32") as never;
  assertEquals(decodeConfig(memory), decodeConfig(e1000e()));
  assertEquals([reads.length, new Set(reads).size], [1024, 1024]);
});

Deno.test("decodeConfig() gives BARs and the expansion ROM in what JSON has", () => {
  const words = { ...header(0), 0x10: 0xfea0_000c, 0x14: 1, 0x18: 0xc001, 0x30: 0xfeb0_0001 };
  const { bars, expansionRom } = decodeConfig(space(64, words));
  assertEquals(bars, [
    { index: 0, kind: "memory64", prefetchable: true, address: "0x00000001fea00000" },
    { index: 2, kind: "io", prefetchable: false, address: "0x000000000000c000" },
  ]);
  assertEquals(expansionRom, { enabled: true, address: "0x00000000feb00000" });
  const bridge = decodeConfig(space(64, { ...header(0), 0x0c: 0x0001_0000, 0x38: 0xfeb0_0000 }));
  assertEquals(bridge.expansionRom, { enabled: false, address: "0x00000000feb00000" });
  for (const nothing of [0, 0xffff_ffff]) {
    assertEquals("expansionRom" in decodeConfig(space(64, { ...header(0), 0x30: nothing })), false);
  }
});

Deno.test("decodeConfig() says when nobody answered", () => {
  for (const size of [0, 64, 256, 4096]) {
    const decoded = decodeConfig(new Uint8Array(size).fill(0xff));
    assertEquals([decoded.answered, decoded.header, decoded.capabilities, decoded.size], [
      false,
      {},
      [],
      size,
    ]);
    assertEquals(decoded.ends.capabilities, "no answer");
  }
  // A virtual function has no ids of its own, and is there all the same.
  assertEquals(decodeConfig(space(64, { 0: 0xffff_ffff })).answered, true);
});

Deno.test("decodeConfig() says how lists end", () => {
  const ends = (words: Readonly<Record<number, number>>, size = 256) => {
    const decoded = decodeConfig(space(size, { ...header(0x40), 0x04: 0x0010_0000, ...words }));
    return [decoded.capabilities.length, decoded.ends.capabilities, decoded.ends.extendedCapabilities];
  };
  assertEquals(ends({ 0x40: 1 }), [1, "complete", "complete"]);
  assertEquals(ends({ 0x40: 0x4001 }), [1, "loop", "complete"]);
  assertEquals(ends({ 0x40: 0x0401 }), [1, "astray", "complete"]);
  assertEquals(ends({ 0x40: 0x6001, 0x60: 0xffff_ffff }), [1, "no answer", "complete"]);
  assertEquals(ends({ 0x40: 0x9001 }, 128), [1, "cut off", "complete"]);
  assertEquals(ends({}, 64), [0, "cut off", "complete"]);
  const first = 0x0001_0003;
  assertEquals(ends({ 0x40: 1, 0x100: first | (0x100 << 20) }, 4096)[2], "loop");
  assertEquals(
    ends({ 0x40: 1, 0x100: (first | (0xffc << 20)) >>> 0, 0xffc: 0xffff_ffff }, 4096)[2],
    "no answer",
  );
  assertEquals(ends({ 0x40: 1, 0x100: (first | (0xf00 << 20)) >>> 0 }, 0x200)[2], "cut off");
  assertEquals(ends({ 0x40: 1, 0x100: first | (0x080 << 20) }, 4096)[2], "astray");
  assertEquals(ends({ 0x40: 1, 0x100: first | (0x200 << 20) }, 4096)[2], "astray");
});

Deno.test("decodeConfig() ends capabilities of the first list with the first 256 bytes, however many follow", () => {
  const bytes = space(4096, { ...header(0xfc), 0x04: 0x0010_0000, 0xfc: 0x0003_0001, 0x100: 0x0001_0003 });
  const [capability] = decodeConfig(bytes).capabilities;
  assertEquals([capability?.truncated, Object.keys(capability?.fields ?? {})], [true, ["capabilities"]]);
});

Deno.test("decodeConfig() keeps its promises whatever a device holds", () => {
  // A longer run: more, or another seed.
  for (const bytes of mutants(150, 1)) checkPromises(bytes, decodeConfig(bytes));
  for (const bytes of nonsense(50)) checkPromises(bytes, decodeConfig(bytes));
});

Deno.test("decodeConfig() says of a space that is cut off what it says of the whole one, or less", () => {
  const numbers = chance(2);
  for (const id of STANDARD_IDS) {
    const bytes = withStandard(id, numbers);
    const [, whole] = decodeConfig(bytes).capabilities;
    for (const size of [0x82, 0x84, 0x88, 0x90, 0xa0, 0x100]) {
      const [, part] = decodeConfig(bytes.subarray(0, size)).capabilities;
      const fields = Object.entries(part?.fields ?? {});
      for (const [name, value] of fields) {
        // What has entries has fewer of them, and what stands for several registers may be gone.
        if (typeof value === "object" && (Array.isArray(value) || name === "virtio" || name === "iommu")) {
          continue;
        }
        assertEquals((whole?.fields as Record<string, unknown>)[name], value, `${id} ${name}`);
      }
    }
  }
});

Deno.test("decodeConfig() takes bytes or memory, and lets the memory's own error through", () => {
  assertThrows(() => decodeConfig("00:" as never), TypeError);
  class Gone extends Error {}
  const memory = configMemory(e1000e());
  memory.read32 = () => {
    throw new Gone();
  };
  assertThrows(() => decodeConfig(memory), Gone);
});
