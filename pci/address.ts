/** Addresses of PCI functions: the one parser for them, since they come from users and name files in sysfs. */
import { quote } from "./quote.ts";

/** The numbers in a PCI address. */
export interface AddressParts {
  /** 0 to 0xffffffff. */
  readonly domain: number;
  /** 0 to 0xff. */
  readonly bus: number;
  /** 0 to 0x1f. */
  readonly device: number;
  /** 0 to 7. */
  readonly function: number;
}

const ADDRESS = /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([01][0-9a-f])\.([0-7])$/i;

/**
 * Brings a PCI address into the form in which the kernel writes it: `0000:00:04.0`.
 *
 * Capitals become small. Without a domain, as lspci prints it, the address is one of domain 0000. A domain has 4 to 8
 * digits; zeros that lead beyond four are dropped.
 *
 * Guarantees: what is returned consists of hexadecimal digits, colons and a dot, so that it can be put into a path.
 *
 * @throws {TypeError} for all else.
 * @see Linux, drivers/pci/probe.c, pci_setup_device()
 */
export function parseAddress(text: string): string {
  return formatAddress(addressParts(text));
}

/** Tells whether {@linkcode parseAddress} takes a text. */
export function isAddress(text: string): boolean {
  return typeof text === "string" && ADDRESS.test(text);
}

/** Takes a PCI address apart. @throws {TypeError} as {@linkcode parseAddress} does. */
export function addressParts(text: string): AddressParts {
  const match = typeof text === "string" ? ADDRESS.exec(text) : null;
  if (match === null) {
    throw new TypeError(`Cannot use ${quote(text)} as a PCI address: 0000:00:04.0 is the form`);
  }
  const [, domain = "0", bus = "", device = "", fn = ""] = match;
  return {
    domain: parseInt(domain, 16),
    bus: parseInt(bus, 16),
    device: parseInt(device, 16),
    function: parseInt(fn, 16),
  };
}

/** Writes a PCI address as the kernel does. @throws {TypeError} for a number that no address has. */
export function formatAddress(parts: AddressParts): string {
  const { domain, bus, device, function: fn } = parts;
  return `${hex("domain", domain, 4, 0xffff_ffff)}:${hex("bus", bus, 2, 0xff)}:${
    hex("device", device, 2, 0x1f)
  }.${hex("function", fn, 1, 7)}`;
}

function hex(name: string, value: number, digits: number, last: number): string {
  if (!Number.isInteger(value) || value < 0 || value > last) {
    throw new TypeError(`Cannot use ${value} as ${name} of a PCI address: 0 to ${last} is needed`);
  }
  return value.toString(16).padStart(digits, "0");
}
