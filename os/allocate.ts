/** Makes memory of this process: of huge pages where they are asked for and there are some, of ordinary ones else. */
import { checkSize } from "../core/checks.ts";
import type { HostMemoryOptions, PageFallback, Protection } from "../core/memory.ts";
import { MAP_ANONYMOUS, MAP_POPULATE, MAP_PRIVATE, MAP_SHARED } from "./constants_data.ts";
import { hugePagesFor, TRANSPARENT, whyNone, whyNotTransparent } from "./huge_pages.ts";
import { libc } from "./libc.ts";
import { createMemory } from "./memory_file.ts";
import { mapPages, wholePages } from "./process_memory.ts";
import type { ProcessMemory } from "./process_memory.ts";
import { hasCode } from "./system_error.ts";

interface Request {
  readonly size: number;
  readonly protection: Protection;
  readonly shared: boolean;
}

/** What memory is to be made of. */
interface PageChoice {
  /** Bytes of one page. */
  readonly size: number;
  /** What mmap(2) and memfd_create(2) are told about pages. */
  readonly mapFlags: number;
  readonly fileFlags: number;
  readonly transparent: boolean;
  /** What was wanted before. */
  readonly fallbacks: readonly PageFallback[];
}

/** Makes zeroed memory. @throws {VfioError} `ENOMEM`; `EMFILE` for shared memory without a descriptor left. */
export function allocateMemory(size: number, options: HostMemoryOptions): ProcessMemory {
  const { protection = "read-write", hugePages = false, shared = false } = options;
  checkSize("size", size);
  const request = { size, protection, shared };
  const fallbacks: PageFallback[] = [];
  const ordinary = { size: libc().getpagesize(), mapFlags: 0, fileFlags: 0, fallbacks };
  if (!hugePages) return make(request, { ...ordinary, transparent: false });
  for (const pages of hugePagesFor(size)) {
    try {
      return make(request, { ...pages, transparent: false, fallbacks });
    } catch (error) {
      // None are free, or this kernel has none.
      if (!hasCode(error, "ENOMEM", "EINVAL", "ENODEV", "ENOSYS")) throw error;
      fallbacks.push(whyNone(pages, size));
    }
  }
  const refusal = whyNotTransparent(size, shared);
  if (refusal !== undefined) fallbacks.push(refusal);
  return make(request, { ...ordinary, transparent: refusal === undefined });
}

function make({ size, protection, shared }: Request, pages: PageChoice): ProcessMemory {
  const { transparent, fallbacks } = pages;
  const bytes = wholePages(size, pages.size);
  using owned = new DisposableStack();
  const file = shared ? owned.use(createMemory(bytes, pages.fileFlags)) : undefined;
  const kind = shared ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS | pages.mapFlags;
  // Transparent ones are wished for before the kernel finds any.
  const flags = transparent ? kind : kind | MAP_POPULATE;
  const alignment = transparent ? TRANSPARENT : 1;
  const memory = mapPages(
    { size: bytes, alignment, protection, flags, fd: file?.fd ?? -1, offset: 0n },
    {
      size: bytes,
      pageSize: pages.size,
      ...(file !== undefined && { file }),
      ownsFile: shared,
      pageFallbacks: fallbacks,
    },
    transparent,
  );
  owned.move();
  return memory;
}
