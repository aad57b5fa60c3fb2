/** decodeConfig() and dumps beside Debian's lspci, on the dumps of pciutils' own tests. */
import { assertEquals } from "@std/assert";
import { formatAddress, formatDump, parseDump } from "../../pci/mod.ts";
import type { ConfigDump } from "../../pci/mod.ts";
import {
  CXL_LENGTHS,
  EXTENDED_IDS,
  next,
  STANDARD_IDS,
  withCxl,
  withExtended,
  withStandard,
} from "../unit/pci/made.ts";
import { changeBodies } from "../unit/pci/mutants.ts";
import { chance } from "../unit/pci/spaces.ts";
import { say } from "./harness/say.ts";
import { compareDumps } from "./lspci/compare_dumps.ts";
import { DIFFERENCES, DIFFERENCES_BY_CHANCE } from "./lspci/differences_data.ts";
import { Tally } from "./lspci/tally.ts";
import { pciutilsDumps, print } from "./lspci/tool.ts";

/** Runs with the same seed try the same spaces. */
const SEED = 1;
/** Changed spaces for each function of the dumps, and made ones for each capability. */
const CHANGED = 5;
const MADE = 12;

Deno.test("decodeConfig() reads in every dump of pciutils what lspci prints", async () => {
  const tally = new Tally(DIFFERENCES);
  for (const [name, text] of await pciutilsDumps()) {
    for (const each of compareDumps(parseDump(text), await print(text, "-D", "-vvv"))) {
      tally.add(`${name}, ${each.address}`, each.pairs);
    }
  }
  say(`${tally}`);
  for (const [piece, why] of tally.skipped) say(`  not compared: ${piece}: ${why}`);
  assertEquals(tally.unexplained, []);
  assertEquals(tally.unneeded, []);
});

Deno.test("decodeConfig() reads what lspci prints when the dumps' capabilities hold anything", async () => {
  const numbers = chance(SEED);
  const tally = new Tally([...DIFFERENCES, ...DIFFERENCES_BY_CHANCE]);
  for (const [name, text] of await pciutilsDumps()) {
    const changed = parseDump(text).flatMap(({ bytes }) =>
      times(CHANGED, () => changeBodies(bytes, numbers, 3))
    );
    await addAll(tally, name, changed);
  }
  const standard = STANDARD_IDS.flatMap((id) => times(MADE, () => withStandard(id, numbers)));
  const extended = EXTENDED_IDS.flatMap((id) => times(MADE, () => withExtended(id, numbers)));
  const cxl = [...CXL_LENGTHS.keys()].flatMap((id) => times(MADE, () => withCxl(id, numbers).map(orderly)));
  await addAll(tally, "CXL", cxl);
  await addAll(tally, "capabilities", standard);
  await addAll(tally, "extended capabilities", extended);
  say(`${tally}`);
  assertEquals(tally.unexplained, []);
  assertEquals(tally.unneeded, []);
});

Deno.test("decodeConfig() tells fields of what lspci names at most", async () => {
  const numbers = chance(SEED);
  const made = [
    ...STANDARD_IDS.map((id) => times(MADE, () => withStandard(id, numbers))),
    ...EXTENDED_IDS.map((id) => times(MADE, () => withExtended(id, numbers))),
  ];
  const found = new Map<string, { readonly theirs: string; readonly fields: Set<string> }>();
  // Each kind in a run of its own: lspci dies of some.
  for (const dumps of made.map(numbered)) {
    for (const { onlyHere } of compareDumps(dumps, await print(formatDump(dumps), "-D", "-vvv"))) {
      for (const { name, theirs, fields } of onlyHere) {
        const entry = found.get(name) ?? { theirs, fields: new Set() };
        found.set(name, entry);
        for (const field of fields) entry.fields.add(field);
      }
    }
  }
  say(`  ${found.size} capabilities that lspci 3.13 does not decode, and how many fields there are of each:`);
  for (const [name, { theirs, fields }] of [...found].sort(([a], [b]) => a < b ? -1 : 1)) {
    say(`  ${name.padEnd(42)} ${String(fields.size).padStart(4)}   lspci: ${theirs}`);
  }
  assertEquals(found.size >= 20, true, `${found.size}`);
});

Deno.test("formatDump() writes what lspci reads back byte for byte", async () => {
  const random = chance(SEED);
  const made = [64, 256, 4096].map((size) => Uint8Array.from({ length: size }, () => next(random)));
  for (const [, text] of await pciutilsDumps()) {
    const dumps = parseDump(text);
    const { text: again } = await print(formatDump(dumps), "-D", "-xxxx");
    assertEquals(bytesOf(parseDump(again)), bytesOf(dumps));
  }
  const { text: again } = await print(formatDump(numbered(made)), "-D", "-xxxx");
  assertEquals(bytesOf(parseDump(again)), bytesOf(numbered(made)));
});

/** Keeps what stands where a CXL device has its ranges below what lspci has names for: it dies of all else. */
function orderly(byte: number, at: number): number {
  return at === 0x11c || at === 0x12c ? byte & 0x4b : at === 0x11d || at === 0x12d ? byte & 0xe7 : byte;
}

async function addAll(tally: Tally, name: string, spaces: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  const dumps = numbered(spaces);
  const printed = await print(formatDump(dumps), "-D", "-vvv");
  if (!printed.complete) say(`lspci ended early in ${name}`);
  for (const each of compareDumps(dumps, printed)) tally.add(`${name}, ${each.address}`, each.pairs);
}

/** Gives each space an address: function 0 of device 0, of which lspci prints most, in a domain of its own. */
function numbered(spaces: readonly Uint8Array<ArrayBuffer>[]): ConfigDump[] {
  return spaces.map((bytes, domain) => ({
    address: formatAddress({ domain, bus: 0, device: 0, function: 0 }),
    title: "made",
    bytes,
  }));
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

function bytesOf(dumps: readonly ConfigDump[]): Map<string, string> {
  return new Map(dumps.map(({ address, bytes }) => [address, bytes.toHex()]));
}
