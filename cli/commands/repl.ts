/** `vfio repl`: how to play with a device in Deno's REPL. */
import metadata from "../../deno.json" with { type: "json" };
import type { VfioCommand } from "../command.ts";
import { findDevice } from "../device.ts";
import { isBound, notBound } from "../open.ts";
import { replWords } from "../repl/words.ts";
import { shellCommand } from "../shell.ts";
import { cyan, dim } from "../text.ts";

export const repl: VfioCommand = {
  name: "repl",
  summary: "Print the command that opens a device in Deno's REPL",
  description:
    "There `dev` is the device, `cfg` the registers of its header, `bar(0)` a BAR. With --emulated `host` " +
    "is the machine, and nothing needs --allow-ffi.",
  arguments: [{ name: "device", text: "which device", values: "devices" }],
  examples: ['eval "$(vfio repl 01:00.0 -q)"', 'eval "$(vfio repl 00:04.0 -q --emulated edu)"'],
  run(context, input) {
    const entry = findDevice(context.host, input.argument(0));
    if (!isBound(entry)) throw notBound(entry, "open");
    const origin = { base: import.meta.resolve("../"), version: metadata.version };
    const command = shellCommand(...replWords(origin, entry.address, context.scenario));
    context.answer({ device: entry.address, command }, () => [[cyan(command)]]);
    context.say(
      dim('There: cfg.vendorId.read(), bar(0).read32(0), dev.enableInterrupts("msi"), dev.allocate(4096)'),
    );
  },
};
