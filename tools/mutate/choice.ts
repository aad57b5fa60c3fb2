/** Which of all mutants are tried: as many of each file as it has its share of them, and of each file every kind. */
import type { Mutant } from "./mutants.ts";

/** A mutant, and the file it is of. */
export interface Placed extends Mutant {
  readonly path: string;
}

/**
 * Chooses mutants.
 *
 * The same seed chooses the same ones: where a file did not change, more of them begin with the same, and a change of one file
 * leaves the order within all others as it is.
 *
 * @param byFile All mutants of each file, from its path.
 * @param count How many are wanted; every file gives one at least, and none more than it has.
 */
export function choose(
  byFile: ReadonlyMap<string, readonly Mutant[]>,
  count: number,
  seed: number,
): Placed[] {
  const files = [...byFile].filter(([, mutants]) => mutants.length > 0);
  const total = files.reduce((sum, [, mutants]) => sum + mutants.length, 0);
  const shares = files.map(([path, mutants]) => ({ path, mutants, share: mutants.length * count / total }));
  const wanted = new Map(shares.map(({ path, share }) => [path, Math.max(1, Math.floor(share))]));
  // What the rounding left goes to those that lost most by it.
  let left = count - [...wanted.values()].reduce((sum, each) => sum + each, 0);
  for (const { path, share, mutants } of shares.toSorted((a, b) => b.share % 1 - a.share % 1)) {
    const has = wanted.get(path) ?? 0;
    if (left <= 0 || share < 1 || has >= mutants.length) continue;
    wanted.set(path, has + 1);
    left--;
  }
  return shares.flatMap(({ path, mutants }) =>
    inTurn(mutants, (mutant) => order(`${seed} ${path} ${mutant.kind} ${mutant.before} ${mutant.after}`))
      .slice(0, wanted.get(path)).map((mutant) => ({ ...mutant, path }))
  );
}

/** All mutants, the kinds by turns, each kind's and the kinds themselves in an order of `rank`. */
function inTurn(mutants: readonly Mutant[], rank: (mutant: Mutant) => number): Mutant[] {
  const ranked = mutants.map((mutant) => ({ mutant, rank: rank(mutant) })).sort((a, b) => a.rank - b.rank);
  const kinds = [...Map.groupBy(ranked, ({ mutant }) => mutant.kind).values()];
  const longest = Math.max(...kinds.map((each) => each.length));
  const rounds = Array.from({ length: longest }, (_, round) => kinds.flatMap((each) => each[round] ?? []));
  return rounds.flat().map(({ mutant }) => mutant);
}

/** A number from a text that looks drawn: FNV-1a, and a mixing of its bits. */
function order(text: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
