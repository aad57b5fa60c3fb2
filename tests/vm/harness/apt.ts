import $ from "dax";
import { exists } from "./cache.ts";
import { Missing } from "./missing.ts";
import { say } from "./say.ts";
import { makeScratch } from "./scratch.ts";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Downloads Debian packages and unpacks them without installing anything.
 *
 * It works with an apt of its own that knows one suite of the machine's own mirror and nothing that is installed,
 * so the system's apt learns nothing of other suites. apt checks the suite's signature against Debian's keyring,
 * and each package against the suite.
 *
 * @param suite Debian's name of the suite, e.g. `bookworm-backports`.
 * @param patterns The packages' names; of several that match one pattern, the highest version is taken.
 * @param into The folder that receives the packages' files.
 * @throws {Missing} when apt knows no Debian mirror, cannot reach it, or has no such package.
 */
export function unpack(suite: string, patterns: readonly RegExp[], into: string): Promise<void> {
  return withApt([suite], async (apt) => {
    const known = (await $`apt-cache ${apt.options} pkgnames`.lines()).sort(byVersion);
    for (const pattern of patterns) {
      const name = known.findLast((candidate) => pattern.test(candidate));
      if (name === undefined) throw new Missing(`no package like ${pattern.source} in ${suite}`);
      say(`downloading ${name}`);
      await run(suite, ["apt-get", ...apt.options, "-q", "download", name], apt.home);
    }
    await unpackAll(apt.home, into);
  });
}

/**
 * Downloads a Debian package and all that it depends on, the C library included, and unpacks them as {@linkcode unpack}
 * does.
 *
 * @param suites The suite that has the package, and after it those that have what it depends on.
 * @throws {Missing} as {@linkcode unpack}.
 */
export function unpackWhole(
  suites: readonly [string, ...string[]],
  name: string,
  into: string,
): Promise<void> {
  const [suite] = suites;
  return withApt(suites, async ({ options, home }) => {
    say(`downloading ${name} and what it depends on`);
    const install = ["install", "--download-only", "--yes", "--no-install-recommends", "-t", suite, name];
    await run(suite, ["apt-get", ...options, "-q", ...install], home);
    await unpackAll(`${home}/cache/archives`, into);
  });
}

interface Apt {
  readonly options: readonly string[];
  readonly home: string;
}

async function withApt(
  suites: readonly string[],
  work: (apt: Apt) => Promise<void>,
  type: "deb" | "deb-src" = "deb",
): Promise<void> {
  const home = await makeScratch();
  try {
    const options = await privateApt(home, suites, type);
    const all = suites.join(" and ");
    say(`reading the package list of ${all}`);
    await run(all, ["apt-get", ...options, "-q", "--error-on=any", "update"], home);
    await work({ options, home });
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function unpackAll(folder: string, into: string): Promise<void> {
  for (const { name } of Deno.readDirSync(folder)) {
    if (name.endsWith(".deb")) await $`dpkg-deb -x ${folder}/${name} ${into}`;
  }
}

/**
 * Downloads the upstream source of a Debian package and unpacks it: what Debian adds is left out.
 *
 * @param suite Debian's name of the suite, e.g. `trixie`.
 * @param name The source package's name.
 * @param into The folder that receives the source's files.
 * @throws {Missing} when apt knows no Debian mirror, cannot reach it, or has no such package.
 */
export function unpackSource(suite: string, name: string, into: string): Promise<void> {
  return withApt([suite], async ({ options, home }) => {
    say(`downloading the source of ${name}`);
    await run(suite, ["apt-get", ...options, "-q", "--download-only", "--tar-only", "source", name], home);
    for (const entry of Deno.readDirSync(home)) {
      if (!/\.orig\.tar\.\w+$/.test(entry.name)) continue;
      await $`tar -xf ${home}/${entry.name} -C ${into} --strip-components=1`;
    }
  }, "deb-src");
}

/** Lays out an apt under `home` and returns the options that make apt-get and apt-cache use it alone. */
async function privateApt(home: string, suites: readonly string[], type: string): Promise<string[]> {
  if (!exists(KEYRING)) {
    throw new Missing(`${KEYRING} is missing: apt-get install -y debian-archive-keyring`);
  }
  await Deno.mkdir(`${home}/lists/partial`, { recursive: true });
  await Deno.mkdir(`${home}/cache/archives/partial`, { recursive: true });
  const sources = `${home}/sources.list`;
  const lines = suites.map((suite) => `${type} [signed-by=${KEYRING}] ${mirror()} ${suite} main\n`);
  await Deno.writeTextFile(sources, lines.join(""));
  return Object.entries({
    "Dir::Etc::SourceList": sources,
    "Dir::Etc::SourceParts": "-",
    "Dir::Etc::PreferencesParts": "-",
    "Dir::State::Lists": `${home}/lists`,
    "Dir::State::Status": "/dev/null",
    "Dir::Cache": `${home}/cache`,
    // As root, apt would become a user that may not read this folder.
    "APT::Sandbox::User": "root",
  }).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

/** Finds the Debian mirror that the machine itself uses. */
function mirror(): string {
  const files = ["/etc/apt/sources.list"];
  const parts = "/etc/apt/sources.list.d";
  if (exists(parts)) files.push(...[...Deno.readDirSync(parts)].map(({ name }) => `${parts}/${name}`).sort());
  for (const file of files.filter(exists)) {
    const found = Deno.readTextFileSync(file).match(/^[^#\n]*?(https?:\/\/\S+?\/debian)\/?(?=\s|$)/m);
    if (found?.[1] !== undefined) return found[1];
  }
  throw new Missing("no Debian mirror in /etc/apt/sources.list or /etc/apt/sources.list.d: add one");
}

/** Runs apt and keeps its words for the case that it fails. */
async function run(suite: string, command: readonly string[], cwd: string): Promise<void> {
  const result = await $`${command}`.cwd(cwd).noThrow().quiet();
  if (result.code === 0) return;
  const said = result.stderr.split("\n").filter((line) => /^[EW]:/.test(line)).join(" ");
  throw new Missing(`cannot get packages of ${suite}: ${said || `apt-get ended with ${result.code}`}`);
}

/** Orders names by the numbers in them, so that 6.1.0-50 follows 6.1.0-9. */
function byVersion(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
