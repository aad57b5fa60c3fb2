/** What the actions of `vfio mem` work with. */
import type { Memory, PciDevice } from "../../mod.ts";
import type { Context } from "../context.ts";
import { dim } from "../text.ts";
import { allBits } from "./access.ts";
import type { Ground, Place } from "./place.ts";
import { valueLine, valueRecord } from "./shown.ts";

/** An open device, and the region that is worked on. */
export interface Session {
  readonly context: Context;
  readonly device: PciDevice;
  readonly memory: Memory;
  readonly region: string;
}

/** How long and how often to look. */
export interface Pace {
  /** Milliseconds between looks; undefined: what suits the action. */
  readonly intervalMs: number | undefined;
  /** Milliseconds; undefined: what suits the action. */
  readonly timeoutMs: number | undefined;
  /** Changes after which watch ends; undefined: none. */
  readonly count: number | undefined;
}

/** Something to do, made of the words behind an action. */
export type Step = (session: Session) => void | Promise<void>;

/** Reads the words behind an action. @throws {UsageError} for what cannot be meant. */
export type StepParser = (ground: Ground, words: readonly string[], pace: Pace) => Step;

/** Shows what a place holds. */
export function show(
  { context, region }: Session,
  action: string,
  place: Place,
  value: bigint,
  room = 0,
): void {
  context.stream({ action, region, ...valueRecord(place, value) }, () => [valueLine(place, value, room)]);
}

/** Says what it may mean that nothing but ones is read, once for all of these. */
export function hintOnes({ context }: Session, values: readonly (readonly [Place, bigint])[]): void {
  if (values.length === 0 || !values.every(([{ width }, value]) => width >= 32 && value === allBits(width))) {
    return;
  }
  context.say(dim(
    "Nothing but ones: no register of this width is there, or the device is gone or asleep. See: vfio explain ALL-ONES",
  ));
}
