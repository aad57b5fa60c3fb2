/** What is expected in a line of lspci's, given what was decoded. */

/** A function as decodeConfig() gives it, or the fields of one of its capabilities, asked by path. */
export type Values = Readonly<Record<string, unknown>>;

/** How a value is printed. */
export type Show =
  | Readonly<Record<string, string>>
  | `hex${number}`
  | ((value: never, indexes: readonly number[]) => string);

/**
 * What a piece of a line says: the path of the decoded value, how that is printed, or why it is not compared: `null` is
 * punctuation, `skip` gives a reason. `#` in a path is the number in the line's label.
 */
export type Expected =
  | null
  | string
  | readonly [path: string, show: Show]
  | ((values: never, indexes: readonly number[]) => string)
  | { readonly skip: string };

/**
 * Pieces of a line by pattern: `±` is a flag, `*` a word, `~*` one without its
 * leading zeros, `**` all up to a comma, a semicolon or the
 * end, `***` all up to the end, `=` the whole line.
 */
export type Line = Readonly<Record<string, Expected>>;

/** Lines by label; `#` stands for a number, "title" for what stands behind a capability's place. */
export type Lines = Readonly<Record<string, Line>>;

/** Gives what a piece should read. @returns undefined for what is not compared. */
export function shown(expected: Expected, values: Values, indexes: readonly number[]): string | undefined {
  if (expected === null || typeof expected === "object" && "skip" in expected) return undefined;
  if (typeof expected === "function") return told(() => expected(values as never, indexes));
  const [path, show] = typeof expected === "string" ? [expected, undefined] : expected;
  const value = at(values, path, indexes);
  if (value === undefined) return "(absent)";
  if (show === undefined) return typeof value === "boolean" ? (value ? "+" : "-") : String(value);
  if (typeof show === "function") return told(() => show(value as never, indexes));
  if (typeof show === "object") return show[String(value)] ?? `(${value})`;
  const digits = Number(show.slice("hex".length));
  return typeof value === "string"
    ? value.replace(/^0x0*(?=.)/, "").padStart(digits, "0")
    : Number(value).toString(16).padStart(digits, "0");
}

function at(values: Values, path: string, indexes: readonly number[]): unknown {
  let next = 0;
  return path.split(".").reduce<unknown>((value, name) => {
    const key = name === "#" ? indexes[next++] ?? "" : name;
    return (value as Values | undefined)?.[key];
  }, path === "" ? undefined : values);
}

/** Asks what is not decoded, which is a difference and not the end of the comparison. */
function told(show: () => string): string {
  try {
    return show();
  } catch (error) {
    return `(absent: ${(error as Error).message})`;
  }
}
