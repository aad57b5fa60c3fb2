/** Mappings, dirty pages and vaddr updates, on both Type1 versions, with two groups coming and going. */
import type { Container, IommuType } from "../../core/container.ts";
import type { DmaMap, DmaUnmap } from "../../core/iommu_driver.ts";
import type { Group } from "../../core/group.ts";
import type { HostMemory } from "../../core/memory.ts";
import type { Fixture } from "../conformance/fixture.ts";
import { openContainer, openGroup, PAGE } from "../conformance/ready.ts";
import { answer } from "./family.ts";
import type { Family, Session } from "./family.ts";
import type { Random } from "./random.ts";

const P = BigInt(PAGE);
const BASE = 0x10_0000n;
/** Pages of the memory that devices may use as they like, and of the one that is read-only. */
const PAGES = 32;

/** Memory by what it is, and an offset; or a number that is no memory. */
type Place = { readonly of: "rw" | "ro" | "none"; readonly page: number; readonly byte: number } | {
  readonly of: "nothing";
};

type Bitmap = { readonly pageSize: bigint; readonly bytes: number };

/** An operation. */
export type DmaOp =
  | { readonly do: "attach" | "detach"; readonly role: "edu" | "edu2" }
  | { readonly do: "set"; readonly type: IommuType }
  | (Omit<DmaMap, "vaddr"> & { readonly do: "map"; readonly at: Place })
  | (Omit<DmaUnmap, "dirty"> & { readonly do: "unmap"; readonly dirty?: Bitmap })
  | { readonly do: "start" | "stop" | "info" }
  | { readonly do: "dirty"; readonly iova: bigint; readonly size: bigint; readonly bitmap: Bitmap };

class DmaSession implements Session<DmaOp> {
  readonly #machine: Fixture;
  readonly #container: Container;
  readonly #memories: Readonly<Record<"rw" | "ro" | "none", HostMemory>>;
  readonly #groups: Readonly<Record<"edu" | "edu2", Group>>;
  readonly #owned = new DisposableStack();

  constructor(machine: Fixture) {
    this.#machine = machine;
    this.#container = this.#owned.use(openContainer(machine));
    this.#groups = {
      edu: this.#owned.use(openGroup(machine, "edu")),
      edu2: this.#owned.use(openGroup(machine, "edu2")),
    };
    const { backend } = machine;
    this.#memories = {
      rw: this.#owned.use(backend.allocate(PAGES * PAGE)),
      ro: this.#owned.use(backend.allocate(PAGES * PAGE, { protection: "read" })),
      none: this.#owned.use(backend.allocate(PAGES * PAGE, { protection: "none" })),
    };
  }

  run(op: DmaOp): string {
    const { iommu } = this.#container;
    switch (op.do) {
      case "attach":
        return answer(() => this.#groups[op.role].setContainer(this.#container));
      case "detach":
        return answer(() => this.#groups[op.role].unsetContainer());
      case "set":
        return answer(() => void this.#container.setIommu(op.type));
      case "map":
        return answer(() => iommu.map({ ...op, vaddr: this.#vaddr(op.at) }));
      case "unmap":
        return this.#unmap(op);
      case "start":
        return answer(() => iommu.dirty.start());
      case "stop":
        return answer(() => iommu.dirty.stop());
      case "dirty": {
        const bitmap = bitmapOf(op.bitmap);
        const result = answer(() => iommu.dirty.read({ ...op, bitmap }));
        return `${result} ${bitmap.data.toHex()}`;
      }
      case "info":
        return answer(() => {
          const { alignment, ranges, capabilities } = iommu.info();
          const avail = capabilities.find(({ id }) => id === "dma-avail");
          const last = ranges?.map((range) => `${range.start}-${range.last}`).join(" ");
          return `${alignment} ${last} ${
            avail !== undefined && "available" in avail ? avail.available : "-"
          }`;
        });
    }
  }

  [Symbol.dispose](): void {
    this.#owned.dispose();
    this.#machine.settle();
  }

  #unmap({ dirty, ...request }: DmaOp & { do: "unmap" }): string {
    const bitmap = dirty === undefined ? undefined : bitmapOf(dirty);
    const given = bitmap === undefined ? request : { ...request, dirty: bitmap };
    const result = answer(() => this.#container.iommu.unmap(given));
    return bitmap === undefined ? result : `${result} ${bitmap.data.toHex()}`;
  }

  #vaddr(place: Place): bigint {
    // Below what any process may map.
    if (place.of === "nothing") return P;
    return this.#memories[place.of].vaddr + BigInt(place.page * PAGE + place.byte);
  }
}

function bitmapOf({ pageSize, bytes }: Bitmap): { pageSize: bigint; data: Uint8Array<ArrayBuffer> } {
  return { pageSize, data: new Uint8Array(bytes) };
}

function drawIova(random: Random): bigint {
  const near = BASE + BigInt(random.below(24)) * P;
  if (random.chance(0.9)) return near;
  return random.of(
    0n,
    0xfedf_f000n,
    0xfee0_0000n,
    0xfeef_f000n,
    (1n << 48n) - P,
    1n << 48n,
    (1n << 64n) - P,
    near + 16n,
  );
}

function drawSize(random: Random): bigint {
  if (random.chance(0.94)) return BigInt(random.of(1, 1, 1, 2, 2, 3, 4, 8, 16, 24)) * P;
  return random.of(0n, 100n, P + 1n, 1n << 63n, (1n << 64n) - P);
}

function drawPlace(random: Random, size: bigint): Place {
  const pages = Number(size / P);
  // More than there is would reach whatever the process has behind it.
  if (pages > PAGES || size % P !== 0n || random.chance(0.05)) return { of: "nothing" };
  const of = random.chance(0.9) ? "rw" : random.of("ro" as const, "none" as const);
  return { of, page: random.below(PAGES - pages + 1), byte: random.chance(0.02) ? 8 : 0 };
}

function drawBitmap(random: Random): Bitmap {
  return {
    pageSize: random.of(P, P, P, P, P, P, 2n * P, 0x20_0000n),
    bytes: random.of(8, 8, 8, 16, 64, 1, 0),
  };
}

function drawOp(random: Random): DmaOp {
  const size = drawSize(random);
  const iova = drawIova(random);
  const turn = random.below(100);
  if (turn < 45) {
    if (random.chance(0.15)) return { do: "map", iova, size, at: drawPlace(random, size), updateVaddr: true };
    const [read, write] = random.of([true, true], [true, true], [true, false], [false, true], [false, false]);
    return {
      do: "map",
      iova,
      size,
      at: drawPlace(random, size),
      read,
      write,
      updateVaddr: random.chance(0.02),
    };
  }
  if (turn < 75) {
    const all = random.chance(0.06);
    const range = all && random.chance(0.8) ? { iova: 0n, size: 0n } : { iova, size };
    const dirty = random.chance(0.15) ? { dirty: drawBitmap(random) } : {};
    return { do: "unmap", ...range, all, invalidateVaddr: random.chance(0.2), ...dirty };
  }
  if (turn < 79) return { do: random.of("start", "start", "stop") };
  if (turn < 89) return { do: "dirty", iova, size, bitmap: drawBitmap(random) };
  if (turn < 93) return { do: "info" };
  if (turn < 95) return { do: "set", type: random.of("type1" as const, "type1v2" as const) };
  return { do: random.of("attach", "attach", "detach"), role: random.of("edu", "edu2", "edu2") };
}

/** The family. */
export const dma: Family<DmaOp> = {
  name: "dma",
  draw(random) {
    const length = 20 + random.below(100);
    return [
      { do: "attach", role: "edu" },
      { do: "set", type: random.of("type1" as const, "type1v2" as const, "type1v2" as const) },
      ...Array.from({ length }, () => drawOp(random)),
    ];
  },
  begin: (machine) => new DmaSession(machine),
  corners: (op, result) => [`${op.do} ${result.split(" ")[0]?.replace(/^0x.+/, "OK")}`],
};
