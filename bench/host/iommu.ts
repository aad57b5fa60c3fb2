/**
 * What the emulated IOMMU costs with one count of live mappings, the page table beside the same table in C; and what an
 * access to a register costs beside it.
 *
 * Its URL says what: `?live=COUNT&library=PATH`. What is measured stands at the top of the module, as constants, so that
 * the engine compiles for this table and this order alone.
 */
import { EmulatedHost } from "@vfio/vfio/emulated";
import { EmulatedEdu } from "@vfio/vfio/devices";
import { PageTable, READ, WRITE } from "@vfio/vfio/iommu";
import { against, alone } from "../line.ts";
import type { Line } from "../line.ts";
import { RadixTable } from "./radix_table.ts";
import { parameter, post } from "./worker.ts";

/** Operations of a turn. */
const OPERATIONS = 2_000;
const PAGE = 4096n;
/** The first page frame that is mapped. */
const FIRST = 16;
const BOTH = READ | WRITE;
const EDU = "0000:00:04.0";

const live = Number(parameter(import.meta.url, "live"));
const all = frames(live, (i) => i);
const chosen = frames(OPERATIONS, () => Math.floor(Math.random() * live));
const table = new PageTable();

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

function titled(what: string): string {
  return `${what}, ${live.toLocaleString("en")} live`;
}

/** The page table alone, against C. */
async function tables(): Promise<Line[]> {
  using twin = new RadixTable(parameter(import.meta.url, "library"));
  for (const frame of all) table.map(frame, frame + 1, 1, BOTH);
  twin.map(all);
  const lines = [
    await against(titled("page table: unmap, map"), OPERATIONS, remap, () => twin.remap(chosen)),
    await against(titled("page table: translate"), OPERATIONS, translate, () => twin.translate(chosen)),
  ];
  if (translate() !== twin.translate(chosen)) throw new Error("the two tables disagree");
  return lines;
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
  const lines = [
    alone(titled("emulated: unmap, map"), OPERATIONS, () => {
      for (const iova of iovas) {
        iommu.unmap({ iova, size: PAGE });
        map(iova);
      }
    }),
    alone(titled("emulated: read32, trapped"), OPERATIONS, () => {
      for (let i = 0; i < OPERATIONS; i++) machine.bar.read32(0);
    }),
  ];
  groups.dispose();
  return lines;
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

post([...await tables(), ...host()]);
