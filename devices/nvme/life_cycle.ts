/** LifeCycle: a controller's way from enabled to ready, to shut down, to reset. */
import type { DeviceBus, Timer } from "../device_model.ts";
import type { ReadValue } from "../../core/registers.ts";
import { NVME } from "./registers.ts";
import { packFields, unpackFields } from "./registers_fields.ts";

/** From enabling until the controller is ready; `cap.to` allows far more. */
const START_NS = 2_000_000;
/** From disabling until it could be enabled again. */
const RESET_NS = 500_000;
const SHUTDOWN_NS = 1_000_000;

/** States of a shutdown, as `csts.shst` tells them. */
const SHUTTING_DOWN = 1;
const SHUT_DOWN = 2;

/** What the life cycle moves. */
export interface Living {
  /** Makes the controller ready. @returns Whether it can be, with what the host has set up. */
  start(): boolean;
  /** Stops working on commands, but keeps everything. */
  halt(): void;
  /** Resets everything but what the host keeps over a reset. */
  reset(): void;
}

/**
 * The registers `cc` and `csts`.
 *
 * @see NVM Express Base Specification 1.4, sections 3.1.5, 3.1.6, 7.3 and 7.6
 */
export class LifeCycle {
  readonly #bus: Pick<DeviceBus, "after">;
  readonly #controller: Living;
  #cc = 0;
  #rdy = false;
  #cfs = false;
  #shst = 0;
  #changing: Timer | undefined;
  #shutting: Timer | undefined;

  /** Begins disabled. */
  constructor(bus: Pick<DeviceBus, "after">, controller: Living) {
    this.#bus = bus;
    this.#controller = controller;
  }

  /** Whether the queues are alive: completions are posted. */
  get alive(): boolean {
    return this.#rdy && !this.#cfs;
  }

  /** Whether commands are taken. */
  get running(): boolean {
    return this.alive && this.#shst === 0;
  }

  /** What the host has set in `cc`. */
  get configuration(): ReadValue<typeof NVME.cc> {
    return unpackFields(NVME.cc, this.#cc);
  }

  /** The register `csts`. */
  get csts(): number {
    return packFields(NVME.csts, { rdy: this.#rdy, cfs: this.#cfs, shst: this.#shst });
  }

  /** The register `cc`. */
  get cc(): number {
    return this.#cc;
  }

  set cc(value: number) {
    const was = this.configuration;
    const now = unpackFields(NVME.cc, value);
    if (was.en && !now.en) this.#disable();
    else {
      this.#cc = value;
      if (now.shn !== 0 && was.shn === 0) this.#shutDown();
      if (now.shn === 0 && was.shn !== 0) this.#endShutdown();
      if (now.en && !was.en) this.#enable();
    }
  }

  /** Something is wrong that only a reset helps against. */
  fail(): void {
    this.#cfs = true;
    this.#controller.halt();
  }

  /** The state after power-on. */
  reset(): void {
    this.#changing?.cancel();
    this.#cc = 0;
    this.#rdy = false;
    this.#cfs = false;
    this.#endShutdown();
    this.#controller.reset();
  }

  #enable(): void {
    this.#changing?.cancel();
    this.#rdy = false;
    this.#changing = this.#bus.after(START_NS, () => {
      if (this.#controller.start()) this.#rdy = true;
      else this.fail();
    });
  }

  #disable(): void {
    const rdy = this.#rdy;
    this.reset();
    this.#rdy = rdy;
    this.#changing = this.#bus.after(RESET_NS, () => this.#rdy = false);
  }

  #shutDown(): void {
    this.#shst = SHUTTING_DOWN;
    this.#shutting = this.#bus.after(SHUTDOWN_NS, () => {
      this.#shst = SHUT_DOWN;
      this.#controller.halt();
    });
  }

  #endShutdown(): void {
    this.#shutting?.cancel();
    this.#shst = 0;
  }
}
