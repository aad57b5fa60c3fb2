/** What of a dumped capability can be written, and how it stands after reset. */
import { express, msi, msix, powerManagement } from "../capabilities.ts";
import type { CapabilityDeclaration } from "../config_space.ts";

/** Bytes of a capability's id and next pointer. */
const HEAD = 2;

/** A capability's body, and its bits that the host may write. */
export type Masked = Pick<CapabilityDeclaration, "body" | "writable" | "w1c">;

/**
 * Takes a capability's bytes apart. Those that the machine works with get the masks that their kind has: power
 * management, MSI, MSI-X and PCI Express. All others are read only.
 *
 * @param content All of its bytes, and what lies behind it.
 */
export function hardwareMasks(id: number, content: Uint8Array): Masked {
  const body = content.slice(HEAD);
  const view = new DataView(body.buffer);
  const model = modelOf(id, view);
  if (model === undefined || model.body.length > body.length) return { body };
  // What the host had switched on is off after a reset.
  for (const [at, mask] of SWITCHES[id] ?? []) view.setUint16(at, view.getUint16(at, true) & ~mask, true);
  return { body, ...model.writable && { writable: model.writable }, ...model.w1c && { w1c: model.w1c } };
}

/** By capability: offsets in the body of 16-bit registers, and their bits that are 0 after a reset. */
const SWITCHES: Readonly<Record<number, readonly (readonly [at: number, mask: number])[]>> = {
  0x01: [[2, 0x0003]],
  0x05: [[0, 0x0071]],
  0x11: [[0, 0xc000]],
};

function modelOf(id: number, body: DataView): CapabilityDeclaration | undefined {
  if (body.byteLength < 2) return undefined;
  const control = body.getUint16(0, true);
  switch (id) {
    case 0x01:
      return powerManagement();
    case 0x05:
      return msi({
        vectors: 2 ** Math.min(5, (control >> 1) & 7),
        address64: (control & 0x80) !== 0,
        maskable: (control & 0x100) !== 0,
      });
    case 0x10:
      return express({ version: (control & 0xf) === 1 ? 1 : 2, flr: hasFlr(body) });
    case 0x11:
      return msix({ vectors: 1, bar: 0 });
    default:
      return undefined;
  }
}

function hasFlr(body: DataView): boolean {
  return body.byteLength >= 6 && (body.getUint32(2, true) & 0x1000_0000) !== 0;
}
