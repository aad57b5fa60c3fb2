const ROOT = new URL("../../", import.meta.url).pathname;

/** A file's path in the project, `os/libc.ts`, from whatever the linter calls it. */
export function projectPath(filename: string): string {
  return filename.startsWith(ROOT) ? filename.slice(ROOT.length) : filename;
}

/** Whether a path lies in one of these folders, given with their last slash, or is one of these files. */
export function isIn(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || (place.endsWith("/") && path.startsWith(place)));
}

/** What is published. */
export const LIBRARY = [
  "mod.ts",
  "core/",
  "uapi/",
  "pci/",
  "iommu/",
  "driverkit/",
  "devices/",
  "os/",
  "backends/",
] as const;
