/** A check of `vfio selftest`: what it is given, and what it gives. */
import type { DeviceEntry, PciDevice } from "../../mod.ts";
import type { Context } from "../context.ts";

/** What checks work with. */
export interface Bench {
  readonly context: Context;
  readonly entry: DeviceEntry;
  readonly device: PciDevice;
}

/** What a check found when all is well. */
export interface Found {
  /** Behind the check's name: "1000/1000 interrupts". */
  readonly detail?: string;
  /** Why there was nothing to check. */
  readonly skip?: string;
  /** Lines below: what the kernel's log said. */
  readonly comments?: readonly string[];
}

/** Something to check. */
export interface Check {
  readonly name: string;
  /** @throws when it is not as it should be: the message says how it is. */
  run(bench: Bench): Found | Promise<Found>;
}

/** How a check went. */
export interface Outcome extends Found {
  readonly name: string;
  readonly ok: boolean;
  /** Milliseconds that it took. */
  readonly ms: number;
  /** What is wrong. */
  readonly message?: string;
}

/** Says that something is not as it should be. */
export class CheckFailed extends Error {
  /** "CheckFailed". */
  override readonly name: string = "CheckFailed";
}

/** Says so unless it is. */
export function expect(is: boolean, otherwise: string): void {
  if (!is) throw new CheckFailed(otherwise);
}
