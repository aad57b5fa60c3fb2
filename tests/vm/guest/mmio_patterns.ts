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

type Run = Pattern["run"];

/** Names what six ways to touch one register must look like from the device's side. */
function patterns(
  device: "edu" | "rng",
  width: 8 | 16 | 32 | 64,
  [read, twice, unused, loop, write, writes]: readonly [Run, Run, Run, Run, Run, Run],
): Pattern[] {
  const pattern = (what: string, letter: "R" | "W", count: number, run: Run) => ({
    name: `${what} of ${width} bits, ${device}`,
    device,
    seen: { [`${letter}${width}`]: count },
    run,
  });
  return [
    pattern("one read", "R", 1, read),
    pattern("two equal reads", "R", 2, twice),
    pattern("a read whose result is unused", "R", 1, unused),
    pattern("50 reads in a loop", "R", 50, loop),
    pattern("one write", "W", 1, write),
    pattern("two equal writes", "W", 2, writes),
  ];
}

/**
 * All patterns, in the order they are run. Each calls the access itself: the engine then puts it in line, which is where
 * it would merge reads or drop them.
 */
export const PATTERNS: readonly Pattern[] = [
  ...patterns("edu", 32, [
    (memory) => void (sink.value = memory.read32(EDU[32])),
    (memory) => {
      sink.value = memory.read32(EDU[32]);
      sink.value = memory.read32(EDU[32]);
    },
    (memory) => void memory.read32(EDU[32]),
    (memory) => {
      for (let i = 0; i < 50; i++) sink.value = memory.read32(EDU[32]);
    },
    (memory) => memory.write32(EDU[32], 0),
    (memory) => {
      memory.write32(EDU[32], 0);
      memory.write32(EDU[32], 0);
    },
  ]),
  ...patterns("edu", 64, [
    (memory) => void (sink.value = memory.read64(EDU[64])),
    (memory) => {
      sink.value = memory.read64(EDU[64]);
      sink.value = memory.read64(EDU[64]);
    },
    (memory) => void memory.read64(EDU[64]),
    (memory) => {
      for (let i = 0; i < 50; i++) sink.value = memory.read64(EDU[64]);
    },
    (memory) => memory.write64(EDU[64], 0x1000n),
    (memory) => {
      memory.write64(EDU[64], 0x1000n);
      memory.write64(EDU[64], 0x1000n);
    },
  ]),
  ...patterns("rng", 8, [
    (memory) => void (sink.value = memory.read8(RNG[8])),
    (memory) => {
      sink.value = memory.read8(RNG[8]);
      sink.value = memory.read8(RNG[8]);
    },
    (memory) => void memory.read8(RNG[8]),
    (memory) => {
      for (let i = 0; i < 50; i++) sink.value = memory.read8(RNG[8]);
    },
    (memory) => memory.write8(RNG[8], 0),
    (memory) => {
      memory.write8(RNG[8], 0);
      memory.write8(RNG[8], 0);
    },
  ]),
  ...patterns("rng", 16, [
    (memory) => void (sink.value = memory.read16(RNG[16])),
    (memory) => {
      sink.value = memory.read16(RNG[16]);
      sink.value = memory.read16(RNG[16]);
    },
    (memory) => void memory.read16(RNG[16]),
    (memory) => {
      for (let i = 0; i < 50; i++) sink.value = memory.read16(RNG[16]);
    },
    (memory) => memory.write16(RNG[16], 0),
    (memory) => {
      memory.write16(RNG[16], 0);
      memory.write16(RNG[16], 0);
    },
  ]),
  ...patterns("rng", 32, [
    (memory) => void (sink.value = memory.read32(RNG[32])),
    (memory) => {
      sink.value = memory.read32(RNG[32]);
      sink.value = memory.read32(RNG[32]);
    },
    (memory) => void memory.read32(RNG[32]),
    (memory) => {
      for (let i = 0; i < 50; i++) sink.value = memory.read32(RNG[32]);
    },
    (memory) => memory.write32(RNG[32], 0),
    (memory) => {
      memory.write32(RNG[32], 0);
      memory.write32(RNG[32], 0);
    },
  ]),
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
