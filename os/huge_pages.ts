/**
 * Huge pages: which ones memory can be made of, and why the kernel has none.
 *
 * A device's DMA goes through the IOMMU's table, and memory is pinned page by page: with 512 times bigger pages both
 * are as much shorter.
 *
 * @see Linux, Documentation/admin-guide/mm/hugetlbpage.rst, transhuge.rst
 */
import type { PageFallback } from "../core/memory.ts";
import {
  MAP_HUGE_1GB,
  MAP_HUGE_2MB,
  MAP_HUGETLB,
  MFD_HUGE_1GB,
  MFD_HUGE_2MB,
  MFD_HUGETLB,
} from "./constants_data.ts";
import { readText } from "./files.ts";
import { hasCode } from "./system_error.ts";

const FOLDER = "/sys/kernel/mm";
/** Bytes that a transparent huge page has. */
export const TRANSPARENT = 0x20_0000;

/** Pages that are set aside for who asks for them. */
export interface HugePages {
  readonly name: "1 GiB" | "2 MiB";
  /** Bytes of one. */
  readonly size: number;
  /** What mmap(2) is told. */
  readonly mapFlags: number;
  /** What memfd_create(2) is told. */
  readonly fileFlags: number;
}

/** The largest first. */
const KINDS: readonly HugePages[] = [
  {
    name: "1 GiB",
    size: 0x4000_0000,
    mapFlags: MAP_HUGETLB | MAP_HUGE_1GB,
    fileFlags: MFD_HUGETLB | MFD_HUGE_1GB,
  },
  {
    name: "2 MiB",
    size: 0x20_0000,
    mapFlags: MAP_HUGETLB | MAP_HUGE_2MB,
    fileFlags: MFD_HUGETLB | MFD_HUGE_2MB,
  },
];

/** Lists the pages to try for memory of a size, the largest first: those of 1 GiB only where no part of one is wasted. */
export function hugePagesFor(size: number): readonly HugePages[] {
  return KINDS.filter((pages) => pages.name === "2 MiB" || size % pages.size === 0);
}

/** Tells why huge pages were not to be had, at the time when the kernel said so. @param size Bytes of the memory. */
export function whyNone({ name, size: pageSize }: HugePages, size: number): PageFallback {
  const folder = `${FOLDER}/hugepages/hugepages-${pageSize / 1024}kB`;
  const count = (file: string) => Number(look(`${folder}/${file}`) ?? NaN);
  const [all, free, reserved] = [count("nr_hugepages"), count("free_hugepages"), count("resv_hugepages")];
  if (Number.isNaN(all)) return { pages: name, reason: "this kernel has none of that size" };
  const needed = Math.ceil(size / pageSize);
  const rest = Math.max(0, free - reserved);
  const more = all + needed - rest;
  return {
    pages: name,
    reason: rest >= needed
      ? `${rest} of ${all} are free, but not for this process`
      : `${needed} are needed, ${rest} of ${all} are free: sudo sh -c 'echo ${more} > ${folder}/nr_hugepages'`,
  };
}

/** Tells why memory gets no transparent huge pages, as far as that can be known; undefined: it may. @param shared It is a file's. */
export function whyNotTransparent(size: number, shared: boolean): PageFallback | undefined {
  const pages = "transparent";
  if (size < TRANSPARENT) return { pages, reason: "they have 2 MiB, and the memory has less" };
  const path = `${FOLDER}/transparent_hugepage/${shared ? "shmem_enabled" : "enabled"}`;
  const text = look(path);
  if (text === undefined) return { pages, reason: "this kernel has none" };
  const [, chosen = ""] = /\[(\w+)\]/.exec(text) ?? [];
  if (chosen !== "never" && chosen !== "deny") return undefined;
  const wanted = shared ? "advise" : "madvise";
  return { pages, reason: `they are switched off: sudo sh -c 'echo ${wanted} > ${path}'` };
}

function look(path: string): string | undefined {
  try {
    return readText(path).trim();
  } catch (error) {
    if (hasCode(error, "ENOENT", "EACCES")) return undefined;
    throw error;
  }
}
