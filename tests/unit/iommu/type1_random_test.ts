import { assertEquals } from "@std/assert";
import { MSI_WINDOW } from "../../../iommu/mod.ts";
import type { ErrorCode } from "../../../core/errors.ts";
import { Bench, codeOf, group, MEMORY, PAGE, Random, READ_ONLY } from "./machine.ts";

/** What the rules say, page by page and by looking at everything each time: slow, and hard to get wrong. */
interface Entry {
  readonly start: bigint;
  readonly size: bigint;
  readonly physical: bigint;
  readonly read: boolean;
  readonly write: boolean;
  invalid: boolean;
}

const HOLE = { start: 0x10_8000n, last: 0x10_9fffn, type: "reserved" };

class Oracle {
  entries: Entry[] = [];
  holes = [MSI_WINDOW, HOLE];
  readonly #v1: boolean;
  readonly #limit: number;

  constructor(v1: boolean, limit: number) {
    this.#v1 = v1;
    this.#limit = limit;
  }

  map(
    start: bigint,
    page: number,
    size: bigint,
    rights: { read: boolean; write: boolean },
  ): ErrorCode | undefined {
    if (this.#inside(start, size).length > 0) return "EEXIST";
    if (this.entries.length === this.#limit) return "ENOSPC";
    if (this.holes.some((hole) => start <= hole.last && hole.start < start + size)) return "EINVAL";
    if (start + size > 2n ** 48n) return "EINVAL";
    // 256 pages of memory.
    if (BigInt(page) + size / PAGE > 256n) return "EFAULT";
    const physical = 0x1_0000_0000n + BigInt(page) * PAGE;
    this.entries.push({ start, size, physical, ...rights, invalid: false });
    this.entries.sort((one, other) => (one.start < other.start ? -1 : 1));
    return undefined;
  }

  unmap(start: bigint, size: bigint): bigint | ErrorCode {
    const hit = this.#hit(start, size);
    if (typeof hit === "string") return hit;
    this.entries = this.entries.filter((entry) => !hit.includes(entry));
    return hit.reduce((sum, entry) => sum + entry.size, 0n);
  }

  invalidate(start: bigint, size: bigint): bigint | ErrorCode {
    const hit = this.#hit(start, size);
    if (typeof hit === "string") return hit;
    if (hit.some(({ invalid }) => invalid)) return "EINVAL";
    for (const entry of hit) entry.invalid = true;
    return hit.reduce((sum, entry) => sum + entry.size, 0n);
  }

  update(start: bigint, size: bigint): ErrorCode | undefined {
    const hit = this.#inside(start, size);
    if (hit.length === 0) return "ENOENT";
    const [entry] = hit;
    if (entry === undefined || entry.start !== start || entry.size !== size || !entry.invalid) {
      return "EINVAL";
    }
    entry.invalid = false;
    return undefined;
  }

  translate(iova: bigint, write: boolean): bigint | undefined {
    const entry = this.entries.find(({ start, size }) => start <= iova && iova < start + size);
    if (entry === undefined || !(write ? entry.write : entry.read)) return undefined;
    return entry.physical + iova - entry.start;
  }

  #inside(start: bigint, size: bigint): Entry[] {
    return this.entries.filter((entry) => entry.start < start + size && start < entry.start + entry.size);
  }

  #hit(start: bigint, size: bigint): Entry[] | ErrorCode {
    const inside = this.#inside(start, size);
    const isCut = (entry: Entry) => entry.start < start || entry.start + entry.size > start + size;
    if (!this.#v1) return inside.some(isCut) ? "EINVAL" : inside;
    return inside.some((entry) => entry.start < start) ? [] : inside;
  }
}

for (const v1 of [true, false]) {
  Deno.test(`Type1${v1 ? "" : "v2"} agrees with a list of mappings, with groups that come and go`, () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = new Random(seed);
      const limit = random.pick(8, 30, 65535);
      const bench = new Bench({ v1, entryLimit: limit, group: group({ reserved: [MSI_WINDOW, HOLE] }) });
      const oracle = new Oracle(v1, limit);
      let other = group({ reserved: [MSI_WINDOW] });
      let isOther = false;
      for (let round = 0; round < 1200; round++) {
        const base = random.pick(0n, 0x10_0000n, 0x10_0000n, 0xfedf_8000n, 2n ** 48n - 16n * PAGE);
        const start = base + BigInt(random.below(32)) * PAGE;
        const size = BigInt(1 + random.below(random.pick(2, 4, 16))) * PAGE;
        const attempt = (body: () => bigint): bigint | ErrorCode => {
          let result: bigint | ErrorCode = "EIO";
          return codeOf(() => result = body()) ?? result;
        };
        switch (random.below(10)) {
          case 0:
          case 1:
          case 2:
          case 3: {
            const page = random.below(260);
            const rights = random.pick({ read: true, write: true }, { read: true, write: false }, {
              read: false,
              write: true,
            });
            const vaddr = MEMORY + BigInt(page) * PAGE;
            const expected = oracle.map(start, page, size, rights);
            assertEquals(codeOf(() => bench.map({ iova: start, vaddr, size, ...rights })), expected);
            break;
          }
          case 4:
          case 5:
            assertEquals(attempt(() => bench.unmap({ iova: start, size })), oracle.unmap(start, size));
            break;
          case 6:
            assertEquals(
              attempt(() => bench.unmap({ iova: start, size, invalidateVaddr: true })),
              oracle.invalidate(start, size),
            );
            break;
          case 7:
            assertEquals(
              codeOf(() => bench.map({ iova: start, size, updateVaddr: true })),
              oracle.update(start, size),
            );
            break;
          case 8: {
            if (isOther) bench.iommu.detachGroup(other);
            else {other = group({
                reserved: random.pick([MSI_WINDOW], [MSI_WINDOW, { ...HOLE, start: 0x5000n, last: 0x5fffn }]),
              });}
            const isInvalid = oracle.entries.some(({ invalid }) => invalid);
            const isTaken = other.reserved.some((hole) =>
              oracle.entries.some((entry) =>
                entry.start <= hole.last && hole.start < entry.start + entry.size
              )
            );
            const expected = isInvalid ? "EBUSY" : isTaken ? "EINVAL" : undefined;
            if (!isOther) {
              assertEquals(
                codeOf(() => bench.iommu.attachGroup(other, "VFIO_GROUP_SET_CONTAINER")),
                expected,
              );
            }
            isOther = !isOther && expected === undefined;
            oracle.holes = [MSI_WINDOW, HOLE, ...(isOther ? other.reserved : [])];
            break;
          }
          default:
            if (random.below(20) > 0) break;
            assertEquals(bench.unmap({ all: true }), oracle.unmap(0n, 2n ** 64n));
        }
        for (let check = 0; check < 6; check++) {
          const iova = start + BigInt(random.below(Number(size) + 8192) - 4096);
          if (iova < 0n) continue;
          const write = random.below(2) === 0;
          const translated = bench.translate(iova, write);
          assertEquals(
            typeof translated === "bigint" ? translated : undefined,
            oracle.translate(iova, write),
          );
        }
        const total = oracle.entries.reduce((sum, entry) => sum + entry.size, 0n);
        assertEquals([bench.process.locked, bench.machine.pinned.size], [total, oracle.entries.length]);
      }
    }
  });
}

Deno.test("Type1.map() that fails leaves nothing pinned or charged, whatever failed and however far it got", () => {
  // 16 pages can be read; the limit, where there is one, is met before their end.
  for (const [limit, allowed, code] of [[undefined, 16n, "EFAULT"], [10n * PAGE, 6n, "ENOMEM"]] as const) {
    const bench = new Bench();
    bench.process.limit = limit;
    bench.map({ iova: 0n, size: 4n * PAGE });
    for (let pages = 1n; pages <= 40n; pages++) {
      const range = { iova: 0x10_0000n, size: pages * PAGE };
      const expected = pages <= allowed ? undefined : code;
      assertEquals(codeOf(() => bench.map({ ...range, vaddr: READ_ONLY, write: false })), expected);
      assertEquals(bench.unmap(range), expected === undefined ? range.size : 0n);
      assertEquals([bench.process.locked, bench.machine.pinned.size], [4n * PAGE, 1]);
    }
  }
});
