import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { colourOf, ConfigMap } from "../../../views/config_map.ts";
import { nonsense } from "../pci/spaces.ts";
import { configOf, sampleHost } from "./sample.ts";
import { readXml } from "./well_formed.ts";

const BYTES = configOf(sampleHost(), "0000:01:00.0");

Deno.test("ConfigMap.svg() shows registers by name with their values", () => {
  const tips = readXml(new ConfigMap({ bytes: BYTES }).svg()).filter(({ name }) => name === "title").map((
    { text },
  ) => text);
  const command = tips.find((tip) => tip.includes("command at"));
  assertEquals(command?.split("\n").slice(0, 2), ["Header, 0x00", "command at 0x04, 16 bits: 0x0103"]);
  assert(command?.split("\n").includes("busMaster 0x0"));
  assert(tips.some((tip) => tip === "Advanced Error Reporting, 0x100"));
});

Deno.test("ConfigMap.svg() shows every byte of a row as text that can be copied", () => {
  const spans = readXml(new ConfigMap({ bytes: BYTES }).svg()).filter(({ name }) => name === "tspan");
  assertEquals(spans.slice(0, 6).map(({ text }) => text), ["86", "80", "c9", "10", "03", "01"]);
});

Deno.test("ConfigMap.svg() has what its colours mean beside the map, or below", () => {
  const view = new ConfigMap({ bytes: BYTES });
  const [narrow, wide] = [view.picture(376), view.picture(760)];
  assert(narrow.height > wide.height && narrow.width < wide.width);
  for (const picture of [narrow, wide]) {
    assertStringIncludes(String(picture.body), ">Alternative Routing-ID Interpretation<");
  }
});

Deno.test("ConfigMap shows dots for what was taken out", () => {
  const bytes = new Uint8Array(64);
  const view = new ConfigMap({ bytes, hidden: [{ at: 2, size: 2, name: "serial number" }] });
  assertStringIncludes(view.toString(), "0x000  00 00 ·· ·· 00 00");
  assertStringIncludes(view.svg(), "Header, 0x00\nserial number\ntaken out");
});

Deno.test("ConfigMap keeps what it looked at", () => {
  const bytes = BYTES.slice();
  const view = new ConfigMap({ bytes });
  const before = view.toString();
  bytes.fill(0);
  assertEquals(view.toString(), before);
});

Deno.test("ConfigMap draws whatever a device says, and no more than 4096 bytes", () => {
  for (const bytes of nonsense(60)) readXml(new ConfigMap({ bytes }).svg());
  const view = new ConfigMap({ bytes: new Uint8Array(100_000).fill(1) });
  assertEquals(view.toString().split("\n").at(-1), "0x040  to 0xfff: all 01");
});

Deno.test("colourOf() gives the header a colour of its own, and neighbours different ones", () => {
  const colours = Array.from({ length: 20 }, (_, index) => colourOf(index));
  assertEquals(colours.filter((colour) => colour === "a0").length, 1);
  for (const [index, colour] of colours.entries()) assert(colour !== colours[index + 1]);
});
