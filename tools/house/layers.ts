/**
 * Imports go one way: which folder may import which, as CONTRIBUTING.md draws it.
 *
 * A path belongs to one room; the table says which other rooms a room may import. Devices have four kinds of rooms, so
 * that a device's model and its driver never meet: they share the registers, and nothing else.
 */

type Room =
  | "core"
  | "uapi"
  | "pci"
  | "iommu"
  | "driverkit"
  | "device tools"
  | "registers"
  | "model"
  | "driver"
  | "devices/mod.ts"
  | "os"
  | "backends/linux"
  | "backends/emulated"
  | "backends/vfio_user"
  | "views"
  | "mod.ts"
  | "program"
  | "conformance"
  | "tests";

const MAY_IMPORT: Readonly<Record<Room, readonly Room[]>> = {
  "core": [],
  "uapi": ["core"],
  "pci": ["core"],
  "iommu": ["core"],
  "driverkit": ["core", "pci", "iommu"],
  "device tools": ["core", "pci"],
  "registers": ["core"],
  "model": ["core", "pci", "device tools", "registers"],
  "driver": ["core", "pci", "driverkit", "registers"],
  "devices/mod.ts": ["device tools", "registers", "model", "driver"],
  "os": ["core", "uapi"],
  "backends/linux": ["core", "uapi", "pci", "iommu", "os"],
  "backends/emulated": ["core", "uapi", "pci", "iommu", "device tools", "model"],
  "backends/vfio_user": ["core", "uapi", "pci", "iommu", "os", "device tools", "model"],
  "views": ["core", "pci"],
  "mod.ts": ["core", "driverkit", "backends/linux"],
  "program": [],
  "conformance": ["core", "registers"],
  "tests": [],
};

/** Folders whose name is their room's. */
const FOLDERS = ["core", "uapi", "pci", "iommu", "driverkit", "os", "views"] as const;
const BACKENDS = ["backends/linux", "backends/emulated", "backends/vfio_user"] as const;
/** What is made with the library: it holds what everybody else can hold, and its own files. */
const PROGRAMS = ["cli/", "examples/", "bench/", "tools/"];
/** What the command holds beside that: its parser, and the version that it prints. */
const COMMAND_HOLDS = /^npm:\/?commander@|^deno\.json$/;

/** Makes the manual, of what the command declares. */
const MANUAL = "tools/docs/";

/** The room a file belongs to; undefined for a place the tree does not know. */
export function roomOf(path: string): Room | undefined {
  if (path === "mod.ts" || path === "devices/mod.ts") return path;
  const room = FOLDERS.find((folder) => path.startsWith(`${folder}/`)) ??
    BACKENDS.find((folder) => path.startsWith(`${folder}/`));
  if (room !== undefined) return room;
  if (path.startsWith("devices/")) return deviceRoom(path);
  if (PROGRAMS.some((folder) => path.startsWith(folder))) return "program";
  // The cases know the model alone; what lends them a machine, and what goes below the model, is theirs to import.
  if (/^tests\/conformance\/(?!.*(fixture|wire))/.test(path)) return "conformance";
  return path.startsWith("tests/") ? "tests" : undefined;
}

function deviceRoom(path: string): Room {
  const [, , file] = path.split("/");
  if (file === undefined) return "device tools";
  if (/^registers/.test(file) || /_data\.ts$/.test(path)) return "registers";
  return /^driver/.test(file) ? "driver" : "model";
}

/** `devices/edu/` for a file of that device; undefined for the tools that all share. */
function deviceOf(path: string): string | undefined {
  return /^devices\/[^/]+\//.exec(path)?.[0];
}

/**
 * Why a file may not import another; undefined when it may.
 *
 * @param from The importing file's path in the project.
 * @param to The imported file's path, or the specifier of what is not a file of the project (`node:fs`, `npm:dax`).
 * @param exports Paths of the files that deno.json exports.
 */
export function layerFault(from: string, to: string, exports: ReadonlySet<string>): string | undefined {
  const room = roomOf(from);
  if (room === undefined) return "stands in no folder of the tree: CONTRIBUTING.md draws it";
  if (room === "tests") return undefined;
  if (from.startsWith("cli/") && COMMAND_HOLDS.test(to)) return undefined;
  if (from.startsWith(MANUAL) && (to.startsWith("cli/") || to === "deno.json")) return undefined;
  const target = roomOf(to);
  if (target === undefined) return `imports ${to}, which is no file of the project`;
  if (room === "program") return programFault(from, to, exports);
  if (room === "conformance") return conformanceFault(to, target);
  if (target === room) return deviceFault(from, to);
  if (!MAY_IMPORT[room].includes(target)) {
    return `imports ${to}: ${room} may import ${list(MAY_IMPORT[room])}`;
  }
  return deviceFault(from, to);
}

function programFault(from: string, to: string, exports: ReadonlySet<string>): string | undefined {
  const [folder] = from.split("/");
  if (to.startsWith(`${folder}/`) || exports.has(to)) return undefined;
  return `imports ${to}: ${folder} may import what deno.json exports`;
}

function conformanceFault(to: string, target: Room): string | undefined {
  if (target === "conformance" || to.startsWith("tests/")) return undefined;
  return MAY_IMPORT.conformance.includes(target)
    ? undefined
    : `imports ${to}: a case may import core and registers`;
}

/** Devices know nothing of each other; the backends know no single device. */
function deviceFault(from: string, to: string): string | undefined {
  const [mine, other] = [deviceOf(from), deviceOf(to)];
  if (mine === undefined || other === undefined || mine === other) return undefined;
  return `imports ${to}: a device imports no other device`;
}

function list(rooms: readonly Room[]): string {
  return rooms.length === 0 ? "nothing" : rooms.join(", ");
}
