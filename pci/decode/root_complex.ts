/** Decoders of the capabilities of root complexes. */
import { EXPRESS_LINK_MEANINGS } from "./express_data.ts";
import { wide } from "./fields.ts";
import type { Fields } from "./fields.ts";
import {
  DECLARED_LINK,
  DECLARED_LINK_MEANINGS,
  EVENT_COLLECTOR,
  EVENT_COLLECTOR_2,
  INTERNAL_LINK,
  LINK_DECLARATION,
  LINK_DECLARATION_MEANINGS,
} from "./root_complex_data.ts";
import type { Scope } from "./scope.ts";

/** A link to another element. */
export type DeclaredLinkFields =
  & Pick<Fields<typeof DECLARED_LINK, typeof DECLARED_LINK_MEANINGS>, "description">
  & {
    /** Where its register block is, or its configuration space in the memory. */
    readonly address?: string;
    /** The function, where the link leads to a configuration space. */
    readonly target?: { readonly bus: number; readonly device: number; readonly function: number };
  };

/** Root Complex Link Declaration. */
export type LinkDeclarationFields = Fields<typeof LINK_DECLARATION, typeof LINK_DECLARATION_MEANINGS> & {
  readonly links: readonly DeclaredLinkFields[];
};

const FIRST = 0x10;
const SIZE = 16;

/** Reads Root Complex Link Declaration. */
export function decodeLinkDeclaration(scope: Scope): LinkDeclarationFields {
  const fields = scope.read(LINK_DECLARATION, LINK_DECLARATION_MEANINGS);
  return {
    ...fields,
    links: scope.list(FIRST, fields.element?.links ?? 0, SIZE, (at) => declaredLink(scope, at)),
  };
}

function declaredLink(scope: Scope, at: number): DeclaredLinkFields {
  const { description, addressLower, addressUpper } = scope.read(DECLARED_LINK, DECLARED_LINK_MEANINGS, at);
  const address = wide(addressLower, addressUpper);
  const isConfiguration = description?.type === "configuration space";
  return {
    ...(description !== undefined && { description }),
    ...(address !== undefined && { address }),
    ...(isConfiguration && addressLower !== undefined && { target: targetOf(addressLower) }),
  };
}

/** The three lowest bits tell how many bits a bus number has; 0 stands for 8. */
function targetOf(lower: number): { bus: number; device: number; function: number } {
  const bits = (lower & 7) === 0 ? 8 : lower & 7;
  return {
    bus: (lower >>> 20) & (2 ** bits - 1),
    device: (lower >>> 15) & 0x1f,
    function: (lower >>> 12) & 7,
  };
}

/** Meanings of an internal link: those of any link. */
export const INTERNAL_LINK_MEANINGS = {
  capabilities: EXPRESS_LINK_MEANINGS.linkCapabilities,
  control: { aspm: EXPRESS_LINK_MEANINGS.linkControl.aspm },
  status: EXPRESS_LINK_MEANINGS.linkStatus,
} as const;

/** Root Complex Internal Link Control. */
export type InternalLinkFields = Fields<typeof INTERNAL_LINK, typeof INTERNAL_LINK_MEANINGS>;

/** Reads Root Complex Internal Link Control. */
export function decodeInternalLink(scope: Scope): InternalLinkFields {
  return scope.read(INTERNAL_LINK, INTERNAL_LINK_MEANINGS);
}

/** Root Complex Event Collector Endpoint Association. */
export interface EventCollectorFields {
  /** Numbers of the devices on its own bus. */
  readonly devices?: readonly number[];
  /** Other buses, both ends included. */
  readonly buses?: { readonly first: number; readonly last: number };
}

/** Reads Root Complex Event Collector Endpoint Association. */
export function decodeEventCollector(scope: Scope): EventCollectorFields {
  const { devices } = scope.read(EVENT_COLLECTOR);
  const { buses } = scope.version >= 2 ? scope.read(EVENT_COLLECTOR_2) : {};
  return {
    ...(devices !== undefined && { devices: bitsOf(devices) }),
    ...(buses !== undefined && buses.next <= buses.last && {
      buses: { first: buses.next, last: buses.last },
    }),
  };
}

function bitsOf(value: number): number[] {
  return Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (value >>> bit & 1) !== 0);
}
