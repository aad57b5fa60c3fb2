/**
 * Measures with one count of live mappings, and posts the lines of the table.
 *
 * Its URL says what: `?live=COUNT&library=PATH`. What is measured stands at the top of the module, as constants, so that
 * the engine compiles for this table and this order alone.
 */
import { EmulatedHost } from "@vfio/vfio/emulated";
import { EmulatedEdu } from "@vfio/vfio/devices";
import { PageTable, READ, WRITE } from "@vfio/vfio/iommu";
import { compare, measure } from "./paired.ts";
import type { Loop } from "./paired.ts";
import { RadixTable } from "./radix_table.ts";

/** One line of the table. */
export interface Line {
  readonly what: string;
  readonly live: number;
  /** Nanoseconds that an operation takes. */
  readonly ns: number;
  /** The same in C. */
  readonly c?: number;
  /** The median of the paired ratios. */
  readonly ratio?: number;
}

/** Operations of a turn. */
const OPERATIONS = 2_000;
const PAGE = 4096n;
/** The first page frame that is mapped. */
const FIRST = 16;
const BOTH = READ | WRITE;
const EDU = "0000:00:04.0";

const { searchParams } = new URL(import.meta.url);
const live = Number(searchParams.get("live"));
const all = frames(live, (i) => i);
const chosen = frames(OPERATIONS, () => Math.floor(Math.random() * live));
const table = new PageTable();

function loop(run: () => unknown): Loop {
  return { operations: OPERATIONS, run };
}

function frames(count: number, choose: (i: number) => number): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: count }, (_, i) => FIRST + choose(i));
}

function remap(): void {
  for (let i = 0; i < OPERATIONS; i++) {
    const frame = chosen[i] ?? 0;
    table.unmap(frame, 1);
    table.map(frame, frame + 1, 1, BOTH);
  }
}

function translate(): number {
  let sum = 0;
  for (let i = 0; i < OPERATIONS; i++) sum += table.translate(chosen[i] ?? 0, WRITE);
  return sum;
}

/** The page table alone, against C. */
function tables(): Line[] {
  using twin = new RadixTable(searchParams.get("library") ?? "");
  for (const frame of all) table.map(frame, frame + 1, 1, BOTH);
  twin.map(all);
  const pairs = {
    "page table: unmap and map a page": compare(loop(remap), loop(() => twin.remap(chosen))),
    "page table: translate a page": compare(
      loop(translate),
      loop(() => twin.translate(chosen)),
    ),
  };
  if (translate() !== twin.translate(chosen)) throw new Error("the two tables disagree");
  return Object.entries(pairs).map(([what, { first, second, ratio }]) => ({
    what,
    live,
    ns: first,
    c: second,
    ratio,
  }));
}

/** The whole way of a request: container, Type1, pinned memory; and a device's register, trapped. */
function host(): Line[] {
  const { groups, ...machine } = prepare();
  const { iommu, vaddr } = machine;
  for (let i = 0; i < live; i++) map(BigInt(FIRST + i) * PAGE);
  const iovas = Array.from(
    { length: OPERATIONS },
    () => BigInt(FIRST + Math.floor(Math.random() * live)) * PAGE,
  );
  function map(iova: bigint): void {
    iommu.map({ iova, vaddr, size: PAGE, read: true, write: true });
  }
  const ns = measure(loop(() => {
    for (const iova of iovas) {
      iommu.unmap({ iova, size: PAGE });
      map(iova);
    }
  }));
  const access = measure(loop(() => {
    for (let i = 0; i < OPERATIONS; i++) machine.bar.read32(0);
  }));
  groups.dispose();
  return [
    { what: "IommuDriver: unmap and map a page", live, ns },
    { what: "Region: read 32 bits of a register", live, ns: access },
  ];
}

function prepare() {
  const groups = new DisposableStack();
  const machine = new EmulatedHost().plug(EDU, new EmulatedEdu(), { group: 0 });
  const container = groups.use(machine.groups.openContainer());
  const group = groups.use(machine.groups.openGroup(0));
  group.setContainer(container);
  const iommu = container.setIommu("type1v2");
  const { vaddr } = groups.use(machine.allocate(Number(PAGE)));
  const bar = groups.use(group.openDevice(EDU)).region(0);
  return { groups, iommu, vaddr, bar };
}

(self as unknown as { postMessage(lines: Line[]): void }).postMessage([...tables(), ...host()]);
