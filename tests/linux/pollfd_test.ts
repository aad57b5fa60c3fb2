import { assertEquals } from "@std/assert";
import { hasCome, pollTimeout, writePollfd } from "../../os/pollfd.ts";

Deno.test("pollTimeout() rounds up, so that nobody wakes too early, and stays within an int", () => {
  assertEquals([0, -5, 0.1, 1, 1.5].map(pollTimeout), [0, 0, 1, 1, 2]);
  assertEquals([2 ** 31, 1e300].map(pollTimeout), [2 ** 31 - 1, 2 ** 31 - 1]);
  assertEquals(pollTimeout(Infinity), -1);
});

Deno.test("hasCome() looks at what the kernel wrote, and writePollfd() clears it", () => {
  const set = new Int32Array(4);
  writePollfd(set, 0, 7);
  writePollfd(set, 1, 8);
  assertEquals([hasCome(set, 0), hasCome(set, 1)], [false, false]);
  // revents, the upper half: POLLHUP
  new Uint16Array(set.buffer)[7] = 0x10;
  assertEquals([hasCome(set, 0), hasCome(set, 1)], [false, true]);
  writePollfd(set, 1, 8);
  assertEquals([...set], [7, 1, 8, 1]);
  assertEquals(hasCome(set, 1), false);
});
