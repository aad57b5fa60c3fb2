/** VFIO_DEVICE_SET_IRQS in every state, with a device that raises its interrupt and a user who masks it. */
import type { IrqAction, IrqRequest } from "../../core/irq.ts";
import type { Signal } from "../../core/signal.ts";
import { EDU } from "../../devices/edu/registers.ts";
import { COMMAND, CONFIG, hardware, HEADER } from "../conformance/config.ts";
import type { Fixture } from "../conformance/fixture.ts";
import { ready } from "../conformance/ready.ts";
import type { Ready } from "../conformance/ready.ts";
import { answer } from "./family.ts";
import type { Family, Session } from "./family.ts";
import type { Random } from "./random.ts";
import { settled } from "./settled.ts";

type Role = "edu" | "nvme";

/** A signal by its number; or none, one that is closed, a handle that is no signal. */
type Given = number | "none" | "closed" | "group";

type Data = { readonly none: number } | { readonly bools: readonly boolean[] } | {
  readonly signals: readonly Given[];
};

/** An operation. The first of a sequence opens the device. */
export type IrqOp =
  | { readonly do: "open"; readonly role: Role }
  | {
    readonly do: "set";
    readonly index: number;
    readonly start: number;
    readonly action: IrqAction;
    readonly data: Data;
  }
  | { readonly do: "info"; readonly index: number }
  | { readonly do: "raise" | "acknowledge" }
  | { readonly do: "command"; readonly value: number }
  | { readonly do: "notify"; readonly signal: number };

const SIGNALS = 4;
/** The signal that unmasks, and no other. */
const UNMASKER = 3;

class IrqSession implements Session<IrqOp> {
  readonly #machine: Fixture;
  readonly #owned = new DisposableStack();
  readonly #signals: readonly Signal[];
  readonly #closed: Signal;
  #ready: Ready | undefined;
  #role: Role = "edu";
  /** The kind that is enabled, by its index. */
  #enabled: number | undefined;

  constructor(machine: Fixture) {
    this.#machine = machine;
    const { backend } = machine;
    this.#signals = Array.from({ length: SIGNALS }, () => this.#owned.use(backend.createSignal()));
    this.#closed = backend.createSignal();
    this.#closed[Symbol.dispose]();
  }

  run(op: IrqOp, expected?: string): string {
    const result = answer(() => this.#carryOut(op));
    const counts = this.#signals.map(() => 0);
    return settled(this.#machine.backend.clock, () => {
      this.#signals.forEach((signal, i) => counts[i] = (counts[i] ?? 0) + signal.read());
      return `${result} ${counts.join()} ${this.#state()}`;
    }, expected);
  }

  [Symbol.dispose](): void {
    if (this.#role === "edu") this.#acknowledge();
    this.#ready?.[Symbol.dispose]();
    this.#owned.dispose();
    this.#machine.settle();
  }

  #carryOut(op: IrqOp): unknown {
    if (op.do === "open") {
      this.#role = op.role;
      this.#ready = ready(this.#machine, op.role);
      return undefined;
    }
    const device = this.#ready?.device;
    if (device === undefined) return "not open";
    switch (op.do) {
      case "set":
        return this.#set(op);
      case "info":
        return JSON.stringify(device.irqInfo(op.index));
      case "raise":
        // QEMU's interrupt controller forgets a line that was asserted before its interrupt was requested.
        return this.#role === "edu" && this.#enabled !== undefined
          ? device.region(0).write32(EDU.irqRaise.at, 1)
          : undefined;
      case "acknowledge":
        return this.#role === "edu" ? device.region(0).write32(EDU.irqAck.at, 1) : undefined;
      case "command":
        return device.region(CONFIG).write16(HEADER.command, op.value);
      case "notify":
        return this.#signals[op.signal]?.notify();
    }
  }

  #set(op: IrqOp & { do: "set" }): number | undefined {
    const device = this.#ready?.device;
    const result = device?.setIrqs(this.#request(op));
    if (op.action !== "trigger" || op.index > 2 || result !== 0) return result;
    if ("signals" in op.data) this.#enabled = op.index;
    if ("none" in op.data && op.data.none === 0) {
      this.#enabled = undefined;
      if (this.#role === "edu") this.#acknowledge();
    }
    return result;
  }

  /** Lowers edu's line, also while the user has switched memory decoding off. */
  #acknowledge(): void {
    const config = this.#ready?.device.region(CONFIG);
    if (config === undefined) return;
    const command = config.read16(HEADER.command);
    config.write16(HEADER.command, command | COMMAND.memory);
    this.#ready?.device.region(0).write32(EDU.irqAck.at, 0xffff_ffff);
    config.write16(HEADER.command, command);
  }

  #request({ index, start, action, data }: IrqOp & { do: "set" }): IrqRequest {
    const target = { index, start, action };
    if (!("signals" in data)) return { ...target, ...data };
    return { ...target, signals: data.signals.map((given) => this.#signal(given)) };
  }

  #signal(given: Given): Signal | null {
    if (given === "none") return null;
    if (given === "closed") return this.#closed;
    return (given === "group" ? this.#ready?.group as unknown as Signal : this.#signals[given]) ?? null;
  }

  /** What the user sees of Command, and what the hardware has of it: the kernel masks by a bit there. */
  #state(): string {
    const device = this.#ready?.device;
    if (device === undefined) return "";
    const user = device.region(CONFIG).read16(HEADER.command);
    const real = hardware(this.#machine, device.name, HEADER.command, 2);
    return `${user.toString(16)}/${real.toString(16)}`;
  }
}

/** One that triggers itself would never rest: another unmasks. */
function drawData(random: Random, unmasks: boolean): Data {
  const count = random.of(0, 1, 1, 1, 1, 2, 3, 5);
  switch (random.below(4)) {
    case 0:
      return { none: random.of(count, count, 0, 1, 66, 0xffff_ffff) };
    case 1:
      return { bools: Array.from({ length: count }, () => random.chance(0.6)) };
    default:
      return { signals: Array.from({ length: count }, () => drawGiven(random, unmasks)) };
  }
}

function drawGiven(random: Random, unmasks: boolean): Given {
  if (random.chance(0.8)) return unmasks ? UNMASKER : random.below(UNMASKER);
  return random.of("none", "none", "none", "closed", "group");
}

function drawOp(random: Random): IrqOp {
  const turn = random.below(20);
  if (turn < 12) {
    const index = random.of(0, 0, 0, 1, 1, 2, 2, 3, 4, 5);
    const start = random.of(0, 0, 0, 0, 1, 2, 3, 63, 64, 65);
    const action = random.of<IrqAction>(
      "trigger",
      "trigger",
      "trigger",
      "trigger",
      "mask",
      "unmask",
      "unmask",
    );
    return {
      do: "set",
      index,
      start: index === 2 ? start : random.of(0, 0, 0, 0, start),
      action,
      data: drawData(random, action === "unmask"),
    };
  }
  if (turn < 13) return { do: "info", index: random.below(6) };
  if (turn < 15) return { do: "raise" };
  if (turn < 17) return { do: "acknowledge" };
  if (turn < 18) return { do: "notify", signal: UNMASKER };
  const { memory, busMaster, intxDisable } = COMMAND;
  const value = (random.chance(0.9) ? memory : 0) | (random.chance(0.7) ? busMaster : 0) |
    (random.chance(0.3) ? intxDisable : 0);
  return { do: "command", value };
}

/** The family. */
export const irqs: Family<IrqOp> = {
  name: "irqs",
  draw(random) {
    const role = random.of("edu" as const, "edu" as const, "edu" as const, "nvme" as const);
    const length = role === "nvme" ? 150 + random.below(150) : 20 + random.below(80);
    return [{ do: "open", role }, ...Array.from({ length }, () => drawOp(random))];
  },
  begin: (machine) => new IrqSession(machine),
  corners(op, result) {
    if (op.do !== "set") return [op.do];
    const kind = Object.keys(op.data)[0];
    return [`${op.index} ${op.action} ${kind} ${result.split(" ")[0]}`];
  },
};
