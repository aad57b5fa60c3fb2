import { assertEquals, assertThrows } from "@std/assert";
import { parseSize } from "../../../../cli/dma/size.ts";
import { UsageError } from "../../../../cli/errors.ts";

Deno.test("parseSize() reads bytes, and the units that people write", () => {
  const sizes = ["4096", "0x1000", "64K", "16m", "2GiB", "1kB"].map(parseSize);
  assertEquals(sizes, [4096, 4096, 65536, 2 ** 24, 2 ** 31, 1024]);
});

Deno.test("parseSize() refuses what is no size", () => {
  for (const text of ["", "0", "-1", "1.5M", "9P", "999999999999999T", "1e3", "K"]) {
    assertThrows(() => parseSize(text), UsageError, "is no size");
  }
});
