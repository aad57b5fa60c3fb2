import { assert, assertEquals } from "@std/assert";
import { fitText, hasUnknownWidth, textWidth } from "../../../views/text_width.ts";

Deno.test("textWidth() grows with the text, its letters and its size", () => {
  assertEquals(textWidth("", 12), 0);
  assert(textWidth("iii", 12) < textWidth("nnn", 12));
  assert(textWidth("nnn", 12) < textWidth("WWW", 12));
  assertEquals(textWidth("abc", 24), 2 * textWidth("abc", 12));
});

Deno.test("textWidth() takes all letters for equally wide where they are", () => {
  assertEquals(textWidth("iW1.", 10, true), textWidth("nnnn", 10, true));
});

Deno.test("fitText() cuts text to its room, and leaves alone what fits", () => {
  assertEquals(fitText("vfio-pci", 500, 12), "vfio-pci");
  for (const room of [20, 40, 80]) {
    const text = fitText("Intel Corporation 82576 Gigabit", room, 12);
    assert(text.endsWith("…") && textWidth(text, 12) <= room, text);
  }
  assertEquals(fitText("WWW", 1, 12), "…");
});

Deno.test("hasUnknownWidth() knows ASCII, Latin and what drawings write", () => {
  assertEquals(
    ["QEMU edu ~", "Grüße", "● ready", "✗", "a–b…", "1 µs"].map(hasUnknownWidth),
    Array(6).fill(false),
  );
  assertEquals(["中", "\ufdfd", "\u{1f600}", "\u05d0", "e\u0301"].map(hasUnknownWidth), Array(5).fill(true));
});
