import { assertEquals } from "@std/assert";
import { formatSize, formatTime, hex } from "../../../views/units.ts";

Deno.test("hex() writes at least as many digits as asked for", () => {
  assertEquals([hex(0), hex(0xabc, 2), hex(5, 4), hex(2n ** 64n - 1n)], [
    "0x0",
    "0xabc",
    "0x0005",
    "0xffffffffffffffff",
  ]);
});

Deno.test("formatSize() takes the largest unit of which there is one", () => {
  const sizes = [0n, 1n, 1023n, 1024n, 1536n, 4095n, 78n << 20n, 2n ** 48n - 1n, 2n ** 64n, 2n ** 75n];
  assertEquals(sizes.map(formatSize), [
    "0 B",
    "1 B",
    "1023 B",
    "1 KiB",
    "1.5 KiB",
    "4 KiB",
    "78 MiB",
    "256 TiB",
    "16 EiB",
    "32768 EiB",
  ]);
});

Deno.test("formatTime() writes three digits in the unit that fits", () => {
  const times = [0, 0.5, 1, 999, 999.7, 1000, 5821, 23_456, 1e6, 1.5e9, 3.6e12];
  assertEquals(times.map(formatTime), [
    "0 ns",
    "0.5 ns",
    "1 ns",
    "999 ns",
    "1 µs",
    "1 µs",
    "5.82 µs",
    "23.5 µs",
    "1 ms",
    "1.5 s",
    "3600 s",
  ]);
});
