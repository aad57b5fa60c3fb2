/** `vfio config DEVICE diff`: what differs between two states of a config space. */
import { isAddress, parseAddress, parseDump } from "../../pci/mod.ts";
import type { ConfigDump } from "../../pci/mod.ts";
import type { Context } from "../context.ts";
import { findDevice } from "../device.ts";
import { Refusal, UsageError } from "../errors.ts";
import { hex } from "../json.ts";
import { dim } from "../text.ts";
import type { Line } from "../text.ts";
import { changedFields } from "./fields.ts";
import { changeDocument, changeLine, digits } from "./shown.ts";
import { copyConfig } from "./source.ts";

/** 32 bits that differ. */
interface ChangedWord {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** Compares a dump with the device as it is, or two dumps: they need no device. */
export async function compare(
  context: Context,
  word: string,
  files: readonly string[],
  throughVfio: boolean,
): Promise<void> {
  const [first = "", second, ...others] = files;
  if (others.length > 0) {
    throw new UsageError(`diff compares two files, or one with the device, not ${files.length} files`);
  }
  const address = isAddress(word) ? parseAddress(word) : findDevice(context.host, word).address;
  const before = await readDump(context, first, address);
  const after = second === undefined
    ? copyConfig(context, findDevice(context.host, word), throughVfio).bytes
    : await readDump(context, second, address);
  // The end of a space that was not read is not a change of it.
  const size = Math.min(before.length, after.length);
  const [a, b] = [before.subarray(0, size), after.subarray(0, size)];
  const [fields, words] = [changedFields(a, b), changedWords(a, b)];
  context.answer({
    device: address,
    size,
    fields: fields.map(changeDocument),
    words: words.map(({ at, before, after }) => ({
      at: `0x${hex(at, 3)}`,
      before: digits(before, 32),
      after: digits(after, 32),
    })),
  }, () => [
    ...fields.map(changeLine),
    ...words.map(({ at, before, after }): Line => [
      dim(`0x${hex(at, 3)}  ${digits(before, 32)} -> ${digits(after, 32)}`),
    ]),
  ]);
  context.say(dim(
    words.length === 0
      ? `No difference in ${size} bytes`
      : `${
        fields.length === 1 ? "1 field differs" : `${fields.length} fields differ`
      }, in ${words.length} of ${size / 4} words`,
  ));
  if (before.length !== after.length) {
    context.say(
      dim(`Only ${size} bytes were compared: one side has ${before.length}, the other ${after.length}`),
    );
  }
}

/** Reads one function of a dump; a dump of a single function may be of another address: the card was moved. */
export async function readDump(context: Context, path: string, address: string): Promise<Uint8Array> {
  const dumps = dumpsOf(await context.io.readText(path), path);
  const found = dumps.find((dump) => dump.address === address) ?? (dumps.length === 1 ? dumps[0] : undefined);
  if (found !== undefined) return found.bytes;
  const others = dumps.map((dump) => dump.address).join(", ");
  throw new Refusal(`${path} has no ${address}: it has ${others}`, []);
}

/** Reads a dump. @throws {Refusal} for what is none. */
export function dumpsOf(text: string, path: string): readonly ConfigDump[] {
  try {
    return parseDump(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Refusal(`${path}: ${error.message}`, [
      { text: "What is needed is a dump with bytes:", command: "sudo lspci -xxxx > dump.txt" },
    ]);
  }
}

function changedWords(before: Uint8Array, after: Uint8Array): ChangedWord[] {
  const [a, b] = [before, after].map((bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  const changed: ChangedWord[] = [];
  for (let at = 0; a !== undefined && b !== undefined && at + 4 <= before.length; at += 4) {
    const [old, now] = [a.getUint32(at, true), b.getUint32(at, true)];
    if (old !== now) changed.push({ at, before: old, after: now });
  }
  return changed;
}
