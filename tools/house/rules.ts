/** The house rules that need more than one file's syntax tree; each is a function of what was read. */
import type { Import } from "./graph.ts";
import { reachable } from "./graph.ts";
import { layerFault, roomOf } from "./layers.ts";

/** Something that is not as it should be. */
export interface Finding {
  readonly path: string;
  /** Counted from 1. */
  readonly line?: number;
  readonly message: string;
}

/** A file and what stands in it. */
export interface SourceFile {
  /** In the project: `core/memory.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Imports that go up the house, sideways, or out of it. */
export function layers(imports: readonly Import[], exports: ReadonlySet<string>): Finding[] {
  return imports.flatMap(({ from, to, line, error }) => {
    const message = layerFault(from, to, exports) ??
      (error === undefined ? undefined : `imports ${to}: ${error}`);
    return message === undefined ? [] : [{ path: from, line, message }];
  });
}

/** Files that are published, or would be, and that nothing exported leads to. Headers of the kernel are whole, whoever needs them yet. */
export function relics(
  paths: readonly string[],
  imports: readonly Import[],
  exports: ReadonlySet<string>,
): Finding[] {
  const reached = reachable(exports, imports);
  return paths.filter((path) =>
    isLibrary(path) && path.endsWith(".ts") && !path.startsWith("uapi/") && !reached.has(path)
  )
    .map((path) => ({
      path,
      message: "is reached from no export of deno.json: a relic, or an export is missing",
    }));
}

function isLibrary(path: string): boolean {
  const room = roomOf(path);
  return room !== undefined && room !== "program" && room !== "tests" && room !== "conformance";
}

/** Files whose name is not snake_case; a dot may only stand before the extension. */
export function names(paths: readonly string[]): Finding[] {
  return paths.filter((path) => path.endsWith(".ts") && !/^([a-z0-9_]+\/)*[a-z0-9_]+\.ts$/.test(path))
    .map((path) => ({ path, message: "is not named in snake_case" }));
}

/** The longest a file may be. Headers and tables are as long as what they list. */
export const MAX_LINES = 300;
const UNBOUNDED = /^uapi\/|_data\.ts$/;

/** Files that hold more than one idea, as far as their length tells. */
export function sizes(files: readonly SourceFile[]): Finding[] {
  return files.flatMap(({ path, text }) => {
    const lines = lineCount(text);
    if (!path.endsWith(".ts") || UNBOUNDED.test(path) || lines <= MAX_LINES) return [];
    return [{ path, message: `has ${lines} lines, over ${MAX_LINES}: give each idea a file` }];
  });
}

/** The median length of the library's files, in lines; 0 without files. */
export function medianLines(files: readonly SourceFile[]): number {
  const lengths = files.filter(({ path }) => isLibrary(path) && path.endsWith(".ts") && !UNBOUNDED.test(path))
    .map(({ text }) => lineCount(text)).sort((a, b) => a - b);
  return lengths[lengths.length >> 1] ?? 0;
}

function lineCount(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

/** Comments that switch a gate off. Type errors may be expected in tests, where they are what is tested. */
const SUPPRESSIONS =
  /^\s*\/\/\s*(deno-lint-ignore-file\b.*|deno-lint-ignore\s+.*\bvfio\/.*|@ts-(?:ignore|nocheck)\b.*)/;
const EXPECTATIONS = /^\s*\/\/\s*(@ts-expect-error\b.*)/;

/** Gates that a file switches off for itself. */
export function suppressions(files: readonly SourceFile[]): Finding[] {
  return files.flatMap(({ path, text }) =>
    path.endsWith(".ts")
      ? text.split("\n").flatMap((line, index) => {
        const found = SUPPRESSIONS.exec(line) ?? (path.startsWith("tests/") ? null : EXPECTATIONS.exec(line));
        return found === null ? [] : [{ path, line: index + 1, message: `switches a gate off: ${found[1]}` }];
      })
      : []
  );
}

/** Examples in the project's own pages that are not run; those in comments are the linter's. */
export function ignoredExamples(files: readonly SourceFile[]): Finding[] {
  return files.flatMap(({ path, text }) =>
    /^(docs\/)?[^/]+\.md$/.test(path)
      ? text.split("\n").flatMap((line, index) =>
        /^\s*```\w+\s.*\bignore\b/.test(line)
          ? [{ path, line: index + 1, message: "an ignored example is neither run nor checked" }]
          : []
      )
      : []
  );
}
