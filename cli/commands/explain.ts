/** `vfio explain`: what an error or a line of the kernel's log means, and what helps. */
import { ERRNO, REMEDIES, rowsOfLine } from "../../mod.ts";
import type { RemedyRow } from "../../mod.ts";
import { parseFault } from "../../iommu/mod.ts";
import type { VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../errors.ts";
import { faultDocument, faultLine, rowDocument, rowLines } from "../remedies.ts";
import { table } from "../table.ts";
import { bold, dim } from "../text.ts";

const STANDARD_INPUT = "-";

export const explain: VfioCommand = {
  name: "explain",
  summary: "Explain an error, or a line of the kernel's log, and what helps",
  description:
    "WHAT is an entry of the catalogue (NOT-VIABLE), an errno (EBUSY, 16), a line of a log between quotation marks, or - " +
    "for a log on standard input. Without it all entries are listed.",
  arguments: [{ name: "what", text: "an entry, an errno, a line, or -", optional: true, variadic: true }],
  examples: [
    "vfio explain NOT-VIABLE",
    "vfio explain EBUSY",
    "vfio explain 'vfio_pin_pages_remote: RLIMIT_MEMLOCK (65536) exceeded'",
    "sudo dmesg | vfio explain -",
  ],
  async run(context, input) {
    const what = input.rest(0).join(" ").trim();
    if (what === "") return listRows(context);
    if (what === STANDARD_INPUT) return await explainLog(context);
    const row = REMEDIES.find(({ id }) => id === what.toUpperCase());
    if (row !== undefined) return context.answer({ rows: [rowDocument(row)] }, () => rowLines(row));
    const code = codeOf(what);
    if (code !== undefined) return explainCode(context, code);
    explainLine(context, what);
  },
};

function listRows(context: Context): void {
  const columns = [{ title: "ID" }, { title: "WHAT IT LOOKS LIKE" }];
  context.answer(
    { rows: REMEDIES.map((row) => rowDocument(row)) },
    () => table(columns, REMEDIES.map(({ id, title }) => [bold(id), title])),
  );
}

/** The errno that a word names: "EBUSY", "16", "-16". */
function codeOf(word: string): keyof typeof ERRNO | undefined {
  const codes = Object.keys(ERRNO) as (keyof typeof ERRNO)[];
  const number = /^-?\d{1,3}$/.test(word) ? Math.abs(Number(word)) : undefined;
  return codes.find((code) => code === word.toUpperCase() || ERRNO[code].number === number);
}

function explainCode(context: Context, code: keyof typeof ERRNO): void {
  const rows = REMEDIES.filter(({ codes }) => codes.includes(code));
  const { number, text } = ERRNO[code];
  const columns = [{ title: "ID" }, { title: "WHAT IT LOOKS LIKE" }, { title: "CALLS" }];
  context.answer({ errno: { code, number, text }, rows: rows.map((row) => rowDocument(row)) }, () => [
    [bold(code), `  errno ${number}, ${text}`],
    ...(rows.length === 0 ? [[dim("No entry of the catalogue is about it")]] : table(
      columns,
      rows.map(({ id, title, operations }) => [bold(id), title, dim(operations.join(" "))]),
    )),
  ]);
}

function explainLine(context: Context, line: string): void {
  const fault = parseFault(line);
  const found = rowsOfLine(line);
  if (fault === undefined && found.length === 0) {
    throw new Refusal(`Cannot explain '${line}': no entry of the catalogue speaks of it`, [
      { text: "All entries:", command: "vfio explain" },
    ]);
  }
  context.answer({
    line,
    fault: fault === undefined ? null : faultDocument(fault),
    rows: found.map(({ row, facts }) => rowDocument(row, facts)),
  }, () => [
    ...(fault === undefined ? [] : [faultLine(fault)]),
    ...found.flatMap(({ row, facts }) => rowLines(row, facts)),
  ]);
}

/** Each line that says something, and below the first of its kind what helps. */
async function explainLog(context: Context): Promise<void> {
  const told = new Set<RemedyRow>();
  for await (const line of context.io.lines()) {
    const fault = parseFault(line);
    const found = rowsOfLine(line);
    if (fault === undefined && found.length === 0) continue;
    const fresh = found.filter(({ row }) => !told.has(row));
    context.stream({
      line,
      fault: fault === undefined ? null : faultDocument(fault),
      rows: found.map(({ row, facts }) => rowDocument(row, facts)),
    }, () => [
      [dim(line)],
      ...(fault === undefined ? [] : [["  ", ...faultLine(fault)]]),
      ...fresh.flatMap(({ row, facts }) => rowLines(row, facts)),
    ]);
    for (const { row } of fresh) told.add(row);
  }
  if (told.size === 0) context.say(dim("Nothing that the catalogue speaks of"));
}
