/** RegisterBank: a BAR made of a register map, the same declaration that drivers use. */
import type { RegisterMap } from "../core/registers.ts";
import type { BarModel, Width } from "./device_model.ts";

/** What a register of that width holds. */
export type RegisterValue<W extends number> = W extends 64 ? bigint : number;

/** How a register behaves; without `read` it gives back what was written last, without `write` it stores. */
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

/**
 * A BAR of registers.
 *
 * Guarantees: "ro" registers ignore writes, "w1c" ones clear the bits that are written as 1; a handler sees exactly
 * the accesses that the device answers. Where no register is, all ones are read and nothing is written.
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

  /** Answers a read of 64 bits: of one register, or of two of 32. */
  read64(offset: number): bigint {
    const answer = this.#answers(offset, 64);
    if (answer !== "yes") return refused(answer, 64);
    if (this.#cells.get(offset)?.width === 64) return this.#read(offset, 64);
    return this.#read(offset, 32) | (this.#read(offset + 4, 32) << 32n);
  }

  /** Takes a write of 64 bits: of one register, or of two of 32. */
  write64(offset: number, value: bigint): void {
    if (this.#answers(offset, 64) !== "yes") return;
    if (this.#cells.get(offset)?.width === 64) return this.#write(offset, 64, value);
    this.#write(offset, 32, value & ones(32));
    this.#write(offset + 4, 32, value >> 32n);
  }

  #read(offset: number, width: Width | 64): bigint {
    const cell = this.#cells.get(offset);
    const answer = this.#answers(offset, width);
    if (answer !== "yes") return refused(answer, width);
    if (cell === undefined) return ones(width);
    if (cell.access === "wo") return 0n;
    const value = cell.handler.read === undefined ? cell.value : BigInt(cell.handler.read());
    return (value >> BigInt(8 * (offset - cell.at))) & ones(width);
  }

  #write(offset: number, width: Width | 64, value: bigint): void {
    const cell = this.#cells.get(offset);
    if (cell === undefined || cell.access === "ro" || this.#answers(offset, width) !== "yes") return;
    const shift = BigInt(8 * (offset - cell.at));
    const written = value << shift;
    const kept = this.#zeroExtends ? 0n : this.#stored(cell) & ~(ones(width) << shift);
    const next = cell.access === "w1c" ? this.#stored(cell) & ~written : (kept | written) & ones(cell.width);
    if (cell.handler.write === undefined) cell.value = next;
    else if (cell.width === 64) (cell.handler as RegisterHandler<64>).write?.(next);
    else (cell.handler as RegisterHandler<number>).write?.(Number(next));
  }

  #stored(cell: Cell): bigint {
    return cell.handler.read === undefined ? cell.value : BigInt(cell.handler.read());
  }
}

function refused(answer: Answer, width: number): bigint {
  return answer === "zeros" ? 0n : ones(width);
}

function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}
