/** Masks: the permissions of a structure of the config space, byte by byte. */
import type { Permission } from "./config_rules_data.ts";

/** Which bits are the shadow's, and which may be written. */
export class Masks {
  readonly #virtual: Uint8Array;
  readonly #writable: Uint8Array;

  /** Spreads `permissions` over bytes; what none names is the hardware's, and read-only. */
  constructor(permissions: readonly Permission[]) {
    const size = Math.max(...permissions.map(([offset, bytes]) => offset + bytes));
    this.#virtual = new Uint8Array(size);
    this.#writable = new Uint8Array(size);
    for (const [offset, bytes, virtual, writable] of permissions) {
      for (let i = 0; i < bytes; i++) {
        this.#virtual[offset + i] = virtual >>> (8 * i);
        this.#writable[offset + i] = writable >>> (8 * i);
      }
    }
  }

  /** Bits that are the shadow's. */
  virtual(offset: number, bytes: number): number {
    return gather(this.#virtual, offset, bytes);
  }

  /** Bits that may be written. */
  writable(offset: number, bytes: number): number {
    return gather(this.#writable, offset, bytes);
  }
}

function gather(mask: Uint8Array, offset: number, bytes: number): number {
  let value = 0;
  for (let i = 0; i < bytes; i++) value |= (mask[offset + i] ?? 0) << (8 * i);
  return value;
}
