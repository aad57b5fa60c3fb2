/** `--svg FILE`: what a command tells, as a drawing. */
import type { View } from "../views/mod.ts";
import type { Input, OptionSpec } from "./command.ts";
import type { Context } from "./context.ts";
import { UsageError } from "./errors.ts";

/** The option. */
export const SVG_OPTION: OptionSpec = {
  flags: "--svg <file>",
  text: "draw it into a file, too; - draws it on standard output instead",
};

const STANDARD = "-";

/**
 * Draws what `--svg` asks for, in the place of a drawing that is there.
 *
 * @param view What there is to draw; asked for only then.
 * @returns Whether the drawing has taken standard output, so that nothing else belongs there.
 * @throws {UsageError} when `--json` wants that, too.
 */
export async function draw(context: Context, input: Input, view: () => View): Promise<boolean> {
  const file = input.text("svg");
  if (file === undefined) return false;
  const takesOutput = file === STANDARD;
  if (takesOutput && context.json) throw new UsageError("--json and --svg - both want standard output");
  await context.io.writeText(file, view().svg(), true);
  return takesOutput;
}
