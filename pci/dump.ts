/** Dumps of config spaces, as `lspci -x`, `-xxx` and `-xxxx` print them. */
import { byteLengthOf } from "../core/checks.ts";
import { isAddress, parseAddress } from "./address.ts";
import { quote } from "./quote.ts";

/** The config space of one function. */
export interface ConfigDump {
  /** "0000:00:04.0". */
  readonly address: string;
  /** What stands behind the address in its line; text of others, "" when there is none. */
  readonly title: string;
  /** 64, 128, 256 or 4096 bytes: as many as the kernel let lspci read. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const ROW = 16;
/** What lspci prints: the header, a CardBus bridge's, the whole of PCI's, the whole of PCI Express's. */
const SIZES: readonly number[] = [64, 128, 256, 4096];
/** As a row of bytes is printed; quoted mail and indentation do no harm. */
const BYTES = /^[>\s]*([0-9a-f]{2,8}):((?: [0-9a-f]{2})+)\s*$/i;
const HEADING = /^[>\s]*([0-9a-f:.]+)(?:\s([^]*))?$/i;
/** Ends a function: what looks like bytes behind it belongs to nobody. */
const BLANK = /^[>\s]*$/;
/** What would end a title's line, or not be seen in it. */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]|(?<=\p{M}{3})\p{M}/gu;
/** Longer lines are prose. */
const LONGEST_LINE = 1000;

/** A function whose rows are still being read. */
interface Entry {
  readonly address: string;
  readonly title: string;
  readonly line: number;
  readonly bytes: number[];
}

/**
 * Reads every function of a dump that has bytes, in its order.
 *
 * A function begins with a line that begins with its address, and ends at a blank line. Prose before, between and behind
 * is passed over, `lspci -v`'s lines among it. A function's bytes must be whole: rows of 16 that follow each other from
 * 0 on, and one of the sizes that lspci prints.
 *
 * @throws {SyntaxError} with the number of the line where bytes are missing, or when there are none at all.
 */
export function parseDump(text: string): ConfigDump[] {
  const entries: Entry[] = [];
  let current: Entry | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.length > LONGEST_LINE) continue;
    const [, offset, row] = BYTES.exec(line) ?? [];
    if (offset !== undefined && row !== undefined) {
      if (current !== undefined) append(current, offset, row, index + 1);
    } else if (BLANK.test(line)) current = undefined;
    else {
      const heading = headingOf(line, index + 1);
      if (heading !== undefined) entries.push(current = heading);
    }
  }
  const dumps = entries.filter(({ bytes }) => bytes.length > 0).map(finish);
  if (dumps.length === 0) throw nothingIn(text);
  return dumps;
}

/**
 * Prints functions as `lspci -D -xxxx` does, so that lspci reads them too (`lspci -F file`).
 *
 * @throws {TypeError} for an address that is none, or a number of bytes that lspci does not print.
 */
export function formatDump(dumps: Iterable<ConfigDump>): string {
  let text = "";
  for (const { address, title, bytes } of dumps) {
    if (!SIZES.includes(byteLengthOf("bytes", bytes))) {
      throw new TypeError(
        `Cannot print ${bytes.length} bytes of ${address}: ${SIZES.join(", ")} are its sizes`,
      );
    }
    // A title ends with its line, whatever it says: what follows it is read as bytes.
    text += `${parseAddress(address)} ${title.replace(UNSEEN, " ")}\n`;
    for (let at = 0; at < bytes.length; at += ROW) {
      const row = bytes.subarray(at, at + ROW).toHex().replace(/../g, " $&");
      text += `${at.toString(16).padStart(2, "0")}:${row}\n`;
    }
    text += "\n";
  }
  return text;
}

function headingOf(line: string, number: number): Entry | undefined {
  const [, address = "", title = ""] = HEADING.exec(line) ?? [];
  if (!isAddress(address)) return undefined;
  return { address: parseAddress(address), title: title.trim(), line: number, bytes: [] };
}

function append(entry: Entry, offset: string, row: string, line: number): void {
  const values = row.trim().split(" ").map((byte) => parseInt(byte, 16));
  const expected = entry.bytes.length;
  if (parseInt(offset, 16) !== expected || values.length !== ROW) {
    throw new SyntaxError(
      `Cannot read line ${line} of the dump: ${ROW} bytes at 0x${
        expected.toString(16)
      } of ${entry.address} ` +
        `are due, not ${values.length} at 0x${offset}`,
    );
  }
  entry.bytes.push(...values);
}

function finish({ address, title, line, bytes }: Entry): ConfigDump {
  if (!SIZES.includes(bytes.length)) {
    throw new SyntaxError(
      `Cannot read ${address} at line ${line} of the dump: it has ${bytes.length} bytes, not ${
        SIZES.join(", ")
      }`,
    );
  }
  return { address, title, bytes: Uint8Array.from(bytes) };
}

function nothingIn(text: string): SyntaxError {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() !== "");
  const found = first < 0 ? "it is empty" : `line ${first + 1} is ${quote(lines[first])}`;
  return new SyntaxError(
    `Cannot read the dump: ${found}, and no line is an address with rows of bytes below, as lspci -xxxx prints them`,
  );
}
