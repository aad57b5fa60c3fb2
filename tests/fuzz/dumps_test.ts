/**
 * Dumps of config spaces that hold anything, through all that reads them: the decoders, the printer of dumps and its
 * reader, and `vfio inspect` in each of its forms.
 *
 *     deno task fuzz:dumps [COUNT] [SEED]
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { decodeConfig, formatAddress, formatDump, parseDump } from "../../pci/mod.ts";
import type { ConfigDump } from "../../pci/mod.ts";
import { documentOf, vfio } from "../unit/cli/captured_io.ts";
import { obeyed } from "../unit/cli/terminal_text.ts";
import { mutants } from "../unit/pci/mutants.ts";
import { checkPromises } from "../unit/pci/promises.ts";

const [COUNT = 2000, SEED = 1] = Deno.args.map(Number);
/** Functions of a dump. */
const AT_ONCE = 50;
/** Sizes that a dump can have, the greatest first. */
const SIZES = [4096, 256, 128, 64];
/** All fields of all functions are what takes long. */
const FORMS: readonly (readonly string[])[] = [[], ["--json"], ["-v"], [], ["--json"], ["--hex"]];
/** No single space may take so long, whatever the machine does beside it. */
const LONGEST_MS = 5000;

interface Made extends ConfigDump {
  /** Seed and number: what it can be made again from. */
  readonly which: string;
}

function* made(): Generator<Made[], void, undefined> {
  let dump: Made[] = [];
  let number = 0;
  for (const bytes of mutants(COUNT, SEED)) {
    number++;
    const size = SIZES.find((each) => each <= bytes.length);
    checkDecoder(bytes, `mutant ${number} of seed ${SEED}`);
    if (size === undefined) continue;
    const address = formatAddress({ domain: 0, bus: dump.length, device: 0, function: 0 });
    dump.push({ address, title: "", bytes: bytes.slice(0, size), which: `mutant ${number} of seed ${SEED}` });
    if (dump.length === AT_ONCE) {
      yield dump;
      dump = [];
    }
  }
  if (dump.length > 0) yield dump;
}

function checkDecoder(bytes: Uint8Array<ArrayBuffer>, which: string): void {
  try {
    const start = performance.now();
    const decoded = decodeConfig(bytes);
    const took = performance.now() - start;
    checkPromises(bytes, decoded);
    assertEquals(took < LONGEST_MS, true, `it took ${took} ms`);
  } catch (error) {
    throw new Error(`${which}: ${bytes.toHex()}`, { cause: error });
  }
}

Deno.test(`decodeConfig(), dumps and vfio inspect get through ${COUNT} mutants of seed ${SEED}`, async () => {
  let turn = 0;
  for (const dump of made()) {
    const text = formatDump(dump);
    const [{ which = "" } = {}] = dump;
    const again = parseDump(text);
    assertEquals(
      again.map(({ address, bytes }) => [address, bytes.toHex()]),
      dump.map(({ address, bytes }) => [address, bytes.toHex()]),
      which,
    );
    const form = FORMS[turn++ % FORMS.length] ?? [];
    const result = await vfio(["inspect", "--from", "-", ...form], { input: text });
    assertEquals(
      [result.status, ...obeyed(result.out)],
      [0],
      `${form}, ${which} and following: ${result.err}`,
    );
    if (form[0] === "--json") {
      const { devices } = documentOf(result) as { readonly devices: readonly { readonly config: unknown }[] };
      assertEquals(devices.map(({ config }) => config), dump.map(({ bytes }) => decodeConfig(bytes)), which);
    }
  }
});
