import { assertEquals, assertStringIncludes } from "@std/assert";
import { DmaMap } from "../../../views/dma_map.ts";
import { checkList, factList, figure } from "../../../views/report_parts.ts";
import { readXml } from "./well_formed.ts";

Deno.test("factList() writes values as people read them", () => {
  const facts = [{ name: "a", value: true }, { name: "b", value: 16n }, { name: "c", value: 5 }, {
    name: "d",
    value: "x",
  }];
  const values = readXml(String(factList(facts))).filter(({ name }) => name === "bdi").map(({ text }) =>
    text
  );
  assertEquals(values, ["a", "yes", "b", "0x10", "c", "5", "d", "x"]);
});

Deno.test("factList() writes bits with + and -, and other fields by name", () => {
  const value = [{ name: "on", value: true }, { name: "off", value: false }, { name: "size", value: 4 }];
  const parts = readXml(String(factList([{ name: "r", value }]))).filter(({ name }) => name === "bdi").map((
    { text },
  ) => text);
  assertEquals(parts, ["r", "on+", "off-", "size", "4"]);
});

Deno.test("factList() and checkList() of nothing are nothing", () => {
  assertEquals([factList([]), checkList([])], [undefined, undefined]);
});

Deno.test("checkList() tells states by word, and what helps", () => {
  const remedies = [{ id: "MEMLOCK", text: "Raise the limit", command: "ulimit -l 65536" }, {
    id: "A",
    text: "Or wait",
  }];
  const html = String(
    checkList([{ state: "warning", name: "Memory", text: "8 MiB", remedies }, {
      state: "ok",
      name: "b",
      text: "c",
    }]),
  );
  for (
    const part of [
      "! warning",
      "✔ ok",
      "<pre><span>ulimit</span> <span>-l</span> <span>65536</span></pre>",
      "MEMLOCK",
      "Or wait",
    ]
  ) {
    assertStringIncludes(html, part);
  }
  assertEquals(readXml(html).filter(({ name }) => name === "pre").length, 1);
});

Deno.test("figure() draws for a wide page, a narrower one and a phone, and no wider than asked", () => {
  const elements = readXml(String(figure(new DmaMap({ mappings: [] }), 500)));
  const widths = elements.filter(({ name }) => name === "svg").map(({ attributes }) =>
    Number(attributes.get("width"))
  );
  assertEquals(widths, [500, 500, 400]);
  const classes = elements.filter(({ name }) => name === "div").map(({ attributes }) =>
    attributes.get("class")
  );
  assertEquals(classes, ["wide", "medium", "narrow"]);
});
