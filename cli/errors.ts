/** What goes wrong in a run, and the status that the command ends with. */
import { VfioError } from "../mod.ts";
import { PipeClosed } from "./io.ts";
import type { Json } from "./json.ts";
import { SCHEMA_VERSION } from "./json.ts";
import type { Printer } from "./printer.ts";
import { bold, cyan, red } from "./text.ts";

/** Statuses that the command ends with. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** Something was looked at, and is not as it should be: doctor, selftest. */
  problems: 3,
  permission: 4,
  noDevice: 5,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** The command line makes no sense. */
export class UsageError extends Error {
  /** "UsageError". */
  override readonly name: string = "UsageError";
}

/** The command line names a device that is not there. */
export class NoSuchDevice extends Error {
  /** "NoSuchDevice". */
  override readonly name: string = "NoSuchDevice";
}

/** What cannot be done, and what helps. */
export class Refusal extends Error {
  /** "Refusal". */
  override readonly name: string = "Refusal";
  /** What helps: a sentence, or a command. */
  readonly remedies: readonly { readonly text: string; readonly command?: string }[];
  /** The status to end with. */
  readonly status: number;

  /** Makes one. */
  constructor(message: string, remedies: Refusal["remedies"], status: number = EXIT.failed) {
    super(message);
    this.remedies = remedies;
    this.status = status;
  }
}

/** The user wants an end. */
export class Interrupted extends Error {
  /** "Interrupted". */
  override readonly name: string = "Interrupted";
}

/** An error as the command tells it. */
interface Told {
  readonly status: number;
  readonly message: string;
  readonly code?: string;
  readonly operation?: string;
  readonly subject?: string;
  readonly remedies: readonly { readonly id?: string; readonly text: string; readonly command?: string }[];
}

/**
 * Tells an error to the user.
 *
 * @param out Takes the error's document; undefined: none is asked for.
 * @param trace Where it happened, for an error that nobody thought of.
 * @returns The status to end with.
 */
export function report(error: unknown, err: Printer, out: Printer | undefined, trace: boolean): number {
  if (error instanceof PipeClosed) return EXIT.ok;
  if (error instanceof Interrupted) return EXIT.interrupted;
  const { status, ...told } = tell(error);
  if (!(error instanceof UsageError)) {
    out?.json({ schemaVersion: SCHEMA_VERSION, error: told as unknown as Json });
  }
  err.line(red("error: "), told.message);
  for (const { text, command } of told.remedies) {
    err.line("  ", text);
    if (command !== undefined) err.line("    run: ", cyan(command));
  }
  if (error instanceof UsageError) err.line("See ", bold("vfio --help"));
  if (trace && error instanceof Error) {
    for (const line of (error.stack ?? "").split("\n").slice(1)) err.line(line);
  }
  return status;
}

function tell(error: unknown): Told {
  if (error instanceof VfioError) {
    const { message, code, operation, subject, remedies } = error;
    return { status: statusOf(error), message, code, operation, subject, remedies };
  }
  if (error instanceof Refusal) {
    return { status: error.status, message: error.message, remedies: error.remedies };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError) return { status: EXIT.usage, message, remedies: [] };
  if (error instanceof NoSuchDevice) {
    return {
      status: EXIT.noDevice,
      message,
      remedies: [
        { text: "All devices:", command: "vfio list --all" },
        {
          text: "A card that was reset, or whose FPGA was loaded anew, has to be looked for again:",
          command: "echo 1 | sudo tee /sys/bus/pci/rescan",
        },
      ],
    };
  }
  if (error instanceof Error && error.name === "NotCapable") {
    const text =
      "Deno did not allow it: hardware needs --allow-ffi, files --allow-read and, to be written, --allow-write";
    return { status: EXIT.permission, message, remedies: [{ text }] };
  }
  return { status: EXIT.failed, message, remedies: [] };
}

/** EPERM of an ioctl is about the state of things, not about who asks. */
function statusOf({ code, operation }: VfioError): number {
  const isRefused = code === "EACCES" || (code === "EPERM" && !operation.startsWith("VFIO_"));
  return isRefused ? EXIT.permission : EXIT.failed;
}
