/** Register maps as LiteX writes them: csr.csv. */
import type { RegisterAccess, RegisterDeclaration } from "../../mod.ts";
import { quoted } from "./quoted.ts";

const NUMBER = /^(0x[0-9a-f]{1,10}|\d{1,12})$/i;
/** No register has more words: a line of a file is not what memory is reserved by. */
const MOST_WORDS = 256;
const WORD = 32;
const ACCESSES: Readonly<Record<string, RegisterAccess>> = { rw: "rw", ro: "ro" };

/**
 * Reads csr.csv: the lines of its registers.
 *
 * Addresses are those of the SoC's bus; a BAR shows the registers from the start of the region `csr` on. A register of
 * several words becomes `name[0]`, `name[1]`, ... in the order of addresses: LiteX has the most significant first.
 *
 * @throws {SyntaxError} for what is none.
 * @see LiteX, litex/soc/integration/export.py, get_csr_csv()
 */
export function parseLitexMap(text: string): Map<string, RegisterDeclaration> {
  const rows = text.split(/\r?\n/).map((line) => line.split(",").map((cell) => cell.trim()));
  const base = valueOf(rows, "memory_region", "csr") ?? 0;
  const stride = (valueOf(rows, "constant", "config_csr_alignment") ?? WORD) / 8;
  const map = new Map<string, RegisterDeclaration>();
  for (const [index, [kind, name = "", address = "", words = "", mode = ""]] of rows.entries()) {
    if (kind !== "csr_register") continue;
    const count = numberOf(words, index);
    const at = numberOf(address, index) - base;
    if (name === "" || count < 1 || count > MOST_WORDS || at < 0 || at % 4 !== 0) throw notOne(index);
    const access = Object.hasOwn(ACCESSES, mode) ? ACCESSES[mode] : undefined;
    for (let word = 0; word < count; word++) {
      map.set(count === 1 ? name : `${name}[${word}]`, {
        at: at + word * stride,
        width: WORD,
        ...(access === undefined ? {} : { access }),
      });
    }
  }
  if (map.size > 0) return map;
  throw new SyntaxError(`it is neither JSON nor has it lines "csr_register,NAME,ADDRESS,WORDS,rw"`);
}

function valueOf(rows: readonly (readonly string[])[], kind: string, name: string): number | undefined {
  const index = rows.findIndex((row) => row[0] === kind && row[1] === name);
  return index < 0 ? undefined : numberOf(rows[index]?.[2] ?? "", index);
}

function numberOf(text: string, index: number): number {
  if (!NUMBER.test(text)) {
    throw new SyntaxError(`line ${index + 1} has ${quoted(text)} where a number is due`);
  }
  return Number(text);
}

function notOne(index: number): SyntaxError {
  return new SyntaxError(`line ${index + 1} is no register: "csr_register,NAME,ADDRESS,WORDS,rw"`);
}
