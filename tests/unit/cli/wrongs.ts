/** Ways in which a command line can be wrong. */
import type { OptionSpec, VfioCommand } from "../../../cli/command.ts";
import { COMMANDS } from "../../../cli/commands/mod.ts";
import { DRY_RUN, GLOBAL_OPTIONS } from "../../../cli/global_options.ts";
import { next } from "../pci/made.ts";
import type { Chance } from "../pci/made.ts";
import { EVIL } from "./hostile_data.ts";
import { RIGHT_LINES, rightWords } from "./right_lines.ts";
import type { Words } from "./right_lines.ts";
import { ABSENT, NO_DEVICE, NO_MACHINE, NO_NUMBER } from "./wrong_words_data.ts";

/** A line. */
export interface WrongLine {
  readonly args: readonly string[];
  /** What is wrong with it. */
  readonly kind: string;
  /** The status to end with; undefined: any, for it may be right by chance. */
  readonly status?: number;
  /** What the message has to name. */
  readonly names?: string;
}

/** Makes a line wrong; undefined: this one cannot be, in that way. */
export type Wrong = (line: Words, numbers: Chance) => WrongLine | undefined;

/** All ways. */
export const WRONGS: readonly Wrong[] = [
  unknownCommand,
  unknownOption,
  missingArgument,
  missingValue,
  wrongChoice,
  tooMany,
  absentDevice,
  noDevice,
  noNumber,
  noMachine,
  noFile,
  halfTyped,
  hostileWord,
  hostileWord,
  shuffled,
];

function unknownCommand({ words: [name = "", ...rest] }: Words, numbers: Chance): WrongLine | undefined {
  const wrong = misspelt(name, numbers);
  const isKnown = COMMANDS.some((each) => each.name === wrong || each.aliases?.includes(wrong) === true);
  if (isKnown || wrong === "" || wrong === "help") return undefined;
  return { args: [wrong, ...rest], kind: "unknown command", status: 2, names: wrong };
}

function unknownOption({ words, command }: Words, numbers: Chance): WrongLine | undefined {
  const flag = misspelt(pick(flagsOf(command), numbers), numbers);
  if (!/^--[a-z-]*[a-z]$/.test(flag) || isKnown(command, flag)) return undefined;
  return { args: [...words, flag], kind: "unknown option", status: 2, names: flag };
}

function missingArgument({ words: [name = ""], command }: Words): WrongLine | undefined {
  const [first] = command.arguments ?? [];
  if (first === undefined || first.optional === true) return undefined;
  return { args: [name], kind: "missing argument", status: 2, names: first.name };
}

function missingValue({ words, command }: Words, numbers: Chance): WrongLine | undefined {
  const options = optionsOf(command).filter(({ flags }) => flags.includes("<"));
  const flag = pick(options, numbers).flags.split(/[ ,]+/).find((word) => word.startsWith("--"));
  return flag === undefined
    ? undefined
    : { args: [...words, flag], kind: "missing value", status: 2, names: flag };
}

function wrongChoice({ words, command }: Words, numbers: Chance): WrongLine | undefined {
  const choices = (command.arguments ?? []).map(({ values }) => values).find(Array.isArray) as
    | readonly string[]
    | undefined;
  const index = words.findIndex((word) => choices?.includes(word));
  if (choices === undefined || index < 0) return undefined;
  const wrong = misspelt(words[index] ?? "", numbers);
  if (choices.includes(wrong) || wrong === "" || wrong.startsWith("-")) return undefined;
  return { args: words.with(index, wrong), kind: "wrong choice", status: 2, names: wrong };
}

function tooMany({ words, command }: Words): WrongLine | undefined {
  const specs = command.arguments ?? [];
  if (specs.some(({ variadic }) => variadic === true)) return undefined;
  return { args: [...words, ...specs.map(() => "more"), "more"], kind: "too many arguments", status: 2 };
}

function absentDevice({ words, devices }: Words, numbers: Chance): WrongLine | undefined {
  const [index] = devices;
  const word = pick(ABSENT, numbers);
  return index === undefined
    ? undefined
    : { args: words.with(index, word), kind: "absent device", status: 5, names: word };
}

function noDevice({ words, devices }: Words, numbers: Chance): WrongLine | undefined {
  const [index] = devices;
  const word = pick(NO_DEVICE, numbers);
  return index === undefined
    ? undefined
    : { args: words.with(index, word), kind: "no device", status: 2, names: word };
}

function noNumber({ words, numbers: places }: Words, numbers: Chance): WrongLine | undefined {
  if (places.length === 0) return undefined;
  const word = pick(NO_NUMBER, numbers);
  return { args: words.with(pick(places, numbers), word), kind: "no number", status: 2, names: word };
}

function noMachine({ words }: Words, numbers: Chance): WrongLine {
  const word = pick(NO_MACHINE, numbers);
  return { args: [...words, "--emulated", word], kind: "no machine" };
}

function noFile({ words }: Words, numbers: Chance): WrongLine | undefined {
  const index = words.indexOf("dump", 1);
  if (index < 1 || words[0] === "mem") return undefined;
  const path = `${misspelt("dump", numbers)}.txt`;
  return { args: words.with(index, path), kind: "no file", status: 1, names: path };
}

/** Somebody pressed Enter too soon: the rest of a word is missing, or of the line. */
function halfTyped({ words }: Words, numbers: Chance): WrongLine {
  const index = next(numbers) % words.length;
  const word = words[index] ?? "";
  const part = word.slice(0, next(numbers) % Math.max(1, word.length));
  const rest = next(numbers) % 2 === 0 ? [] : words.slice(index + 1);
  return { args: [...words.slice(0, index), part, ...rest], kind: "half typed" };
}

function hostileWord({ words }: Words, numbers: Chance): WrongLine {
  const index = next(numbers) % (words.length + 1);
  const text = pick(EVIL, numbers).slice(0, 3000);
  const isAdded = next(numbers) % 2 === 0;
  const args = isAdded
    ? words.toSpliced(index, 0, text)
    : words.with(Math.min(index, words.length - 1), text);
  return { args, kind: "hostile word" };
}

/** Words of two lines in any order. */
function shuffled({ words }: Words, numbers: Chance): WrongLine {
  const other = rightWords(pick(RIGHT_LINES, numbers));
  const all = [...words, ...other].map((word) => [next(numbers), word] as const);
  return {
    args: all.sort(([a], [b]) => a - b).map(([, word]) => word).slice(0, 2 + next(numbers) % 8),
    kind: "shuffled",
  };
}

/** A word with a letter too much, too little, or another. */
function misspelt(word: string, numbers: Chance): string {
  const at = word.startsWith("--")
    ? 2 + next(numbers) % (word.length - 2)
    : next(numbers) % (word.length + 1);
  const letter = String.fromCharCode(0x61 + next(numbers) % 26);
  const kept = next(numbers) % 3;
  return word.slice(0, at) + (kept === 0 ? "" : letter) + word.slice(kept === 1 ? at : at + 1);
}

function optionsOf({ options = [], changes = false }: VfioCommand): OptionSpec[] {
  return [...options, ...(changes ? [DRY_RUN] : []), ...GLOBAL_OPTIONS];
}

function flagsOf(command: VfioCommand): string[] {
  return optionsOf(command).flatMap(({ flags }) =>
    flags.split(/[ ,]+/).filter((word) => word.startsWith("--"))
  );
}

function isKnown(command: VfioCommand, flag: string): boolean {
  return [...flagsOf(command), "--help", "--version"].includes(flag);
}

/** One of several. */
export function pick<T>(values: readonly T[], numbers: Chance): T {
  return values[next(numbers) % values.length] as T;
}
