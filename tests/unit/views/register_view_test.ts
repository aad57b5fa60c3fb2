import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RegisterMap } from "../../../core/registers.ts";
import { RegisterView } from "../../../views/register_view.ts";
import { readXml } from "./well_formed.ts";

const MAP = {
  wide: { at: 0x10, width: 64 },
  status: {
    at: 0x04,
    width: 32,
    access: "w1c",
    fields: { state: [31, 28], memoryWriteAndInvalidate: 3, ready: 0 },
  },
} as const satisfies RegisterMap;

Deno.test("RegisterView.toString() lists registers by place, with fields and values", () => {
  assertEquals(new RegisterView(MAP, { status: 0x9000_0001, wide: 0x1234n }).toString().split("\n"), [
    "0x04  status  0x90000001  (32 bits, w1c)",
    "      [31:28] state = 0x9",
    "      [3] memoryWriteAndInvalidate = 0",
    "      [0] ready = 1",
    "0x10  wide  0x0000000000001234  (64 bits, rw)",
  ]);
});

Deno.test("RegisterView without values is the data sheet", () => {
  assertEquals(new RegisterView({ status: MAP.status }).toString().split("\n"), [
    "0x04  status  (32 bits, w1c)",
    "      [31:28] state",
    "      [3] memoryWriteAndInvalidate",
    "      [0] ready",
  ]);
});

Deno.test("RegisterView.svg() draws the most significant bit to the left", () => {
  const texts = readXml(new RegisterView({ status: MAP.status }).svg()).filter(({ name }) => name === "text");
  const place = (text: string) => Number(texts.find((element) => element.text === text)?.attributes.get("x"));
  assert(place("31") < place("28") && place("28") < place("3"));
});

Deno.test("RegisterView.svg() shows every name in full where bits are narrow, and the values", () => {
  for (const width of [376, 760]) {
    const view = new RegisterView(MAP, { status: 0x9000_0001, wide: 0xffff_0000_0000_0001n });
    const texts = readXml(view.svg({ width })).filter(({ name }) => name === "text").map(({ text }) => text);
    for (
      const text of ["status", "memoryWriteAndInvalidate", "ready", "0x9", "0x90000001", "0xffff000000000001"]
    ) {
      assert(texts.includes(text), `${text} at ${width}`);
    }
  }
});

Deno.test("RegisterView tells the value of bits that no field has only if it is not 0", () => {
  const map = { odd: { at: 0, width: 8, fields: { low: 0 } } } as const satisfies RegisterMap;
  assert(!new RegisterView(map, { odd: 1 }).svg().includes(">0x0<"));
  assertStringIncludes(new RegisterView(map, { odd: 0x81 }).svg(), ">0x40<");
});

Deno.test("RegisterView takes no value from what all objects have", () => {
  const map = { constructor: { at: 0, width: 8 } } as unknown as RegisterMap;
  assertEquals(new RegisterView(map, {}).toString(), "0x00  constructor  (8 bits, rw)");
});
