import { assert } from "@std/assert";
import page from "../../../docs/troubleshooting.md" with { type: "text" };
import manualPage from "../../../docs/vfio.8" with { type: "text" };
import drawing from "../../../docs/groups.svg" with { type: "text" };
import { manual } from "../../../tools/docs/manual.ts";
import { PICTURE } from "../../../tools/docs/picture.ts";
import { troubleshooting } from "../../../tools/docs/troubleshooting.ts";
import { vfio } from "../cli/captured_io.ts";

const STALE = "Stale: deno task docs makes it anew";

Deno.test("docs/troubleshooting.md says what the catalogue says", () => {
  // Where lines break is the formatter's.
  const words = (text: string) => text.replace(/\s+/g, " ");
  assert(words(page) === words(troubleshooting()), STALE);
});

Deno.test("docs/vfio.8 says what commands declare", () => {
  assert(manualPage === manual(), STALE);
});

Deno.test("docs/groups.svg is what vfio groups draws", async () => {
  assert(drawing === (await vfio(PICTURE)).out, STALE);
});
