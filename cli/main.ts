/** main(): a run of the command, from its words to its status. */
import { COMMANDS } from "./commands/mod.ts";
import { Context } from "./context.ts";
import type { GlobalOptions } from "./context.ts";
import { EXIT, report } from "./errors.ts";
import type { Io } from "./io.ts";
import { parse } from "./program.ts";

/** Before the options are known. */
const NO_OPTIONS: GlobalOptions = {
  json: false,
  quiet: false,
  verbose: false,
  dryRun: false,
  color: undefined,
  emulated: undefined,
};

/**
 * Runs `vfio` with these words.
 *
 * Guarantees: it ends by returning, whatever happens, and never by leaving the process; it prints through `io` only.
 *
 * @param args The words behind `vfio`.
 * @returns The status: 0 done, 1 failed, 2 wrong usage, 3 problems found, 4 no permission, 5 no such device, 130
 * interrupted.
 */
export async function main(args: readonly string[], io: Io): Promise<number> {
  let status: number = EXIT.ok;
  try {
    const answered = await parse(args, COMMANDS, io, async (command, options, input) => {
      using context = new Context(io, options);
      try {
        status = await command.run(context, input) ?? EXIT.ok;
        if (context.interrupted) status = EXIT.interrupted;
      } catch (error) {
        status = report(error, context.err, context.json ? context.out : undefined, options.verbose);
      }
    });
    return answered ?? status;
  } catch (error) {
    const { err } = new Context(io, NO_OPTIONS);
    return report(error, err, undefined, false);
  }
}
