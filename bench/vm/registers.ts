/** Registers of a mapped BAR: each access is one load or store that the device answers. */
import { EDU } from "@vfio/vfio/devices";
import { against } from "../line.ts";
import type { Line } from "../line.ts";
import type { Effort } from "../paired.ts";
import type { Machine } from "./machine.ts";

const TURN = 500;
/** Gives back the inverse of what was written. */
const NARROW = EDU.liveness.at;
/** Takes 64 bits, and does nothing by itself. */
const WIDE = EDU.dmaSource.at;

/** Measures the accesses, and first C against itself: how far the figures can be trusted. */
export async function* registerLines(machine: Machine, effort: Effort): AsyncGenerator<Line> {
  const { twin, device } = machine;
  const bar = device.region("bar0");
  const narrow = at(machine, NARROW);
  const wide = at(machine, WIDE);
  const words = wordsIn(machine, bar.size);
  yield await against(
    "control: read32 in C / in C",
    TURN,
    () => twin.read32(narrow, TURN),
    () => twin.read32(narrow, TURN),
    effort,
  );
  yield await against(
    "read32 in C, by hand / in C",
    TURN,
    () => twin.tuned_read32(narrow, TURN),
    () => twin.read32(narrow, TURN),
    effort,
  );
  yield await against(
    "read32, a bare Atomics.load / in C",
    TURN,
    () => {
      let sum = 0;
      for (let i = 0; i < TURN; i++) sum += Atomics.load(words, NARROW >>> 2) >>> 0;
      return sum;
    },
    () => twin.read32(narrow, TURN),
    effort,
  );
  yield await against(
    "read32",
    TURN,
    () => {
      let sum = 0;
      for (let i = 0; i < TURN; i++) sum += bar.read32(NARROW);
      return sum;
    },
    () => twin.read32(narrow, TURN),
    effort,
  );
  yield await against(
    "write32",
    TURN,
    () => {
      for (let i = 0; i < TURN; i++) bar.write32(NARROW, i);
    },
    () => twin.write32(narrow, TURN),
    effort,
  );
  yield await against(
    "read64",
    TURN,
    () => {
      let last = 0n;
      for (let i = 0; i < TURN; i++) last = bar.read64(WIDE);
      return last;
    },
    () => twin.read64(wide, TURN),
    effort,
  );
  yield await against(
    "write64",
    TURN,
    () => {
      for (let i = 0; i < TURN; i++) bar.write64(WIDE, 0x1000n);
    },
    () => twin.write64(wide, TURN),
    effort,
  );
}

function wordsIn({ bar }: Machine, size: number): Int32Array {
  if (bar === null) throw new Error("C has not mapped BAR 0");
  return new Int32Array(Deno.UnsafePointerView.getArrayBuffer(bar, size));
}

function at({ bar }: Machine, offset: number): Deno.PointerValue {
  return Deno.UnsafePointer.create(Deno.UnsafePointer.value(bar) + BigInt(offset));
}
