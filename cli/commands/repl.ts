/** `vfio repl`: how to play with a device in Deno's REPL. */
import type { VfioCommand } from "../command.ts";
import { findDevice } from "../device.ts";
import { isBound, notBound } from "../open.ts";
import { shellCommand } from "../shell.ts";
import { cyan, dim } from "../text.ts";

/** Where the library is: beside the command, wherever that is run from. */
const LIBRARY = new URL("../../mod.ts", import.meta.url).href;

export const repl: VfioCommand = {
  name: "repl",
  summary: "Print the command that opens a device in Deno's REPL",
  description: "There `dev` is the device, `cfg` the registers of its header, `bar(0)` a BAR.",
  arguments: [{ name: "device", text: "which device", values: "devices" }],
  examples: ['eval "$(vfio repl 01:00.0 -q)"'],
  run(context, input) {
    const entry = findDevice(context.host, input.argument(0));
    if (!isBound(entry)) throw notBound(entry, "open");
    const code = [
      `const vfio = await import(${JSON.stringify(LIBRARY)})`,
      `const dev = vfio.openDevice(${JSON.stringify(entry.address)})`,
      "const cfg = dev.config",
      "const bar = (index) => dev.region(`bar${index}`)",
    ].join("; ");
    const command = shellCommand("deno", "repl", "--allow-ffi", "--eval", code);
    context.answer({ device: entry.address, command }, () => [[cyan(command)]]);
    context.say(
      dim('There: cfg.vendorId.read(), bar(0).read32(0), dev.enableInterrupts("msi"), dev.allocate(4096)'),
    );
  },
};
