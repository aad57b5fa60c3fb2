import { assertEquals } from "@std/assert";
import { errorsText } from "../../../cli/error_counts.ts";

Deno.test("errorsText() names the kinds of errors that there were, and no others", () => {
  assertEquals(errorsText({ correctable: 2, nonfatal: 0, fatal: 1 }), "2 correctable, 1 fatal since boot");
  assertEquals(errorsText({ correctable: 0, nonfatal: 3, fatal: 0 }), "3 nonfatal since boot");
  assertEquals(errorsText({ correctable: 0, nonfatal: 0, fatal: 0 }), undefined);
});
