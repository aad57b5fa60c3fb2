import { assertEquals } from "@std/assert";
import { factsFrom } from "../../../views/report_facts.ts";

Deno.test("factsFrom() makes a fact of each value, register and list", () => {
  assertEquals(
    factsFrom({
      version: 2,
      name: "x",
      enabled: true,
      address: 0xfee0_0000n,
      missing: undefined,
      control: { enable: true, masked: false, size: 4, wide: 255n },
      sizes: [1, 2],
      data: Uint8Array.of(1, 0xff),
      empty: {},
    }),
    [
      { name: "version", value: 2 },
      { name: "name", value: "x" },
      { name: "enabled", value: true },
      { name: "address", value: 0xfee0_0000n },
      {
        name: "control",
        value: [
          { name: "enable", value: true },
          { name: "masked", value: false },
          { name: "size", value: 4 },
          { name: "wide", value: 255n },
        ],
      },
      { name: "sizes", value: "1, 2" },
      { name: "data", value: "01ff" },
    ],
  );
});

Deno.test("factsFrom() goes into what is nested", () => {
  assertEquals(factsFrom({ bars: [{ index: 0, control: { size: 1 } }, { index: 1 }] }), [
    { name: "bars 0 index", value: 0 },
    { name: "bars 0 control", value: [{ name: "size", value: 1 }] },
    { name: "bars 1", value: [{ name: "index", value: 1 }] },
  ]);
});

Deno.test("factsFrom() ends on what has no end", () => {
  const endless: Record<string, unknown> = { value: 1 };
  endless["self"] = endless;
  assertEquals(factsFrom({ endless }).length, 4);
});
