import { assertEquals, assertThrows } from "@std/assert";
import { parseOwner, userName } from "../../backends/linux/users.ts";
import "./holdings.ts";

Deno.test("userName() names a user, or tells the number", () => {
  assertEquals([userName(0), userName(4_294_967_000)], ["root", "user 4294967000"]);
});

Deno.test("parseOwner() takes names and numbers", () => {
  assertEquals(parseOwner("root"), { user: 0, group: undefined });
  assertEquals(parseOwner("root:root"), { user: 0, group: 0 });
  assertEquals(parseOwner("1000:0"), { user: 1000, group: 0 });
});

Deno.test("parseOwner() refuses whom the machine does not know, and what is no owner", () => {
  for (
    const text of [
      "",
      ":",
      "root:",
      ":root",
      "nobody knows me",
      "4294967295",
      "9999999999",
      "-1",
      "root:root:root",
    ]
  ) {
    assertThrows(() => parseOwner(text), TypeError, undefined, text);
  }
});
