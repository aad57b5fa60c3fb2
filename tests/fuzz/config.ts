/** Reads and writes of config space, of any size at any place, drawn evenly and by capability. */
import type { Region } from "../../core/region.ts";
import { CONFIG, hardware, HEADER } from "../conformance/config.ts";
import type { Fixture } from "../conformance/fixture.ts";
import { addressOf, ready } from "../conformance/ready.ts";
import type { Ready } from "../conformance/ready.ts";
import { answer } from "./family.ts";
import type { Family, Session } from "./family.ts";
import type { Random } from "./random.ts";
import { settled } from "./settled.ts";

type Role = "edu" | "nvme" | "e1000e";

/** An operation. The first of a sequence opens the device. */
export type ConfigOp =
  | { readonly do: "open"; readonly role: Role }
  | { readonly do: "read"; readonly offset: number; readonly count: number }
  | { readonly do: "write"; readonly offset: number; readonly bytes: readonly number[] }
  | { readonly do: "msi" | "msix" | "intx"; readonly count: number };

/** Config sizes, and the bytes that rules are about: capabilities, and what is special in the header. */
const LAYOUT: Readonly<Record<Role, { readonly size: number; readonly places: readonly number[] }>> = {
  edu: {
    size: 256,
    places: [
      0x04,
      0x05,
      0x06,
      0x0c,
      0x10,
      0x13,
      0x30,
      0x34,
      0x3c,
      0x3d,
      0x40,
      0x41,
      0x42,
      0x43,
      0x44,
      0x48,
      0x4c,
    ],
  },
  nvme: {
    size: 4096,
    places: [
      0x04,
      0x05,
      0x10,
      0x14,
      0x30,
      0x3c,
      0x40,
      0x42,
      0x43,
      0x44,
      0x60,
      0x62,
      0x64,
      0x65,
      0x80,
      0x82,
      0x88,
      0x89,
      0x8a,
      0xa8,
      0x100,
    ],
  },
  e1000e: {
    size: 4096,
    places: [
      0x04,
      0x05,
      0x10,
      0x14,
      0x18,
      0x1c,
      0x30,
      0x3c,
      0xa0,
      0xa2,
      0xc8,
      0xca,
      0xcc,
      0xd0,
      0xd2,
      0xd3,
      0xd4,
      0xd8,
      0xdc,
      0xe0,
      0xe8,
      0xe9,
      0x100,
      0x104,
      0x108,
      0x110,
      0x118,
      0x140,
    ],
  },
};

/** What no user may change: BARs, the ROM's address, and what identifies the device. */
const PROTECTED = [HEADER.vendor, 0x08, 0x10, 0x14, 0x18, 0x1c, 0x20, 0x24, HEADER.subsystem, HEADER.rom];

class ConfigSession implements Session<ConfigOp> {
  readonly #machine: Fixture;
  #ready: Ready | undefined;
  #role: Role = "edu";
  #hardware = "";

  constructor(machine: Fixture) {
    this.#machine = machine;
  }

  run(op: ConfigOp, expected?: string): string {
    if (op.do === "open") return this.#open(op.role);
    const device = this.#ready?.device;
    if (device === undefined) return "not open";
    const config = device.region(CONFIG);
    switch (op.do) {
      case "read":
        return bytesAt(config, op.offset, op.count);
      case "write": {
        const result = answer(() => config.write(op.offset, Uint8Array.from(op.bytes)));
        const around = Math.max(0, Math.min(op.offset - 4, LAYOUT[this.#role].size - 16));
        const { clock } = this.#machine.backend;
        return settled(clock, () => {
          const bar = answer(() => typeof device.region(0).read32(0));
          return `${result} ${bytesAt(config, around, 16)} ${
            bytesAt(config, 0, 8)
          } ${bar} ${this.#protected()}`;
        }, expected);
      }
      default: {
        const index = { intx: 0, msi: 1, msix: 2 }[op.do];
        const signals = Array.from({ length: op.count }, () => null);
        return answer(() =>
          device.setIrqs(
            op.count === 0 ? { index, action: "trigger", none: 0 } : { index, action: "trigger", signals },
          )
        );
      }
    }
  }

  [Symbol.dispose](): void {
    this.#ready?.[Symbol.dispose]();
    this.#machine.settle();
  }

  /** BARs begin with the host's addresses, and the interrupt line with its number: from here on they are the user's. */
  #open(role: Role): string {
    this.#ready = ready(this.#machine, role);
    this.#role = role;
    const config = this.#ready.device.region(CONFIG);
    for (let at = 0x10; at < 0x28; at += 4) config.write32(at, 0);
    config.write32(HEADER.rom, 0);
    config.write8(HEADER.interruptLine, 0);
    this.#hardware = this.#registers();
    const { size } = LAYOUT[role];
    return bytesAt(config, 0, size);
  }

  #protected(): string {
    return this.#registers() === this.#hardware ? "unchanged" : "CHANGED";
  }

  #registers(): string {
    if (this.#ready === undefined) return "";
    const { address } = this.#ready;
    const own = PROTECTED.map((at) => hardware(this.#machine, address, at, 4));
    const other = hardware(this.#machine, addressOf(this.#machine, "edu2"), HEADER.command, 4);
    return [...own, other].join();
  }
}

function bytesAt(config: Region, offset: number, count: number): string {
  const bytes = new Uint8Array(count);
  return answer(() => {
    const read = config.read(offset, bytes);
    return `${read} ${bytes.toHex()}`;
  });
}

function drawOp(random: Random, role: Role): ConfigOp {
  const { size, places } = LAYOUT[role];
  const [first = 0, ...more] = places;
  const count = random.of(1, 1, 2, 2, 4, 4, 4, 3, 5, 8);
  const turn = random.below(20);
  // QEMU's e1000e does not forget on its way out of D3hot what it says it does: an MSI freed there leaves its message.
  if (turn === 0) {
    const kind = random.of("intx" as const, "msi" as const, "msix" as const);
    return { do: kind === "msi" && role === "e1000e" ? "msix" : kind, count: random.of(0, 0, 1, 1, 2) };
  }
  const offset = random.chance(0.6)
    ? random.of(first, ...more)
    : random.below(random.chance(0.5) ? 256 : size + 4);
  if (turn < 6) return { do: "read", offset, count };
  // It would say at the next open what the kernel takes for extended capabilities, and nothing here could take it back.
  if (role === "nvme" && offset < 0x104 && offset + count > 0x100) return { do: "read", offset, count };
  const bytes = Array.from(
    { length: count },
    () => random.of(0, 0xff, random.below(256), 1 << random.below(8)),
  );
  return { do: "write", offset, bytes };
}

/** The family. */
export const config: Family<ConfigOp> = {
  name: "config",
  draw(random) {
    const role = random.of<Role>("edu", "nvme", "e1000e");
    const length = role === "edu" ? 100 : 300;
    return [{ do: "open", role }, ...Array.from({ length }, () => drawOp(random, role))];
  },
  begin: (machine) => new ConfigSession(machine),
  corners(op) {
    if (op.do === "read") return [`read ${op.offset}`];
    return op.do === "write" ? op.bytes.map((_, i) => `write ${op.offset + i}`) : [op.do];
  },
};
