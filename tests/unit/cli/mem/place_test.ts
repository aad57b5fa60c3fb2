import { assertEquals, assertThrows } from "@std/assert";
import { EDU } from "../../../../devices/mod.ts";
import type { RegisterDeclaration } from "../../../../mod.ts";
import { UsageError } from "../../../../cli/errors.ts";
import { findPlace, readablePlaces } from "../../../../cli/mem/place.ts";
import type { Ground } from "../../../../cli/mem/place.ts";

const MAP = new Map<string, RegisterDeclaration>(Object.entries(EDU));
const GROUND: Ground = { region: "bar0", size: 0x1000, map: MAP, width: undefined };

Deno.test("findPlace() finds offsets, registers and fields, in whatever case", () => {
  assertEquals(findPlace(GROUND, "0x24c"), { offset: 0x24c, width: 32 });
  assertEquals(findPlace({ ...GROUND, width: 8 }, "33"), { offset: 33, width: 8 });
  const { offset, width, name } = findPlace(GROUND, "DMASOURCE");
  assertEquals([offset, width, name], [0x80, 64, "dmaSource"]);
  assertEquals(findPlace(GROUND, "status.IrqWhenDone").field, { lsb: 7, count: 1 });
  assertEquals(findPlace(GROUND, "id.major").field, { lsb: 24, count: 8 });
});

Deno.test("findPlace() names the register at an offset, and has its width", () => {
  assertEquals(findPlace(GROUND, "0x20"), findPlace(GROUND, "status"));
  assertEquals(findPlace(GROUND, "0x80").width, 64);
  assertEquals(findPlace({ ...GROUND, width: 8 }, "0x80"), { offset: 0x80, width: 8, name: "dmaSource" });
  assertEquals(findPlace({ ...GROUND, map: undefined }, "0x80"), { offset: 0x80, width: 32 });
});

Deno.test("findPlace() prefers the exact name where case alone tells two apart", () => {
  const map = new Map<string, RegisterDeclaration>([["a", { at: 0, width: 32 }], ["A", {
    at: 4,
    width: 32,
  }]]);
  assertEquals(findPlace({ ...GROUND, map }, "A").offset, 4);
  assertEquals(findPlace({ ...GROUND, map }, "a").offset, 0);
});

Deno.test("findPlace() has no fields in another width than the register's", () => {
  assertEquals(findPlace({ ...GROUND, width: 16 }, "status").declaration, undefined);
  assertEquals(findPlace({ ...GROUND, width: 16 }, "status.computing").width, 32);
});

Deno.test("findPlace() refuses what is not there", () => {
  for (
    const [word, message] of [
      ["toaster", "The map has no register 'toaster'. It has id, liveness"],
      ["status.toaster", "status has no field 'toaster': computing, irqWhenDone"],
      ["liveness.toaster", "it has none"],
      ["0x1001", "where no access of 32 bits begins"],
      ["0x1000", "outside: bar0 has 0x1000 bytes"],
      ["-4", "The map has no register"],
      ["__proto__", "The map has no register"],
    ] as const
  ) assertThrows(() => findPlace(GROUND, word), UsageError, message);
  assertThrows(() => findPlace({ ...GROUND, map: undefined }, "id"), UsageError, "names with --map FILE");
});

Deno.test("readablePlaces() leaves out what cannot be read, and what is outside", () => {
  const names = readablePlaces({ ...GROUND, size: 0x80 }).map(({ name }) => name);
  assertEquals(names, ["id", "liveness", "factorial", "status", "irqStatus"]);
});
