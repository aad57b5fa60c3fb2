/** Reads the project: its files, its exports, and who imports whom. */
import type { Import, ModuleGraph } from "./graph.ts";
import { importsOf } from "./graph.ts";
import type { SourceFile } from "./rules.ts";

/** The project's folder, with its last slash. */
export const ROOT: URL = new URL("../../", import.meta.url);

const SKIPPED = new Set(["node_modules", "coverage"]);

/** The settings of deno.json that the tools read. */
export interface Settings {
  /** From the name behind the package's, `./linux`, to the file. */
  readonly exports: Readonly<Record<string, string>>;
}

/** Reads deno.json. */
export async function readSettings(): Promise<Settings> {
  return JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
}

/** The exported files' paths in the project. */
export function exportedPaths({ exports }: Settings): Set<string> {
  return new Set(Object.values(exports).map((path) => path.replace(/^\.\//, "")));
}

/** Reads every TypeScript and Markdown file, sorted by path. */
export async function readFiles(): Promise<SourceFile[]> {
  const paths = await Array.fromAsync(walk(""));
  const files = paths.map(async (path) => ({ path, text: await Deno.readTextFile(new URL(path, ROOT)) }));
  return (await Promise.all(files)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function* walk(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(new URL(folder || ".", ROOT))) {
    if (name.startsWith(".") || SKIPPED.has(name)) continue;
    if (isDirectory) yield* walk(`${folder}${name}/`);
    else if (isFile && /\.(ts|md)$/.test(name)) yield `${folder}${name}`;
  }
}

/** Asks Deno for the imports of these files and of all they lead to. */
export async function readImports(paths: readonly string[]): Promise<Import[]> {
  const source = paths.map((path) => `import ${JSON.stringify(new URL(path, ROOT).href)};`).join("\n");
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", `data:application/typescript,${encodeURIComponent(source)}`],
    cwd: ROOT,
    stdin: "null",
  }).output();
  if (!success) throw new Error(`Cannot read the module graph: ${new TextDecoder().decode(stderr)}`);
  const graph: ModuleGraph = JSON.parse(new TextDecoder().decode(stdout));
  return importsOf(graph, ROOT.href);
}
