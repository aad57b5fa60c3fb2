/** Names that GET_DEVICE_FD takes, and the token that a physical function shares with its virtual ones. */
import type { ErrorCode } from "../../core/errors.ts";
import type { PciSlot } from "./pci_slot.ts";

const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** What follows an address: options, or why they cannot be read. */
export interface NameOptions {
  /** 32 hexadecimal digits, small. */
  readonly token?: string;
  readonly fault?: string;
}

/**
 * Matches a name against a device.
 *
 * @returns undefined: another device.
 * @see Linux, drivers/vfio/pci/vfio_pci_core.c, `vfio_pci_core_match`
 */
export function matchName(address: string, name: string): NameOptions | undefined {
  if (!name.startsWith(address)) return undefined;
  const rest = name.slice(address.length);
  if (rest !== "" && !rest.startsWith(" ")) return undefined;
  const options = rest.trim();
  if (options === "") return {};
  const [key, value] = options.split("=", 2);
  if (key !== "vf_token" || value === undefined || !UUID.test(value)) {
    return { fault: `the option "${options}" is not known: vf_token=UUID is` };
  }
  return { token: value.replaceAll("-", "").toLowerCase() };
}

/** The token of a physical function that vfio-pci has. */
export class VfToken {
  /** 32 hexadecimal digits. */
  value: string;
  /** Virtual functions that are open. */
  users = 0;

  /** Begins with a token that nobody knows. */
  constructor(value: string) {
    this.value = value;
  }
}

/** Why a device is not opened. */
export interface TokenRefusal {
  readonly code: ErrorCode;
  readonly detail: string;
}

/**
 * Checks the token that somebody opens a device with. A physical function takes it over when no virtual one is open.
 *
 * @param token 32 hexadecimal digits; undefined: none was given.
 * @see Linux, drivers/vfio/pci/vfio_pci_core.c, `vfio_pci_validate_vf_token`
 */
export function checkToken(slot: PciSlot, token: string | undefined): TokenRefusal | undefined {
  const own = slot.vfio?.token;
  if (slot.physicalFunction !== undefined) {
    return token !== undefined && token === slot.physicalFunction.vfio?.token?.value ? undefined : WRONG;
  }
  if (own === undefined) return token === undefined ? undefined : UNWANTED;
  if (own.users > 0) return token === own.value ? undefined : WRONG;
  if (token !== undefined) own.value = token;
  return undefined;
}

const UNWANTED: TokenRefusal = {
  code: "EINVAL",
  detail: "it takes no VF token: it is neither a VF nor a PF",
};
const WRONG: TokenRefusal = {
  code: "EACCES",
  detail: "virtual functions and their physical one are opened with the VF token that they share",
};
