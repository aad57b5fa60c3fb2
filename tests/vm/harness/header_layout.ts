/**
 * What gcc makes of the kernel's headers. As a program it renews the tables that the unit tests of uapi/ compare with:
 *
 *     deno run -A tests/vm/harness/header_layout.ts
 *
 * @module
 */
import * as iommufd from "../../../uapi/iommufd.ts";
import * as vfio from "../../../uapi/vfio.ts";
import { layoutOf, textOf } from "../../unit/uapi/layout.ts";
import { unpack } from "./apt.ts";
import { cached } from "./cache.ts";

/** A header, and the module that says the same. */
export interface Header {
  /** `vfio`: the header is linux/vfio.h, the module uapi/vfio.ts. */
  readonly name: string;
  readonly module: Readonly<Record<string, unknown>>;
  /** Lines of C between the header and what looks at it. */
  readonly prelude?: string;
}

/** The headers that uapi/ declares again. */
export const HEADERS: readonly Header[] = [
  {
    name: "vfio",
    module: vfio,
    // The name that the kernel took away, so that nobody uses it.
    prelude: "#define VFIO_TYPE1_NESTING_IOMMU __VFIO_RESERVED_TYPE1_NESTING_IOMMU",
  },
  { name: "iommufd", module: iommufd },
];

/** The folder of the headers of Debian's newest kernel, which the machine's own are too old for. */
export async function kernelHeaders(): Promise<string> {
  const root = await cached("linux-libc-dev", (into) => unpack("sid", [/^linux-libc-dev$/], into));
  return `${root}/usr/include`;
}

/** The version of the kernel that headers are of: `7.2.13`. */
export async function versionOf(headers: string): Promise<string> {
  const text = await Deno.readTextFile(`${headers}/linux/version.h`);
  return ["MAJOR", "PATCHLEVEL", "SUBLEVEL"]
    .map((part) => new RegExp(`LINUX_VERSION_${part} (\\d+)`).exec(text)?.[1] ?? "?").join(".");
}

/**
 * Lets gcc tell the value, size or offset of everything that a module exports, as {@linkcode layoutOf} does.
 *
 * It compiles to assembly and reads that, as the kernel's own build does: no libc is needed, and nothing runs.
 */
export async function compiledLayout(headers: string, header: Header): Promise<Map<string, string>> {
  const names = [...layoutOf(header.module).keys()];
  const gcc = new Deno.Command("gcc", {
    args: [
      ...["-x", "c", "-S", "-o", "-", "-nostdinc", "-Werror"],
      ...["-isystem", headers, "-isystem", `${headers}/x86_64-linux-gnu`],
      "-",
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = gcc.output();
  await new Blob([programOf(header, names)]).stream().pipeTo(gcc.stdin);
  const { code, stdout, stderr } = await output;
  if (code !== 0) throw new Error(`gcc ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  return new Map(
    [...new TextDecoder().decode(stdout).matchAll(/^=> (\S+) (.*)$/gm)]
      .map(([, name = "", values = ""]) => [name, lineOf(name, values.split(" "))]),
  );
}

/** Every name of a constant or struct that a header declares, in its order. */
export async function namesIn(headers: string, { name }: Header): Promise<string[]> {
  const text = await Deno.readTextFile(`${headers}/linux/${name}.h`);
  const declaration = /^(?:#define\s+|\t+)((?:VFIO|IOMMU)_\w+)(?=\s|,|$)|^struct (\w+) \{/gm;
  return [...text.matchAll(declaration)].map(([, constant, struct]) => constant ?? struct ?? "");
}

function programOf({ name, module, prelude = "" }: Header, names: readonly string[]): string {
  return `#include <linux/${name}.h>
${prelude}
#define TELL(what, ...) asm volatile("\\n=> " what :: __VA_ARGS__)
#define NUMBER(value) "i"((long long)(value))
#define IS_SIGNED(value) _Generic(value, __s8: 1, __s16: 1, __s32: 1, __s64: 1, default: 0)
void tell(void)
{
${names.map((each) => statementOf(each, module)).join("\n")}
}
`;
}

function statementOf(name: string, module: Header["module"]): string {
  if (typeof module[name] === "number") return `TELL("${name} %c0", NUMBER(${name}));`;
  const [struct = "", ...path] = name.split(".");
  if (path.length === 0) return `TELL("${name} %c0", NUMBER(sizeof(struct ${name})));`;
  const field = `((struct ${struct} *)0)->${path.join(".")}`;
  const offset = `__builtin_offsetof(struct ${struct}, ${path.join(".")})`;
  return `TELL("${name} %c0 %c1 %c2", NUMBER(${offset}), NUMBER(sizeof(${field})), NUMBER(IS_SIGNED(${field})));`;
}

/** Makes of the compiler's numbers what the table has. */
function lineOf(name: string, values: readonly string[]): string {
  const [first = NaN, size = NaN, signed] = values.map(Number);
  if (values.length > 1) return `${first} ${signed === 1 ? "s" : "u"}${8 * size}`;
  // Constants in the header's `int` have a sign that the fields they are for have not.
  return /^[A-Z]/.test(name) ? `0x${(first < 0 ? first + 2 ** 32 : first).toString(16)}` : `${first}`;
}

async function renew(): Promise<void> {
  const headers = await kernelHeaders();
  for (const header of HEADERS) {
    const table = new URL(`../../unit/uapi/${header.name}_layout.txt`, import.meta.url);
    await Deno.writeTextFile(table, textOf(await compiledLayout(headers, header)));
  }
}

if (import.meta.main) renew();
