/** What programs in the pages print, and what the pages say that they print. */
import * as vfio from "../../../mod.ts";
import * as emulated from "../../../backends/emulated/mod.ts";
import * as devices from "../../../devices/mod.ts";
import * as nvme from "../../../devices/nvme/driver/mod.ts";
import * as views from "../../../views/mod.ts";

const MODULES: Readonly<Record<string, unknown>> = {
  "@vfio/vfio": vfio,
  "@vfio/vfio/devices": devices,
  "@vfio/vfio/emulated": emulated,
  "@vfio/vfio/nvme": nvme,
  "@vfio/vfio/views": views,
};
/** Where a program finds them: one that imported files would ask for the right to read them. */
const GIVEN = Symbol.for("modules of a page's program");

/** A program in a page. */
export interface Program {
  readonly code: string;
  /** What a comment behind console.log says that it prints. */
  readonly told: readonly string[];
  /** What the block behind the program says that it prints, in all; undefined: there is none. */
  readonly output: string | undefined;
}

/** The programs of a page, but for tests, which are no programs. */
export function programsIn(page: string): Program[] {
  return [...page.matchAll(/^```ts\n([^]*?)^```\n(?:\n```\n([^]*?)^```\n)?/gm)].map((
    [, code = "", output],
  ) => ({
    code,
    told: [...code.matchAll(/^\s*console\.log\(.*\);? \/\/ (.*)$/gm)].map(([, text = ""]) => text),
    output,
  })).filter(({ code }) => !code.includes("Deno.test("));
}

/** Runs a program. @returns The lines that it prints. */
export async function outputOf({ code }: Program): Promise<string[]> {
  const source = code.replace(/^import type .*$/gm, "").replace(
    /^import \{(.*)\} from ("[^"]*");$/gm,
    (_, names, module) => `const {${names}} = globalThis[Symbol.for("${GIVEN.description}")][${module}];`,
  );
  const lines: string[] = [];
  const { log } = console;
  console.log = (...values: unknown[]) => {
    lines.push(
      ...values.map((value) => typeof value === "string" ? value : Deno.inspect(value)).join(" ").split("\n"),
    );
  };
  try {
    Object.assign(globalThis, { [GIVEN]: MODULES });
    await import(`data:application/typescript,${encodeURIComponent(source)}`);
  } finally {
    console.log = log;
  }
  return lines;
}

/** Whether a comment tells a line: `LINE`, `LINE: why`, or how it begins, with three dots. */
export function tells(comment: string, line: string): boolean {
  return comment === line || comment.startsWith(`${line}: `) ||
    (comment.endsWith("...") && line.startsWith(comment.slice(0, -3)));
}
