/** What must hold before a change is in: the gates that `deno task ok` walks through, in order. */

/** One gate. */
export interface Gate {
  readonly name: string;
  /** What is given to `deno`. */
  readonly args: readonly string[];
  /** Folders and files that are given too, as far as they are there. */
  readonly paths?: readonly string[];
}

/** What is published, and what is built on it. */
const SOURCES = ["mod.ts", "core", "uapi", "pci", "iommu", "driverkit", "devices", "os", "backends", "views"];
const PROGRAMS = ["cli", "examples", "bench", "tools", "tests"];

/**
 * The gates.
 *
 * @param exports The files that deno.json exports.
 */
export function gates(exports: readonly string[]): Gate[] {
  return [
    { name: "fmt", args: ["fmt", "--check"] },
    { name: "lint", args: ["lint"] },
    { name: "check", args: ["check", "--frozen"], paths: [...SOURCES, ...PROGRAMS] },
    { name: "house", args: ["task", "house"] },
    { name: "doc", args: ["doc", "--lint"], paths: exports },
    { name: "test", args: ["task", "test"] },
    { name: "publish", args: ["publish", "--dry-run", "--allow-dirty"] },
  ];
}
