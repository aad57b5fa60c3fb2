/** Config spaces to read: made by hand, by the tools for device models, or by chance. */
import {
  errorReporting,
  express,
  msi,
  msix,
  powerManagement,
  serialNumber,
} from "../../../devices/capabilities.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";

/** A space of zeros, with values of 32 bits here and there. */
export function space(size: number, words: Readonly<Record<number, number>> = {}): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of Object.entries(words)) view.setUint32(Number(at), value, true);
  return bytes;
}

/** The header of a device with capabilities that begin at `pointer`. */
export function header(pointer: number): Record<number, number> {
  return { 0x00: 0x11e8_1234, 0x04: 0x0010_0000, 0x34: pointer };
}

/** What the host reads of a model's config space. */
export function bytesOf(config: ConfigSpace): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: config.size }, (_, at) => config.read(at, 8));
}

/** Numbers of 32 bits that repeat: a linear congruential generator's upper halves. */
export function* chance(seed: number): Generator<number, never, undefined> {
  let state = BigInt(seed);
  while (true) {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn;
    yield Number(state >> 32n);
  }
}

/** Spaces of every size and kind of nonsense, likely enough to be linked that walks go far. */
export function* nonsense(count: number): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
  const numbers = chance(count);
  const sizes = [0, 1, 15, 16, 24, 52, 63, 64, 128, 253, 256, 258, 4095, 4096];
  for (let i = 0; i < count; i++) {
    const bytes = new Uint8Array(sizes[numbers.next().value % sizes.length] ?? 0);
    const style = numbers.next().value % 4;
    for (let at = 0; at < bytes.length; at++) {
      const value = numbers.next().value;
      // Random bytes; pointers and ids below 0x100; all ones; ones with holes.
      bytes[at] =
        [value, at % 4 === 1 ? value & 0xfc : value & 0x15, 0xff, value % 16 === 0 ? value : 0xff][style] ??
          0;
    }
    if (bytes.length >= 64 && style !== 2) {
      bytes[0x06] = 0x10;
      bytes[0x0e] = numbers.next().value & 3;
    }
    yield bytes;
  }
}

/** Shaped as QEMU's e1000e. */
export function e1000e(): Uint8Array<ArrayBuffer> {
  const config = new ConfigSpace({ vendor: 0x8086, device: 0x10d3, classCode: 0x020000 })
    .bar(3, { kind: "memory32", size: 16384 })
    .capability(powerManagement({ at: 0xc8 }))
    .capability(msi({ at: 0xd0 }))
    .capability(express({ version: 1, at: 0xe0 }))
    .capability(msix({ vectors: 5, bar: 3, at: 0xa0 }))
    .extendedCapability(errorReporting({ at: 0x100 }))
    .extendedCapability(serialNumber(0x0052_54ff_ff12_3456n, { at: 0x140 }));
  return bytesOf(config);
}
