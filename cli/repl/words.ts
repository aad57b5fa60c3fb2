/** The command line that opens a device in Deno's REPL. */

/** Where the command came from. */
export interface Origin {
  /** The URL of the folder that it stands in. */
  readonly base: string;
  /** Which version it is. */
  readonly version: string;
}

/**
 * Gives the command line's words.
 *
 * @param scenario The machine to make up, as `--emulated` takes it; undefined: the one that it runs on.
 */
export function replWords(origin: Origin, address: string, scenario: string | undefined): readonly string[] {
  // What a REPL imports is not known when it starts: modules in files have to be allowed, those of a registry are.
  const folder = new URL("../", origin.base);
  const reading = isFile(origin) ? [`--allow-read=${decodeURIComponent(folder.pathname)}`] : [];
  const permissions = scenario === undefined ? ["--allow-ffi", ...reading] : reading;
  return ["deno", "repl", ...permissions, "--eval", codeOf(origin, address, scenario)];
}

function codeOf(origin: Origin, address: string, scenario: string | undefined): string {
  const device = JSON.stringify(address);
  const open = scenario === undefined ? [`const dev = vfio.openDevice(${device})`] : [
    `const { emulatedBackend } = await import(${
      JSON.stringify(specifier(origin, "cli/emulated.ts", "/cli"))
    })`,
    `const host = emulatedBackend(${JSON.stringify(scenario)})`,
    `const dev = vfio.openDevice(${device}, { backend: host })`,
  ];
  return [
    `const vfio = await import(${JSON.stringify(specifier(origin, "mod.ts", ""))})`,
    ...open,
    "const cfg = dev.config",
    "const bar = (index) => dev.region(`bar${index}`)",
  ].join("; ");
}

/** What is installed from a registry is reached by the package's name there, never by a file's URL. */
function specifier(origin: Origin, file: string, door: string): string {
  if (isFile(origin)) return new URL(`../${file}`, origin.base).href;
  return `jsr:@vfio/vfio@${origin.version}${door}`;
}

function isFile({ base }: Origin): boolean {
  return new URL(base).protocol === "file:";
}
