/** Reads what `deno info --json` says of a module graph. */

/** One import, whichever way it is written: import, export from, import type, import(). */
export interface Import {
  /** The importing file's path in the project. */
  readonly from: string;
  /** The line, counted from 1. */
  readonly line: number;
  /** The imported file's path in the project, or the specifier of anything else. */
  readonly to: string;
  /** Why there is nothing behind the specifier, if so. */
  readonly error?: string;
}

interface Resolution {
  readonly specifier?: string;
  readonly error?: string;
  readonly span?: { readonly start: { readonly line: number } };
}

/** The part of `deno info --json` that is read here. */
export interface ModuleGraph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: Resolution;
      readonly type?: Resolution;
    }[];
  }[];
}

/**
 * Lists every import of every file of the project.
 *
 * @param graph What `deno info --json` printed.
 * @param root The project's URL, with its last slash.
 */
export function importsOf(graph: ModuleGraph, root: string): Import[] {
  const missing = new Map(graph.modules.map(({ specifier, error }) => [specifier, error]));
  const found: Import[] = [];
  for (const { specifier: module, dependencies = [] } of graph.modules) {
    if (!module.startsWith(root)) continue;
    for (const { specifier, code, type } of dependencies) {
      // Both, since a comment can send the type checker elsewhere than the code goes.
      const targets = [code, type].filter((resolution) => resolution !== undefined);
      for (const { specifier: target, error = missing.get(target ?? ""), span } of targets) {
        const to = target === undefined ? specifier : relative(target, root);
        const line = (span?.start.line ?? 0) + 1;
        found.push({ from: relative(module, root), line, to, ...(error === undefined ? {} : { error }) });
      }
    }
  }
  return found;
}

function relative(url: string, root: string): string {
  return url.startsWith(root) ? decodeURI(url.slice(root.length)) : url;
}

/** Every file that is reached from some files, those included. */
export function reachable(from: Iterable<string>, imports: readonly Import[]): Set<string> {
  const targets = Map.groupBy(imports, (each) => each.from);
  const reached = new Set(from);
  // A Set is iterated in order of insertion, what is added meanwhile included.
  for (const path of reached) for (const { to } of targets.get(path) ?? []) reached.add(to);
  return reached;
}
