/** A shell script of what helps: printed, never run from here. */
import type { Remedy } from "../../mod.ts";
import { visible } from "../text.ts";

/** Writes the script: what takes protection away, or needs a restart first, is left as a comment. */
export function fixScript(steps: readonly Remedy[]): string {
  const lines = steps.flatMap(({ id, text, command, reboot, unsafe }) => {
    const comment = `# ${id}: ${visible(text)}`;
    if (command === undefined) return [comment];
    if (unsafe === true) return [comment, `# takes protection away: ${visible(command)}`];
    return reboot === true ? [comment, command, "# then restart the machine"] : [comment, command];
  });
  return ["#!/bin/sh", "# Made by vfio doctor --fix: look before you run it.", "set -eu", ...lines, ""].join(
    "\n",
  );
}
