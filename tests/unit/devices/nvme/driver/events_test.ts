import { assertEquals } from "@std/assert";
import { parseEvent } from "../../../../../devices/nvme/driver/events.ts";

Deno.test("parseEvent() names types that it knows, and tells the others by number", () => {
  assertEquals(parseEvent(0x0001_0100), { type: "error", info: 1, page: 1 });
  assertEquals(parseEvent(0x0002_0201), { type: "health", info: 2, page: 2 });
  assertEquals(parseEvent(0xffff_ffff), { type: 7, info: 0xff, page: 0xff });
});
