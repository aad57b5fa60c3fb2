import { assertEquals, assertThrows } from "@std/assert";
import { parseJsonMap } from "../../../../cli/mem/json_map.ts";

Deno.test("parseJsonMap() reads registers with what they may leave out", () => {
  const map = parseJsonMap(
    `{"id": {"at": 0, "access": "ro"}, "dma": {"at": "0x80", "width": 64, "fields": {"start": 0, "mode": [6, 4]}}}`,
  );
  assertEquals([...map], [
    ["id", { at: 0, width: 32, access: "ro" }],
    ["dma", { at: 0x80, width: 64, access: "rw", fields: { start: 0, mode: [6, 4] } }],
  ]);
});

Deno.test("parseJsonMap() says what is wrong, and with which register", () => {
  for (
    const [text, message] of [
      ["{", "JSON"],
      ["{}", "no registers"],
      ["[1]", "the map is no object"],
      [`{"a": 1}`, `register "a" is no object`],
      [`{"a": {}}`, `register "a" has no offset`],
      [`{"a": {"at": -4}}`, "has no offset"],
      [`{"a": {"at": 1e300}}`, "has no offset"],
      [`{"a": {"at": 2, "width": 32}}`, "where no access of 32 bits begins"],
      [`{"a": {"at": 0, "width": 24}}`, "has no width"],
      [`{"a": {"at": 0, "access": "rc"}}`, "has no access"],
      [`{"a": {"at": 0, "witdh": 8}}`, `has "witdh": at, width, access, fields are known`],
      [`{"a": {"at": 0, "fields": {"f": "1"}}}`, `field "f" of register "a" is neither a bit nor [msb, lsb]`],
      [`{"a": {"at": 0, "fields": {"f": [1]}}}`, "is neither a bit nor"],
      [`{"a": {"at": 0, "fields": {"f": 32}}}`, "Cannot place field"],
      [`{"a": {"at": 0, "fields": {"raw": 1}}}`, "Cannot place field"],
    ] as const
  ) assertThrows(() => parseJsonMap(text), SyntaxError, message);
});

Deno.test("parseJsonMap() takes names that objects have themselves", () => {
  const map = parseJsonMap(`{"__proto__": {"at": 4, "fields": {"constructor": 1}}, "toString": {"at": 8}}`);
  assertEquals([...map.keys()], ["__proto__", "toString"]);
});
