/** Register maps: names for the offsets of a BAR, from a file or built in. */
import type { RegisterDeclaration, RegisterMap } from "../../mod.ts";
import { EDU, NVME } from "../../devices/mod.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../errors.ts";
import { parseJsonMap } from "./json_map.ts";
import { parseLitexMap } from "./litex_map.ts";

/** Registers by name, in their order. */
export type NamedRegisters = ReadonlyMap<string, RegisterDeclaration>;

/** Maps that need no file. */
const BUILT_IN: ReadonlyMap<string, NamedRegisters> = new Map([
  ["edu", named(EDU)],
  ["nvme", named(NVME)],
]);

/** How `--map` is written, for help. */
export const MAP_HELP =
  `--map gives registers names: a JSON file {"status": {"at": "0x20", "width": 32, "access": "ro", "fields": ` +
  `{"computing": 0, "mode": [6, 4]}}}, LiteX's csr.csv, or ${
    [...BUILT_IN.keys()].join(" or ")
  }, which are built in.`;

/** Reads a map. @throws {Refusal} for a file that is none. */
export async function readMap(context: Context, path: string): Promise<NamedRegisters> {
  const known = BUILT_IN.get(path);
  if (known !== undefined) return known;
  const text = await context.io.readText(path);
  try {
    return text.trimStart().startsWith("{") ? parseJsonMap(text) : parseLitexMap(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Refusal(`${path} is no register map: ${error.message}`, [{ text: MAP_HELP }]);
  }
}

function named(map: RegisterMap): NamedRegisters {
  return new Map(Object.entries(map));
}
