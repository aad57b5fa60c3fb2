/** Compiles the C of this folder into a library, by gcc -O2. */

/** A compiled library. Dispose removes it. */
export interface Compiled extends Disposable {
  readonly path: string;
}

/**
 * Compiles sources of this folder.
 *
 * @param names Without ".c".
 * @throws {Error} when gcc is missing, or does not like what it reads.
 */
export function compile(...names: readonly string[]): Compiled {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/bench.so`;
  const sources = names.map((name) => new URL(`./${name}.c`, import.meta.url).pathname);
  const { success, stderr } = new Deno.Command("gcc", {
    args: ["-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-pthread", "-o", path, ...sources],
  }).outputSync();
  const compiled = { path, [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }) };
  if (success) return compiled;
  compiled[Symbol.dispose]();
  throw new Error(`gcc failed: ${new TextDecoder().decode(stderr)}`);
}
