/** RegisterBank: a BAR made of a register map, the same declaration that drivers use. */
import type { RegisterMap } from "../core/registers.ts";
import type { BarModel, Width } from "./device_model.ts";

/** What a register of that width holds. */
export type RegisterValue<W extends number> = W extends 64 ? bigint : number;

/** How a register behaves; without `read` it gives back what was written last ("wo": zeros), without `write` it stores. */
export interface RegisterHandler<W extends number> {
  /** Gives the register's value. */
  readonly read?: () => RegisterValue<W>;
  /** Takes a new value, already cut to the register's width. */
  readonly write?: (value: RegisterValue<W>) => void;
  /** What it holds after reset. @default 0 */
  readonly initial?: RegisterValue<W>;
}

/** Handlers by the register's name. */
export type RegisterHandlers<M extends RegisterMap> = {
  readonly [Name in keyof M]?: RegisterHandler<M[Name]["width"]>;
};

/** What comes of an access: the device answers, or it refuses and zeros or all ones are read. */
export type Answer = "yes" | "zeros" | "all-ones";

/** How a device answers accesses that are not a whole register. */
export interface RegisterBankOptions {
  /** Whether the device answers such an access, or what it reads as; one that is not answered writes nothing. @default always */
  readonly answers?: (offset: number, width: Width | 64) => Answer;
  /** A write narrower than its register changes its part, or clears the rest. @default "part" */
  readonly narrowWrites?: "part" | "zero-extended";
}

interface Cell {
  readonly at: number;
  readonly width: Width | 64;
  readonly access: "rw" | "ro" | "wo" | "w1c";
  readonly handler: RegisterHandler<number> | RegisterHandler<64>;
  value: bigint;
}

/** The part of an access that one register has. */
interface Touched {
  readonly cell: Cell | undefined;
  readonly at: number;
  readonly bits: number;
}

/**
 * A BAR of registers.
 *
 * Guarantees: "ro" registers ignore writes, "w1c" ones clear the bits that are written as 1; a handler sees exactly
 * the accesses that the device answers. An access wider than a register goes to each that it touches, the lowest
 * first. Where no register is, all ones are read and nothing is written.
 */
export class RegisterBank<M extends RegisterMap> implements BarModel {
  readonly #cells = new Map<number, Cell>();
  readonly #answers: (offset: number, width: Width | 64) => Answer;
  readonly #zeroExtends: boolean;

  /** Lays out the registers of `map`; those without a handler hold what is written. */
  constructor(map: M, handlers: RegisterHandlers<M>, options: RegisterBankOptions = {}) {
    this.#answers = options.answers ?? (() => "yes");
    this.#zeroExtends = options.narrowWrites === "zero-extended";
    for (const [name, { at, width, access = "rw" }] of Object.entries(map)) {
      const cell = { at, width, access, handler: handlers[name] ?? {}, value: 0n };
      for (let i = 0; i < width / 8; i++) this.#cells.set(at + i, cell);
    }
    this.reset();
  }

  /** Puts the registers without handlers back to what they hold after reset. */
  reset(): void {
    for (const cell of this.#cells.values()) cell.value = BigInt(cell.handler.initial ?? 0);
  }

  /** Answers a read of up to 32 bits. */
  read(offset: number, width: Width): number {
    return Number(this.#read(offset, width));
  }

  /** Takes a write of up to 32 bits. */
  write(offset: number, width: Width, value: number): void {
    this.#write(offset, width, BigInt(value));
  }

  /** Answers a read of 64 bits. */
  read64(offset: number): bigint {
    return this.#read(offset, 64);
  }

  /** Takes a write of 64 bits. */
  write64(offset: number, value: bigint): void {
    this.#write(offset, 64, value);
  }

  #read(offset: number, width: Width | 64): bigint {
    const answer = this.#answers(offset, width);
    if (answer !== "yes") return answer === "zeros" ? 0n : ones(width);
    let value = 0n;
    for (const { cell, at, bits } of this.#touched(offset, width)) {
      const part = cell === undefined ? ones(bits) : (load(cell) >> BigInt(8 * (at - cell.at))) & ones(bits);
      value |= part << BigInt(8 * (at - offset));
    }
    return value;
  }

  #write(offset: number, width: Width | 64, value: bigint): void {
    if (this.#answers(offset, width) !== "yes") return;
    for (const { cell, at, bits } of this.#touched(offset, width)) {
      if (cell === undefined || cell.access === "ro") continue;
      const part = (value >> BigInt(8 * (at - offset))) & ones(bits);
      store(cell, part, ones(bits), BigInt(8 * (at - cell.at)), this.#zeroExtends);
    }
  }

  /** The registers that an access touches, from which byte on and how many bits of them; no register: byte by byte. */
  *#touched(offset: number, width: Width | 64): Generator<Touched, void, void> {
    const end = offset + width / 8;
    for (let at = offset; at < end;) {
      const cell = this.#cells.get(at);
      const next = cell === undefined ? at + 1 : Math.min(end, cell.at + cell.width / 8);
      yield { cell, at, bits: 8 * (next - at) };
      at = next;
    }
  }
}

function load({ access, handler, value }: Cell): bigint {
  if (handler.read !== undefined) return BigInt(handler.read());
  return access === "wo" ? 0n : value;
}

function store(cell: Cell, part: bigint, mask: bigint, shift: bigint, zeroExtends: boolean): void {
  const written = part << shift;
  const stored = cell.access !== "wo" && cell.handler.read !== undefined
    ? BigInt(cell.handler.read())
    : cell.value;
  const kept = zeroExtends ? 0n : stored & ~(mask << shift);
  const next = cell.access === "w1c" ? stored & ~written : kept | written;
  if (cell.handler.write === undefined) cell.value = next;
  else if (cell.width === 64) (cell.handler as RegisterHandler<64>).write?.(next);
  else (cell.handler as RegisterHandler<number>).write?.(Number(next));
}

function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}
