/** watch: looks at places over and over, and tells when they change. */
import { UsageError } from "../errors.ts";
import { dim, yellow } from "../text.ts";
import { rest } from "../turn.ts";
import type { Line } from "../text.ts";
import { digits, readPlace } from "./access.ts";
import { findPlace } from "./place.ts";
import type { Ground, Place } from "./place.ts";
import type { Pace, Session, Step } from "./session.ts";
import { nameWidth, valueLine, valueRecord } from "./shown.ts";

const INTERVAL_MS = 10;

/** `watch OFF...`: the values, then each change, until Ctrl-C, `--timeout` or `--count` changes. */
export function watch(ground: Ground, words: readonly string[], pace: Pace): Step {
  if (words.length === 0) throw new UsageError("watch takes offsets: watch 0x8 0x20");
  const places = words.map((word) => findPlace(ground, word));
  return (session) => watchPlaces(session, places, pace);
}

async function watchPlaces(session: Session, places: readonly Place[], pace: Pace): Promise<void> {
  const { context, device: { clock } } = session;
  const { intervalMs = INTERVAL_MS, timeoutMs = Infinity, count = Infinity } = pace;
  const { signal } = context;
  const last = new Map<Place, bigint>();
  const start = clock.now();
  let samples = 0;
  let changes = 0;
  try {
    while (true) {
      samples++;
      const ms = clock.now() - start;
      for (const place of places) {
        const value = readPlace(session.memory, place);
        const was = last.get(place);
        last.set(place, value);
        if (value === was) continue;
        if (was !== undefined) changes++;
        tell(session, place, { value, was, ms, room: nameWidth(places) });
      }
      if (changes >= count || ms >= timeoutMs) return;
      await rest(clock, intervalMs, signal);
    }
  } finally {
    context.say(
      dim(`${samples} sample${samples === 1 ? "" : "s"}, ${changes} change${changes === 1 ? "" : "s"}`),
    );
  }
}

interface Seen {
  readonly value: bigint;
  readonly was: bigint | undefined;
  /** Since the watch began. */
  readonly ms: number;
  readonly room: number;
}

function tell({ context, region }: Session, place: Place, { value, was, ms, room }: Seen): void {
  const before = was === undefined ? null : digits(was, place.width);
  context.stream(
    { action: "watch", region, ...valueRecord(place, value), was: before, ms },
    (): Line[] => [[
      ...valueLine(place, value, room),
      ...(before === null ? [] : [yellow(`  (was ${before})`), dim(`  +${(ms / 1000).toFixed(3)} s`)]),
    ]],
  );
}
