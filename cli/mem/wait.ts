/** wait: looks at a register until it is as it should be, always with an end. */
import { Refusal, UsageError } from "../errors.ts";
import { dim } from "../text.ts";
import { rest } from "../turn.ts";
import type { Line } from "../text.ts";
import { digits, readPlace } from "./access.ts";
import type { Ground } from "./place.ts";
import type { Pace, Session, Step } from "./session.ts";
import { valueLine, valueRecord } from "./shown.ts";
import { holds, parseCondition } from "./value.ts";
import type { Condition } from "./value.ts";

const TIMEOUT_MS = 1000;
const INTERVAL_MS = 1;

/** `wait REG&MASK==VALUE`: at most `--timeout`; a condition that does not come about is a failure. */
export function wait(ground: Ground, words: readonly string[], pace: Pace): Step {
  const [text, ...rest] = words;
  if (text === undefined || rest.length > 0) {
    throw new UsageError("wait takes one condition: wait 'STATUS&0x1==0', or STATUS.ready==1");
  }
  const condition = parseCondition(ground, text);
  return (session) => waitFor(session, condition, pace);
}

async function waitFor(session: Session, condition: Condition, pace: Pace): Promise<void> {
  const { context, device: { clock }, region } = session;
  const { place, text } = condition;
  const start = clock.now();
  const value = await look(session, condition, pace);
  const ms = clock.now() - start;
  context.stream(
    { action: "wait", region, ...valueRecord(place, value), condition: text, ms },
    (): Line[] => [[...valueLine(place, value), dim(`  after ${ms.toFixed(3)} ms`)]],
  );
}

/** Looks until the condition holds. @returns What the register reads then. */
async function look(
  { context, device: { clock }, memory }: Session,
  condition: Condition,
  { timeoutMs = TIMEOUT_MS, intervalMs = INTERVAL_MS }: Pace,
): Promise<bigint> {
  const { signal } = context;
  using _ = context.progress(`Waiting for ${condition.text}`);
  const start = clock.now();
  while (true) {
    const value = readPlace(memory, condition.place);
    if (holds(condition, value)) return value;
    if (clock.now() - start >= timeoutMs) throw late(condition, value, timeoutMs);
    await rest(clock, intervalMs, signal);
  }
}

function late({ text, place }: Condition, value: bigint, timeoutMs: number): Refusal {
  return new Refusal(
    `${text} did not come about within ${timeoutMs} ms: it reads ${digits(value, place.width)}`,
    [{ text: "--timeout waits longer" }],
  );
}
