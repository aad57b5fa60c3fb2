/** Irqs: VFIO_DEVICE_SET_IRQS and VFIO_DEVICE_GET_IRQ_INFO of a device. */
import type { ErrorCode } from "../../../core/errors.ts";
import type { IrqInfo } from "../../../core/irq.ts";
import { IRQ_INDEX } from "../../../core/irq.ts";
import type { CheckedIrqs } from "../../../core/requests.ts";
import { CAPABILITY } from "../../../pci/capability_ids_data.ts";
import type { Eventfd } from "../eventfd.ts";
import type { InterruptController } from "../interrupt_controller.ts";
import type { KernelFacts } from "../kernel_data.ts";
import type { PciSlot } from "../pci_slot.ts";
import { Intx } from "./intx.ts";
import { MessageInterrupts } from "./message_interrupts.ts";

/** Looks up a signal of the request where the kernel does. @throws {VfioError} `EBADF`, or `EINVAL` for what is none. */
export type SignalLookup = (signal: unknown) => Eventfd;

/** What a request came to: an errno, or how many vectors there are. */
export type IrqResult = ErrorCode | number;

/** What the device tells of itself. */
export interface IrqContext {
  readonly slot: PciSlot;
  readonly facts: KernelFacts;
  readonly controller: InterruptController;
  /** Vectors that the platform gives a device at most. */
  readonly vectorLimit: number;
  /** log2 of the vectors that MSI had when it was enabled last; stays while the driver has the device. */
  readonly msi: { log2: number };
  /** The interrupt pin as the user sees it. */
  interruptPin(): number;
}

/** @see Linux, drivers/vfio/pci/vfio_pci_intrs.c */
export class Irqs {
  readonly intx: Intx;
  readonly #context: IrqContext;
  readonly #single = new Map<number, Eventfd>();
  #messages: MessageInterrupts | undefined;

  /** Nothing is enabled yet. */
  constructor(context: IrqContext) {
    this.#context = context;
    this.intx = new Intx(context.slot);
  }

  /** MSI or MSI-X, when it is enabled. */
  get messages(): MessageInterrupts | undefined {
    return this.#messages;
  }

  /** How many vectors an index has. */
  count(index: number): number {
    const { slot } = this.#context;
    const { config } = slot.function.model;
    const msi = config.find(CAPABILITY.msi);
    const msix = config.find(CAPABILITY.msix);
    switch (index) {
      case IRQ_INDEX.intx:
        return this.#context.interruptPin() === 0 ? 0 : 1;
      case IRQ_INDEX.msi:
        return msi === undefined ? 0 : 1 << ((slot.readConfig(msi + 2, 16) >> 1) & 7);
      case IRQ_INDEX.msix:
        return msix === undefined ? 0 : (slot.readConfig(msix + 2, 16) & 0x7ff) + 1;
      case IRQ_INDEX.err:
        return config.find(CAPABILITY.pciExpress) === undefined ? 0 : 1;
      default:
        return 1;
    }
  }

  /** Tells about an index; undefined for one that is not there. */
  info(index: number): IrqInfo | undefined {
    if (index > IRQ_INDEX.req || (index === IRQ_INDEX.err && this.count(index) === 0)) return undefined;
    const isIntx = index === IRQ_INDEX.intx;
    const count = this.count(index);
    const dynamic = index === IRQ_INDEX.msix && count > 0 && this.#context.facts.dynamicMsix;
    return {
      index,
      count,
      eventfd: true,
      maskable: isIntx,
      automasked: isIntx,
      noresize: !isIntx && !dynamic,
    };
  }

  /** Carries a request out. */
  set(request: CheckedIrqs, lookUp: SignalLookup): IrqResult {
    const { index, start, count, action } = request;
    if (index > IRQ_INDEX.req) return "EINVAL";
    const available = this.count(index);
    if (start >= available || start + count > available) return "EINVAL";
    if (index === IRQ_INDEX.intx) return this.#setIntx(request, lookUp);
    if (action !== "trigger") return "ENOTTY";
    if (index === IRQ_INDEX.msi || index === IRQ_INDEX.msix) return this.#setMessages(request, lookUp);
    return this.#setSingle(request, lookUp);
  }

  /** Fires ERR or REQ, when somebody listens. */
  fire(kind: "err" | "req"): void {
    this.#single.get(IRQ_INDEX[kind])?.signal();
  }

  /** Switches everything off, at the last close. */
  disable(): void {
    if (this.intx.enabled) this.intx.disable();
    this.#messages?.disable();
  }

  #setIntx(request: CheckedIrqs, lookUp: SignalLookup): IrqResult {
    const { start, count, action, data } = request;
    if (action === "trigger") return this.#triggerIntx(request, lookUp);
    if (!this.intx.enabled || start !== 0 || count !== 1) return "EINVAL";
    if (data.kind === "signals") {
      if (action === "mask") return "ENOTTY";
      const [signal] = data.signals;
      if (signal === null || signal === undefined) this.intx.setUnmaskSignal(undefined);
      else {
        const eventfd = lookUp(signal);
        if (this.intx.hasUnmaskSignal) return "EBUSY";
        this.intx.setUnmaskSignal(eventfd);
      }
      return 0;
    }
    if (data.kind === "bools" && data.bools[0] !== true) return 0;
    if (action === "mask") this.intx.mask();
    else this.intx.unmask();
    return 0;
  }

  #triggerIntx({ start, count, data }: CheckedIrqs, lookUp: SignalLookup): IrqResult {
    if (this.intx.enabled && count === 0 && data.kind === "none") {
      this.intx.disable();
      return 0;
    }
    if (this.#messages !== undefined || start !== 0 || count !== 1) return "EINVAL";
    if (data.kind === "signals") {
      const [signal] = data.signals;
      const trigger = signal === null || signal === undefined ? undefined : lookUp(signal);
      if (this.intx.enabled) this.intx.setTrigger(trigger);
      else this.intx.enable(trigger);
      return 0;
    }
    if (!this.intx.enabled) return "EINVAL";
    if (data.kind === "none" || data.bools[0] === true) this.intx.signal();
    return 0;
  }

  #setMessages(request: CheckedIrqs, lookUp: SignalLookup): IrqResult {
    const { index, start, count, data } = request;
    const kind = index === IRQ_INDEX.msi ? "msi" : "msix";
    const messages = this.#messages?.kind === kind ? this.#messages : undefined;
    if (messages !== undefined && count === 0 && data.kind === "none") {
      messages.disable();
      this.#messages = undefined;
      return 0;
    }
    if (this.intx.enabled || this.#messages !== messages) return "EINVAL";
    if (data.kind === "signals") {
      if (messages !== undefined) return this.#connect(messages, start, data.signals, lookUp);
      return this.#enable(kind, start, data.signals, lookUp);
    }
    if (messages === undefined) return "EINVAL";
    if (!this.#context.facts.dynamicMsix && !this.#reaches(messages, start + count)) return "EINVAL";
    for (let i = 0; i < count; i++) {
      if (data.kind === "none" || data.bools[i] === true) messages.signal(start + i);
    }
    return 0;
  }

  #enable(kind: "msi" | "msix", start: number, signals: readonly unknown[], lookUp: SignalLookup): IrqResult {
    const wanted = start + signals.length;
    // PCI's core enables neither outside of D0; it looks at the count before that for MSI-X, and after it for MSI.
    const awake = this.#context.slot.function.powerState === 0;
    if (wanted === 0) return kind === "msi" && !awake ? "EINVAL" : "ERANGE";
    if (!awake) return "EINVAL";
    if (wanted > this.#context.vectorLimit) return this.#context.vectorLimit;
    const messages = new MessageInterrupts(kind, this.#context.slot, this.#context.controller, wanted);
    this.#messages = messages;
    if (kind === "msi") this.#context.msi.log2 = messages.log2;
    let result: IrqResult = "EINVAL";
    try {
      result = this.#connect(messages, start, signals, lookUp);
      return result;
    } finally {
      if (result !== 0) {
        messages.disable();
        this.#messages = undefined;
      }
    }
  }

  /** Connects a block; an error in the middle disconnects all of it up to there. */
  #connect(
    messages: MessageInterrupts,
    start: number,
    signals: readonly unknown[],
    lookUp: SignalLookup,
  ): IrqResult {
    const { dynamicMsix } = this.#context.facts;
    const end = start + signals.length;
    if (!dynamicMsix && (!messages.has(start) || !this.#reaches(messages, end))) return "EINVAL";
    let vector = start;
    let done = false;
    try {
      for (const signal of signals) {
        messages.connect(vector, undefined);
        if (signal !== null) {
          if (!messages.has(vector) && !(messages.kind === "msix" && dynamicMsix)) return "EINVAL";
          if (!messages.has(vector)) messages.add(vector);
          messages.connect(vector, lookUp(signal));
        }
        vector++;
      }
      done = true;
      return 0;
    } finally {
      if (!done) { for (let i = start; i < vector; i++) messages.connect(i, undefined); }
    }
  }

  #reaches(messages: MessageInterrupts, end: number): boolean {
    return end === 0 || messages.has(end - 1);
  }

  #setSingle({ index, count, data }: CheckedIrqs, lookUp: SignalLookup): IrqResult {
    const trigger = this.#single.get(index);
    if (data.kind === "none") {
      if (trigger === undefined) return "EINVAL";
      if (count === 0) this.#single.delete(index);
      else trigger.signal();
      return 0;
    }
    if (count === 0) return "EINVAL";
    if (data.kind === "bools") {
      if (data.bools[0] === true) trigger?.signal();
      return 0;
    }
    const [signal] = data.signals;
    if (signal === null || signal === undefined) this.#single.delete(index);
    else this.#single.set(index, lookUp(signal));
    return 0;
  }
}
