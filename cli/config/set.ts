/** `vfio config DEVICE set`: writes registers, and says by name what changes. */
import { REGION_NAMES } from "../../mod.ts";
import type { DeviceEntry, Memory } from "../../mod.ts";
import { configMemory } from "../../pci/mod.ts";
import type { Context } from "../context.ts";
import { untilInterrupted } from "../hold.ts";
import { hex } from "../json.ts";
import { isBound, notBound, openEntry } from "../open.ts";
import { dim } from "../text.ts";
import { merge, readRegister, writeRegister } from "./access.ts";
import type { Assignment } from "./expression.ts";
import { changedFields } from "./fields.ts";
import { locate } from "./locate.ts";
import type { LocatedRegister } from "./locate.ts";
import { changeDocument, digits, writtenLines } from "./shown.ts";
import type { Written } from "./shown.ts";
import { copyConfig, copyRegion } from "./source.ts";

/** How to set. */
export interface SetOptions {
  /** Keeps the device open until Ctrl-C. */
  readonly hold: boolean;
  /** A dry run reads through VFIO too. */
  readonly vfio: boolean;
}

/** Writes registers, in their order. */
export async function set(
  context: Context,
  device: DeviceEntry,
  assignments: readonly Assignment[],
  { hold, vfio }: SetOptions,
): Promise<void> {
  if (context.dryRun) {
    const { bytes } = copyConfig(context, device, vfio);
    answer(context, device, writeAll(configMemory(bytes), bytes, assignments, device.address, true));
    return;
  }
  if (!isBound(device)) throw notBound(device, "set registers of");
  using open = openEntry(context, device);
  const region = open.model.region(REGION_NAMES.indexOf("config"));
  answer(context, device, writeAll(region, copyRegion(region), assignments, device.address, false));
  if (!hold) {
    context.say(
      dim(
        "It holds until here: the kernel puts back the registers of a device that is closed. --hold keeps it open",
      ),
    );
    return;
  }
  await untilInterrupted(context);
}

/** @param bytes A copy of what `memory` holds; it may be the same. */
function writeAll(
  memory: Memory,
  bytes: Uint8Array,
  assignments: readonly Assignment[],
  subject: string,
  dry: boolean,
): Written[] {
  // All are found before any is written: what cannot be meant changes nothing.
  const placed = assignments.flatMap(({ register, values }) => {
    const first = locate(bytes, register, subject);
    const step = first.width / 8;
    return values.map((value, index) => {
      const text = index === 0 ? first.text : `0x${hex(first.at + index * step, 3)}`;
      return { register: { ...first, text, at: first.at + index * step }, value };
    });
  });
  for (const { register } of placed) checkInside(register, bytes, subject);
  return placed.map(({ register, value }): Written => {
    const before = readRegister(memory, register);
    const written = merge(before, value);
    writeRegister(memory, register, written);
    const after = dry ? undefined : readRegister(memory, register);
    const [old, now] = [bytes.slice(), bytes.slice()];
    writeRegister(configMemory(old), register, before);
    writeRegister(configMemory(now), register, after ?? written);
    return { register, before, written, after, changes: changedFields(old, now) };
  });
}

function checkInside({ text, at, width }: LocatedRegister, bytes: Uint8Array, subject: string): void {
  if (at + width / 8 <= bytes.length) return;
  throw new RangeError(`${subject} has nothing at ${text}: its config space ends at 0x${hex(bytes.length)}`);
}

function answer(context: Context, { address }: DeviceEntry, written: readonly Written[]): void {
  context.answer({
    device: address,
    dryRun: context.dryRun,
    registers: written.map(({ register: { text, at, width }, before, written, after, changes }) => ({
      register: text,
      at: `0x${hex(at, 3)}`,
      width,
      before: digits(before, width),
      written: digits(written, width),
      after: after === undefined ? null : digits(after, width),
      changes: changes.map(changeDocument),
    })),
  }, () => written.flatMap(writtenLines));
}
