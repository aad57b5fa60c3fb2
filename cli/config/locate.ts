/** Where a register is on a device. */
import {
  capabilities,
  capabilityName,
  CONFIG_HEADER,
  configMemory,
  extendedCapabilities,
} from "../../pci/mod.ts";
import { extendedCapabilityName } from "../../pci/mod.ts";
import { registers } from "../../mod.ts";
import { EXIT, Refusal } from "../errors.ts";
import { unaligned } from "./expression.ts";
import type { RegisterExpression } from "./expression.ts";

/** A register of a device. */
export interface LocatedRegister {
  /** As it was written. */
  readonly text: string;
  /** Bytes from the start of the config space. */
  readonly at: number;
  readonly width: 8 | 16 | 32;
}

/** What config spaces are long. */
const SIZES: readonly number[] = [256, 4096];

/**
 * Finds a register in a config space.
 *
 * @param bytes What could be read of it: 64 bytes are what any user may read.
 * @param subject The device, for messages.
 * @throws {Refusal} when the device does not have it, or not enough could be read.
 */
export function locate(bytes: Uint8Array, register: RegisterExpression, subject: string): LocatedRegister {
  const { text, base, offset, width } = register;
  checkLayout(bytes, register, subject);
  const at = base.kind === "header" ? base.at + offset : capabilityAt(bytes, register, subject) + offset;
  if (at % (width / 8) !== 0) throw unaligned(text, width, at);
  if (at + width / 8 > bytes.length) throw outside(bytes, text, subject);
  return { text, at, width };
}

function checkLayout(bytes: Uint8Array, { text, base }: RegisterExpression, subject: string): void {
  if (base.layouts === undefined) return;
  const { layout } = registers(configMemory(bytes), CONFIG_HEADER).headerType.read();
  if (base.layouts.includes(layout)) return;
  throw new Refusal(`${subject} has no ${text}: its header is of type ${layout}`, []);
}

function capabilityAt(bytes: Uint8Array, register: RegisterExpression, subject: string): number {
  const { base: { kind, id = 0 }, number, text } = register;
  const isExtended = kind === "extended capability";
  const places = [...(isExtended ? extendedCapabilities(bytes) : capabilities(bytes))]
    .filter((capability) => capability.id === id);
  const place = places[number];
  if (place !== undefined) return place.at;
  if (!SIZES.includes(bytes.length)) throw outside(bytes, text, subject);
  const name = (isExtended ? extendedCapabilityName(id) : capabilityName(id)) ?? `of id 0x${id.toString(16)}`;
  const which = places.length === 0 ? "no" : `only ${places.length}`;
  throw new Refusal(`${subject} has ${which} ${kind} ${name}`, [
    { text: "What it has:", command: `vfio inspect ${subject}` },
  ]);
}

function outside(bytes: Uint8Array, text: string, subject: string): Refusal {
  if (SIZES.includes(bytes.length)) {
    return new Refusal(
      `${subject} has no ${text}: its config space ends at 0x${bytes.length.toString(16)}`,
      [],
    );
  }
  return new Refusal(`Cannot reach ${text} of ${subject}: this user may read ${bytes.length} bytes of it`, [
    { text: "Root may read all, and so may who has the device by VFIO: sudo, or --vfio" },
  ], EXIT.permission);
}
