/** `vfio config`: registers of the config space, by the names and in the syntax of setpci. */
import { configMemory } from "../../pci/mod.ts";
import { readRegister } from "../config/access.ts";
import { compare } from "../config/compare.ts";
import { parseAssignment, parseRegister, REGISTER_HELP } from "../config/expression.ts";
import { fieldsAt } from "../config/fields.ts";
import { locate } from "../config/locate.ts";
import { set } from "../config/set.ts";
import { digits, readLines } from "../config/shown.ts";
import { copyConfig } from "../config/source.ts";
import type { Input, VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { findDevice } from "../device.ts";
import { UsageError } from "../errors.ts";
import { hex } from "../json.ts";
import type { Line } from "../text.ts";

export const config: VfioCommand = {
  name: "config",
  summary: "Read, set and compare registers of the config space",
  description:
    `get prints registers with their fields; set writes through VFIO, so the device has to be on vfio-pci, and ` +
    `what is set holds until the command ends, for the kernel puts back the registers of a device that is closed: --hold waits for Ctrl-C. ` +
    `diff compares a dump of lspci -xxxx with the device, or with a second dump.\n\n${REGISTER_HELP}`,
  arguments: [
    { name: "device", text: "which device", values: "devices" },
    { name: "action", text: "what to do", values: ["get", "set", "diff"] },
    {
      name: "words",
      text: "get: REG...; set: REG=V[:MASK]...; diff: FILE [FILE], - for standard input",
      variadic: true,
    },
  ],
  options: [
    { flags: "--vfio", text: "read as a driver does, through VFIO; opening resets the device" },
    { flags: "--raw", text: "get: bare digits, one register a line, as setpci prints them" },
    { flags: "--hold", text: "set: keep the device open until Ctrl-C" },
  ],
  examples: [
    "vfio config 01:00.0 get COMMAND CAP_EXP+12.w",
    "vfio config 01:00.0 set COMMAND=4:4 CAP_EXP+8.w=20:e0 --dry-run",
    "lspci -s 01:00.0 -xxxx > before.txt; vfio config 01:00.0 diff before.txt",
    "vfio config 00:04.0 get COMMAND --emulated edu",
  ],
  changes: true,
  async run(context, input) {
    const action = input.argument(1);
    checkOptions(input, action);
    switch (action) {
      case "set":
        return await set(
          context,
          findDevice(context.host, input.argument(0)),
          input.rest(2).map(parseAssignment),
          {
            hold: input.flag("hold"),
            vfio: input.flag("vfio"),
          },
        );
      case "diff":
        return await compare(context, input.argument(0), input.rest(2), input.flag("vfio"));
      default:
        return get(context, input);
    }
  },
};

/** An option of another action would do nothing, and say nothing. */
function checkOptions(input: Input, action: string): void {
  for (const [flag, owner] of [["raw", "get"], ["hold", "set"]] as const) {
    if (input.flag(flag) && action !== owner) {
      throw new UsageError(`--${flag} is for ${owner}, not for ${action}`);
    }
  }
}

function get(context: Context, input: Input): void {
  const expressions = input.rest(2).map(parseRegister);
  const device = findDevice(context.host, input.argument(0));
  const { bytes, source } = copyConfig(context, device, input.flag("vfio"));
  const memory = configMemory(bytes);
  const read = expressions.map((expression) => {
    const register = locate(bytes, expression, device.address);
    const fields = fieldsAt(bytes, register.at, register.width);
    return { register, value: readRegister(memory, register), fields };
  });
  context.answer(
    {
      device: device.address,
      source,
      registers: read.map(({ register: { text, at, width }, value, fields }) => ({
        register: text,
        at: `0x${hex(at, 3)}`,
        width,
        value: digits(value, width),
        fields: Object.fromEntries(fields.map(({ name, value }) => [name, value])),
      })),
    },
    () =>
      read.flatMap(({ register, value, fields }): Line[] =>
        input.flag("raw")
          ? [[hex(value, register.width / 4)]]
          : readLines(register, value, fields, context.out.columns)
      ),
  );
}
