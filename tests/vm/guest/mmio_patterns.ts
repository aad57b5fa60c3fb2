/** What a program may do with a mapped register, and what the device must see of it: read by the guest, and by the test. */
import { registers } from "../../../mod.ts";
import type { Memory, RegisterMap } from "../../../mod.ts";

/** One way to touch a register. */
export interface Pattern {
  readonly name: string;
  /** The device whose BAR is touched: edu answers 32 and 64 bits, virtio-rng 8, 16 and 32. */
  readonly device: "edu" | "rng";
  /** What the device sees, by kind and width. */
  readonly seen: Readonly<Record<string, number>>;
  readonly run: (memory: Memory) => void;
}

type Width = 8 | 16 | 32 | 64;

/** edu's liveness register, and its DMA source. */
const EDU = { 32: 0x04, 64: 0x80 } as const;
/** device_status, queue_select and device_feature_select of virtio's common configuration. */
const RNG = { 8: 0x14, 16: 0x16, 32: 0x00 } as const;

const MAP = {
  liveness: { at: EDU[32], width: 32, fields: { low: [15, 0], high: [31, 16] } },
  dmaSource: { at: EDU[64], width: 64 },
} as const satisfies RegisterMap;

/** Keeps results alive that the engine must not be able to tell from needed ones. */
const sink: { value: number | bigint } = { value: 0 };

function patternsOf(device: "edu" | "rng", width: Width, at: number): Pattern[] {
  const [read, write] = accesses(width, at);
  const kind = (letter: "R" | "W", count: number) => ({ [`${letter}${width}`]: count });
  const title = (what: string) => `${what} of ${width} bits, ${device}`;
  return [
    {
      name: title("one read"),
      device,
      seen: kind("R", 1),
      run: (memory) => void (sink.value = read(memory)),
    },
    {
      name: title("two equal reads"),
      device,
      seen: kind("R", 2),
      run(memory) {
        const first = read(memory);
        sink.value = read(memory) === first ? 1 : 0;
      },
    },
    {
      name: title("a read whose result is unused"),
      device,
      seen: kind("R", 1),
      run: (memory) => void read(memory),
    },
    {
      name: title("50 reads in a loop"),
      device,
      seen: kind("R", 50),
      run(memory) {
        for (let i = 0; i < 50; i++) sink.value = read(memory);
      },
    },
    { name: title("one write"), device, seen: kind("W", 1), run: (memory) => write(memory) },
    {
      name: title("two equal writes"),
      device,
      seen: kind("W", 2),
      run(memory) {
        write(memory);
        write(memory);
      },
    },
  ];
}

/** Each access stands in a function of its own: one that serves all widths would never be optimised for one. */
function accesses(width: Width, at: number): [(memory: Memory) => number | bigint, (memory: Memory) => void] {
  switch (width) {
    case 8:
      return [(memory) => memory.read8(at), (memory) => memory.write8(at, 0)];
    case 16:
      return [(memory) => memory.read16(at), (memory) => memory.write16(at, 0)];
    case 32:
      return [(memory) => memory.read32(at), (memory) => memory.write32(at, 0)];
    case 64:
      return [(memory) => memory.read64(at), (memory) => memory.write64(at, 0x1000n)];
  }
}

/** All patterns, in the order they are run. */
export const PATTERNS: readonly Pattern[] = [
  ...patternsOf("edu", 32, EDU[32]),
  ...patternsOf("edu", 64, EDU[64]),
  ...patternsOf("rng", 8, RNG[8]),
  ...patternsOf("rng", 16, RNG[16]),
  ...patternsOf("rng", 32, RNG[32]),
  {
    name: "registers(): a read of all fields",
    device: "edu",
    seen: { R32: 1 },
    run(memory) {
      const { low, high } = registers(memory, MAP).liveness.read();
      sink.value = low + high;
    },
  },
  {
    name: "registers(): a write",
    device: "edu",
    seen: { W64: 1 },
    run: (memory) => registers(memory, MAP).dmaSource.write(0x2000n),
  },
  {
    name: "registers(): an update",
    device: "edu",
    seen: { R32: 1, W32: 1 },
    run: (memory) => registers(memory, MAP).liveness.update({ low: 7 }),
  },
];

/** A write to this register of edu changes nothing; its value says which pattern follows. */
export const MARKER = { at: 0x64, mark: 0xa500_0000, end: 0xa5ff_ffff } as const;

/** The value that announces a pattern, when it runs for the first time or after it has run very often. */
export function markOf(index: number, hot: boolean): number {
  return MARKER.mark + 2 * index + (hot ? 1 : 0);
}
