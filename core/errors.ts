/** VfioError: what failed, on what, with which errno, and what helps. */
import { ERRNO } from "./errno_data.ts";
import { ACTIONS } from "./actions_data.ts";
import { findRemedies } from "./remedies.ts";
import type { Facts, Remedy } from "./remedies.ts";

/** An errno by its name. */
export type ErrorCode = keyof typeof ERRNO;

/** What a {@linkcode VfioError} is made of. */
export interface VfioErrorOptions {
  /** The errno's name. */
  readonly code: ErrorCode;
  /** The ioctl's name, or "open", "pread", "pwrite", "mmap", ... */
  readonly operation: string;
  /** What it was done to, in the user's words: "/dev/vfio/12", "0000:00:04.0", "[0x1000, 0x1fff]". */
  readonly subject: string;
  /** What is known beyond the errno, as a clause: "the smallest page is 4096". */
  readonly detail?: string;
  /** What led to it. */
  readonly cause?: unknown;
  /** Gathers what remedies need to know (who blocks the group, which limit); called only when they are asked for. */
  readonly facts?: () => Facts;
}

/**
 * A failed kernel operation, real or emulated.
 *
 * Programs branch on {@linkcode code}; people read the message and {@linkcode remedies}. Both backends throw equal
 * `code` and `operation` for equal mistakes.
 *
 * @example Branch on the code
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDevice, VfioError } from "@vfio/vfio";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 *
 * try {
 *   openDevice("0000:00:09.0", { backend: new EmulatedHost() });
 * } catch (error) {
 *   if (!(error instanceof VfioError)) throw error;
 *   assertEquals(error.code, "ENODEV");
 * }
 * ```
 */
export class VfioError extends Error {
  /** "VfioError". */
  override readonly name: string = "VfioError";
  /** The errno's name, as "EBUSY". */
  readonly code: ErrorCode;
  /** The ioctl's name, or "open", "pread", "pwrite", "mmap". */
  readonly operation: string;
  /** What it was done to. */
  readonly subject: string;
  readonly #facts: (() => Facts) | undefined;
  #remedies: readonly Remedy[] | undefined;

  /** Makes an error; its message says what could not be done, the errno and the detail. */
  constructor(options: VfioErrorOptions) {
    const { code, operation, subject, detail, cause } = options;
    const what = `Cannot ${ACTIONS[operation] ?? operation} ${subject}`;
    const why = `${code}, ${ERRNO[code].text}${detail === undefined ? "" : `: ${detail}`}`;
    super(`${what}: ${why} (${operation})`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.operation = operation;
    this.subject = subject;
    this.#facts = options.facts;
  }

  /** The errno's number. */
  get errno(): number {
    return ERRNO[this.code].number;
  }

  /** What helps, the likeliest first. Looked for at the first call, by asking the host; never throws. */
  get remedies(): readonly Remedy[] {
    return this.#remedies ??= findRemedies(this.code, this.operation, gather(this.#facts));
  }

  /** The message with the remedies below it, a line each: what a program shows to a person. */
  explain(): string {
    const lines = this.remedies.map((remedy) =>
      `  ${remedy.text}${remedy.command === undefined ? "" : `\n    run: ${remedy.command}`}`
    );
    return [this.message, ...lines].join("\n");
  }
}

/** An error about an error helps nobody: facts that cannot be had are left out. */
function gather(facts: (() => Facts) | undefined): Facts {
  try {
    return facts?.() ?? {};
  } catch {
    return {};
  }
}
