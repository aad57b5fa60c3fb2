/** Families of operations: what is drawn, and how a machine carries it out. */
import { VfioError } from "../../core/errors.ts";
import type { Fixture } from "../conformance/fixture.ts";
import type { Random } from "./random.ts";

/** One sequence on one machine, from its first operation to the end. Dispose leaves the machine as it was. */
export interface Session<Op> extends Disposable {
  /**
   * Carries an operation out.
   *
   * @param expected What the other machine said: what comes a little later is waited for.
   * @returns All that the caller could see of it, in words.
   */
  run(op: Op, expected?: string): string;
}

/** A kind of sequences. */
export interface Family<Op> {
  readonly name: string;
  /** Draws a sequence. */
  draw(random: Random): Op[];
  /** Begins a sequence on a machine. */
  begin(machine: Fixture): Session<Op>;
  /** Names the corners that an operation and its result reach: how much was tried is told by how many there are. */
  corners(op: Op, result: string): readonly string[];
}

/** What a call gives: its result in words, or the errno's name. */
export function answer(call: () => unknown): string {
  try {
    const result = call();
    return result === undefined ? "OK" : show(result);
  } catch (error) {
    if (error instanceof VfioError) return error.code;
    throw error;
  }
}

function show(value: unknown): string {
  if (typeof value === "bigint" || typeof value === "number") return `0x${value.toString(16)}`;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Writes an operation so that it can be read, and put into a test. */
export function describe(op: unknown): string {
  return JSON.stringify(op, (_, value) => typeof value === "bigint" ? `0x${value.toString(16)}n` : value);
}
