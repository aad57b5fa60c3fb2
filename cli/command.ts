/** VfioCommand: what a file in commands/ declares. */
import type { Context } from "./context.ts";
import { UsageError } from "./errors.ts";

/** An argument. */
export interface ArgumentSpec {
  /** As help shows it: "device". */
  readonly name: string;
  readonly text: string;
  /** It may be left out. */
  readonly optional?: boolean;
  /** All words that follow belong to it; the last argument only. */
  readonly variadic?: boolean;
  /** The words that it can be, or whose names it takes. */
  readonly values?: "devices" | readonly string[];
}

/** An option. */
export interface OptionSpec {
  /** As commander reads it: "-s, --slot <slot>", "--bound". */
  readonly flags: string;
  readonly text: string;
  /** The words that its value can be. */
  readonly values?: readonly string[];
}

/** A command, `vfio NAME`. */
export interface VfioCommand {
  readonly name: string;
  /** Other names for it. */
  readonly aliases?: readonly string[];
  /** What it does, in a line: "Lists PCI devices". */
  readonly summary: string;
  /** More, for its own help: paragraphs. */
  readonly description?: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /** Real command lines, without a comment. */
  readonly examples: readonly string[];
  /** It changes something, so it has `--dry-run`. */
  readonly changes?: boolean;
  /** Does it. @returns The status to end with; undefined: 0. */
  run(context: Context, input: Input): number | void | Promise<number | void>;
}

/** What the command line gave to a command. */
export class Input {
  /** The arguments, in order: the words of a variadic one are an array. */
  readonly #words: readonly (string | readonly string[] | undefined)[];
  readonly #options: Readonly<Record<string, unknown>>;

  /** @param options By their long names in camelCase. */
  constructor(
    words: readonly (string | readonly string[] | undefined)[],
    options: Readonly<Record<string, unknown>>,
  ) {
    this.#words = words;
    this.#options = options;
  }

  /** An argument that must be there. */
  argument(index: number): string {
    return this.optional(index) ?? "";
  }

  /** An argument that may be missing. */
  optional(index: number): string | undefined {
    const word = this.#words[index];
    return typeof word === "string" ? word : word?.[0];
  }

  /** The words of a variadic argument. */
  rest(index: number): readonly string[] {
    const words = this.#words[index];
    return typeof words === "string" ? [words] : words ?? [];
  }

  /** Whether an option is there. @param name Its long name in camelCase. */
  flag(name: string): boolean {
    return this.#options[name] === true;
  }

  /** An option's value. @param name Its long name in camelCase. */
  text(name: string): string | undefined {
    const value = this.#options[name];
    return typeof value === "string" ? value : undefined;
  }

  /** An option's value as a number. @throws {UsageError} for what is none, or outside. */
  integer(name: string, limits: { readonly min: number; readonly max: number }): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : parseInteger(text, `--${name}`, limits);
  }
}

/**
 * Reads a number, decimal or `0x` and hexadecimal.
 *
 * @param what What it is, for the message: "--width".
 * @throws {UsageError} for what is none, or outside of the limits.
 */
export function parseInteger(
  text: string,
  what: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const value = /^(0x[0-9a-f]{1,14}|\d{1,15})$/i.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${what} takes a number from ${min} to ${max}, not '${text}'`);
}
