/** Results: what became of mutants, a line of JSON each, so that a run goes on where the one before it stopped. */
import type { Placed } from "./choice.ts";

/** How a trial ended: a test failed, no end was seen, every test passed, or it was no program. */
export type Outcome = "killed" | "timeout" | "survived" | "unparsable";

/** What became of a mutant. */
export interface Result {
  readonly path: string;
  readonly line: number;
  readonly kind: string;
  readonly before: string;
  readonly after: string;
  /** Where the change begins in the file: one line may hold the same change twice. */
  readonly at: number;
  readonly outcome: Outcome;
  /** The test that noticed, as far as it is known. */
  readonly by: string;
  readonly ms: number;
  /** The test files that were run. */
  readonly tests: readonly string[];
  /** Digest of the file, and of these tests with all they are made of. */
  readonly of: string;
}

/** What a mutant and its result have in common. */
export function keyOf({ path, at, after }: Pick<Result, "path" | "at" | "after">): string {
  return JSON.stringify([path, at, after]);
}

/** Reads results. A line that a stopped run left unfinished counts for nothing. */
export function parseResults(text: string): Result[] {
  return text.split("\n").flatMap((line) => {
    if (!line.endsWith("}")) return [];
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

/**
 * Picks the results that still say something of these mutants: neither the file nor the tests that were run have changed, and
 * one that survived was seen by every test there is now.
 *
 * @param digest Digests a file together with tests.
 * @param testsOf All tests that reach a file.
 */
export async function validResults(
  results: readonly Result[],
  mutants: readonly Placed[],
  digest: (path: string, tests: readonly string[]) => Promise<string>,
  testsOf: (path: string) => readonly string[],
): Promise<Map<string, Result>> {
  const wanted = new Set(mutants.map(keyOf));
  const found = new Map<string, Result>();
  for (const result of results) {
    const { path, outcome, tests, of } = result;
    if (!wanted.has(keyOf(result))) continue;
    if (outcome === "survived" && testsOf(path).some((test) => !tests.includes(test))) continue;
    if (await digest(path, tests) === of) found.set(keyOf(result), result);
  }
  return found;
}

/** Digests texts, in hexadecimal. */
export async function digestOf(texts: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(texts));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
