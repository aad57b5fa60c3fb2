/** Branches that a run took, as `deno coverage --lcov` tells. */

/** The branches of a file. */
export interface FileBranches {
  /** As lcov has it: an absolute path. */
  readonly file: string;
  readonly taken: number;
  readonly all: number;
  /** Lines with a branch that was not taken, each once. */
  readonly missed: readonly number[];
}

/** Reads a report. @see geninfo(1), "FILES": SF, BRDA */
export function branchesOf(lcov: string): FileBranches[] {
  return lcov.split("end_of_record").flatMap((record): FileBranches[] => {
    const file = /^SF:(.*)$/m.exec(record)?.[1];
    if (file === undefined) return [];
    const branches = [...record.matchAll(/^BRDA:(\d+),[^,]*,[^,]*,(.*)$/gm)];
    const missed = branches.filter(([, , count]) => count === "-" || count === "0");
    return [{
      file,
      taken: branches.length - missed.length,
      all: branches.length,
      missed: [...new Set(missed.map(([, line]) => Number(line)))],
    }];
  });
}

/** A table: a file in each line, and the sum in the last. */
export function branchTable(files: readonly FileBranches[]): string {
  const width = Math.max(...files.map(({ file }) => file.length), 0);
  const sum = (of: (file: FileBranches) => number) => files.reduce((total, file) => total + of(file), 0);
  const rows = [...files, { file: "all", taken: sum(({ taken }) => taken), all: sum(({ all }) => all) }];
  return rows.filter(({ all }) => all > 0).map(({ file, taken, all }) =>
    `${file.padEnd(width)}  ${`${taken}/${all}`.padStart(8)}  ${(taken / all * 100).toFixed(1).padStart(5)} %`
  ).join("\n");
}
