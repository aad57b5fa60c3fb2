/** lspci, and dumps of odd machines to try it on, both from Debian and both unpacked beside what is installed. */
import { unpackSource, unpackWhole } from "../harness/apt.ts";
import { cached } from "../harness/cache.ts";

/** The suite whose pciutils is taken: what it prints is what the tables beside this file are for. */
const SUITE = "trixie";
/**
 * Gives the command of lspci 3.13.0: a program, and the arguments that it is run with. It comes with its own suite's C
 * library, which an older machine's is too old for.
 */
export async function lspci(): Promise<readonly string[]> {
  const directory = await cached("lspci-3.13", (into) => unpackWhole([SUITE], "pciutils", into));
  const libraries = `${directory}/usr/lib/x86_64-linux-gnu`;
  return [
    `${libraries}/ld-linux-x86-64.so.2`,
    "--library-path",
    libraries,
    `${directory}/usr/bin/lspci`,
  ];
}

/** Gives the files of pciutils' own tests: `lspci -vvvxxxx` of machines that have something to show. */
export async function pciutilsDumps(): Promise<ReadonlyMap<string, string>> {
  const directory = await cached("pciutils-3.13", (into) => unpackSource(SUITE, "pciutils", into));
  const names = [...Deno.readDirSync(`${directory}/tests`)].map(({ name }) => name).sort();
  return new Map(names.map((name) => [name, Deno.readTextFileSync(`${directory}/tests/${name}`)]));
}

/** What a run of lspci printed. */
export interface Printed {
  readonly text: string;
  /** It came to its end. */
  readonly complete: boolean;
}

/**
 * Lets lspci print a dump, with numbers for names.
 *
 * @param dump As `lspci -xxxx` prints it.
 * @param options `-vvv`, `-xxxx`, ...
 */
export async function print(dump: string, ...options: readonly string[]): Promise<Printed> {
  const [program = "", ...args] = await lspci();
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, dump);
    const { success, stdout } = await new Deno.Command(program, {
      args: [...args, "-i", "/dev/null", "-nn", "-F", file, ...options],
      stderr: "null",
    }).output();
    return { text: new TextDecoder().decode(stdout), complete: success };
  } finally {
    await Deno.remove(file);
  }
}
