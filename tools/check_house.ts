/**
 * Checks the rules of the house that the linter cannot see: who imports whom, how long files are, what nobody needs, and
 * where pages lead.
 *
 *     deno task house
 */
import { brokenLinks, doorsWithoutExample } from "./house/pages.ts";
import { exportedPaths, readFiles, readImports, readSettings } from "./house/project.ts";
import type { Finding } from "./house/rules.ts";
import { ignoredExamples, layers, medianLines, names, relics, sizes, suppressions } from "./house/rules.ts";

/** The half of the library's files must be shorter than this. */
const MAX_MEDIAN = 100;

async function main(): Promise<number> {
  const exports = exportedPaths(await readSettings());
  const files = await readFiles();
  const sources = files.map(({ path }) => path).filter((path) => path.endsWith(".ts"));
  const imports = await readImports(sources);
  const findings: Finding[] = [
    ...layers(imports, exports),
    ...relics(sources, imports, exports),
    ...names(sources),
    ...sizes(files),
    ...suppressions(files),
    ...ignoredExamples(files),
    ...brokenLinks(files),
    ...doorsWithoutExample(files, exports),
  ];
  for (const path of exports) {
    if (!sources.includes(path)) findings.push({ path, message: "is exported by deno.json, and missing" });
  }
  const median = medianLines(files);
  if (median >= MAX_MEDIAN) {
    findings.push({
      path: "deno.json",
      message: `half of the library's files have ${median} lines and more`,
    });
  }
  for (const { path, line, message } of findings) {
    console.error(`${line === undefined ? path : `${path}:${line}`} ${message}`);
  }
  console.log(
    `${sources.length} files, ${imports.length} imports, median ${median} lines: ${findings.length} against the rules`,
  );
  return findings.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
