import { assertEquals, assertThrows } from "@std/assert";
import { formatDump, parseDump } from "../../../pci/dump.ts";
import type { ConfigDump } from "../../../pci/dump.ts";
import { chance } from "./spaces.ts";

const EDU = `00:04.0 Unclassified device [00ff]: Device 1234:11e8 (rev 10)
00: 34 12 e8 11 03 01 10 00 10 00 ff 00 00 00 00 00
10: 00 00 a0 fe 00 00 00 00 00 00 00 00 00 00 00 00
20: 00 00 00 00 00 00 00 00 00 00 00 00 f4 1a 00 11
30: 00 00 00 00 40 00 00 00 00 00 00 00 0b 01 00 00
`;

function dump(address: string, size: number, title = "Some device"): ConfigDump {
  return { address, title, bytes: Uint8Array.from({ length: size }, (_, at) => at * 7) };
}

Deno.test("parseDump() reads what lspci -x prints", () => {
  const [edu, ...others] = parseDump(EDU);
  assertEquals(others, []);
  assertEquals(edu?.address, "0000:00:04.0");
  assertEquals(edu?.title, "Unclassified device [00ff]: Device 1234:11e8 (rev 10)");
  assertEquals(edu?.bytes.length, 64);
  assertEquals(edu?.bytes.subarray(0, 4).toHex(), "3412e811");
  assertEquals(edu?.bytes[0x3c], 0x0b);
});

Deno.test("formatDump() prints what parseDump() reads, in each of lspci's sizes", () => {
  const dumps = [
    dump("0000:00:00.0", 64),
    dump("0000:01:00.0", 128),
    dump("10000:e1:1f.7", 256),
    dump("0000:ff:00.1", 4096),
  ];
  assertEquals(parseDump(formatDump(dumps)), dumps);
  assertEquals(formatDump(parseDump(EDU)), `0000:${EDU}\n`);
});

Deno.test("parseDump() passes over lspci -v's lines, prose, quoting, capitals and carriage returns", () => {
  const expected = parseDump(EDU);
  const lines = EDU.trimEnd().split("\n");
  const verbose = [
    lines[0],
    "\tSubsystem: Red Hat, Inc. Device 1100",
    "\tControl: I/O+ Mem+",
    ...lines.slice(1),
  ];
  for (
    const text of [
      `Hello,\n\nhere is my dump:\n$ lspci -xs 4\n${EDU}\n--\nMe\n`,
      verbose.join("\n"),
      lines.map((line) => `> > ${line}`).join("\r\n"),
      lines.map((line) => `    ${line}  `).join("\n"),
      `\ufeff${EDU}`,
      EDU.replace(/^[0-9a-f]{2}: .*/gm, (row) => row.toUpperCase()),
      `${"x".repeat(100_000)}\n${EDU}`,
      `00:1f.0 a device of which there are no bytes\n${EDU}`,
    ]
  ) assertEquals(parseDump(text), expected);
});

Deno.test("parseDump() leaves bytes alone that belong to nobody", () => {
  const rows = EDU.slice(EDU.indexOf("\n") + 1);
  assertEquals(parseDump(`${rows}\n${EDU}\n${rows}`), parseDump(EDU));
  assertThrows(() => parseDump(rows), SyntaxError, 'Cannot read the dump: line 1 is "00: 34 12');
});

Deno.test("parseDump() names the line where bytes are missing or too many", () => {
  const lines = EDU.trimEnd().split("\n");
  const broken: [string[], string][] = [
    [
      lines.toSpliced(2, 1),
      "Cannot read line 3 of the dump: 16 bytes at 0x10 of 0000:00:04.0 are due, not 16 at 0x20",
    ],
    [lines.toSpliced(3, 0, lines[1] ?? ""), "Cannot read line 4 of the dump: 16 bytes at 0x20"],
    [
      lines.toSpliced(2, 1, "10: 00 00"),
      "Cannot read line 3 of the dump: 16 bytes at 0x10 of 0000:00:04.0 are due, not 2",
    ],
    [lines.toSpliced(2, 1, `${lines[2]} 00`), "are due, not 17 at 0x10"],
    [lines.toSpliced(2, 1, "10: 00 zz"), "Cannot read line 4 of the dump"],
    [
      lines.slice(0, 4),
      "Cannot read 0000:00:04.0 at line 1 of the dump: it has 48 bytes, not 64, 128, 256, 4096",
    ],
    [lines.toSpliced(3, 0, ""), "Cannot read 0000:00:04.0 at line 1 of the dump: it has 32 bytes"],
  ];
  for (const [text, message] of broken) assertThrows(() => parseDump(text.join("\n")), SyntaxError, message);
  const tooMany = `${formatDump([dump("0000:00:00.0", 4096)]).trimEnd()}\n1000:${" 00".repeat(16)}`;
  assertThrows(() => parseDump(tooMany), SyntaxError, "it has 4112 bytes");
});

Deno.test("parseDump() says what it found when there is nothing to read", () => {
  assertThrows(() => parseDump(""), SyntaxError, "Cannot read the dump: it is empty");
  assertThrows(() => parseDump("\n\n\x1b[2Jhello\n"), SyntaxError, 'line 3 is "\\u001b[2Jhello"');
  assertThrows(() => parseDump("00:04.0 Device\n00:05.0 Device"), SyntaxError, 'line 1 is "00:04.0 Device"');
});

Deno.test("parseDump() reads garbage as a dump or refuses it, and does nothing else", () => {
  const numbers = chance(7);
  const pieces = [
    "00:04.0",
    "0000:00:04.0 x",
    "00:",
    "10:",
    " 00",
    " ff".repeat(16),
    "\n",
    "\r\n",
    "> ",
    "\t",
    "zz",
    "\0",
  ];
  for (let i = 0; i < 3000; i++) {
    const count = numbers.next().value % 60;
    const text = Array.from({ length: count }, () => pieces[numbers.next().value % pieces.length]).join("");
    try {
      for (const { bytes } of parseDump(text)) {
        assertEquals([64, 128, 256, 4096].includes(bytes.length), true);
      }
    } catch (error) {
      assertEquals(error instanceof SyntaxError, true, String(error));
    }
  }
});

Deno.test("formatDump() keeps a title in its line, and has a space behind the address without one", () => {
  const title = "Evil\n00: 00\r\x1b[2J\u2028device";
  const text = formatDump([dump("00:04.0", 64, title), dump("00:05.0", 64, "")]);
  assertEquals(text.split("\n")[0], "0000:00:04.0 Evil 00: 00  [2J device");
  assertEquals(text.split("\n")[6], "0000:00:05.0 ");
  assertEquals(parseDump(text).map(({ bytes }) => bytes.length), [64, 64]);
});

Deno.test("formatDump() refuses addresses and sizes that no dump has", () => {
  assertThrows(() => formatDump([dump("here", 64)]), TypeError, "as a PCI address");
  for (const size of [0, 63, 65, 512, 8192]) {
    assertThrows(
      () => formatDump([dump("00:04.0", size)]),
      TypeError,
      `Cannot print ${size} bytes of 00:04.0`,
    );
  }
});
