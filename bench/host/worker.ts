/** What a part is given by its URL, and how it tells what it measured. */
import type { Line } from "../line.ts";

/** Reads a parameter of a part's URL. @param url The module's own. */
export function parameter(url: string, name: string): string {
  const value = new URL(url).searchParams.get(name);
  if (value === null) throw new Error(`${url} says no ${name}`);
  return value;
}

/** Posts a part's lines to who started it. */
export function post(lines: readonly Line[]): void {
  (self as unknown as { postMessage(lines: readonly Line[]): void }).postMessage(lines);
}
