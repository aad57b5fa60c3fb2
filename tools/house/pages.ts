/** Rules for what people read: links of pages lead somewhere, each door of the package says how to use it. */
import type { Finding, SourceFile } from "./rules.ts";

/** Links to pages, files or headings of the project that are not there. */
export function brokenLinks(files: readonly SourceFile[]): Finding[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  return files.filter(({ path }) => path.endsWith(".md")).flatMap(({ path, text }) =>
    linksOf(text).flatMap(({ target, line }) => {
      const message = fault(path, target, texts);
      return message === undefined ? [] : [{ path, line, message }];
    })
  );
}

function linksOf(text: string): { readonly target: string; readonly line: number }[] {
  let isCode = false;
  return text.split("\n").flatMap((row, index) => {
    if (/^\s*```/.test(row)) isCode = !isCode;
    if (isCode) return [];
    return [...row.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => ({ target, line: index + 1 }));
  });
}

function fault(from: string, target: string, texts: ReadonlyMap<string, string>): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const { pathname, hash } = new URL(target, `file:///${from}`);
  const path = pathname.slice(1);
  const text = texts.get(path);
  if (text === undefined) return /\.(md|ts)$/.test(path) ? `links to ${path}, which is not there` : undefined;
  if (hash === "" || headings(text).has(hash.slice(1))) return undefined;
  return `links to ${path}${hash}, and no heading there is called so`;
}

/** The anchors that GitHub makes of a page's headings. */
function headings(page: string): Set<string> {
  return new Set(
    [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
      heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
    ),
  );
}

/** Exported files without a module's doc, or whose doc shows no code. */
export function doorsWithoutExample(files: readonly SourceFile[], exports: ReadonlySet<string>): Finding[] {
  return files.filter(({ path }) => exports.has(path)).flatMap(({ path, text }) => {
    const doc = /^(?:#!.*\n)?\/\*\*([^]*?)\*\//.exec(text)?.[1] ?? "";
    if (!doc.includes("@module")) {
      return [{ path, message: "is exported, and does not begin with a doc of the @module" }];
    }
    if (/^ \* @example\b[^]*```ts/m.test(doc) || /^ \* {5}\S/m.test(doc)) return [];
    return [{ path, message: "is exported, and its doc shows no example" }];
  });
}
