/** VfioPciDevice: a device in the hands of vfio-pci, shared by all that have it open. */
import type { DeviceInfo } from "../../../core/device.ts";
import type { ErrorCode } from "../../../core/errors.ts";
import type { Width } from "../../../devices/device_model.ts";
import { CONFIG_HEADER } from "../../../pci/header.ts";
import type { InterruptController } from "../interrupt_controller.ts";
import type { KernelFacts } from "../kernel_data.ts";
import type { PciSlot } from "../pci_slot.ts";
import type { Random } from "../random.ts";
import { VfToken } from "../vf_token.ts";
import { HEADER_ID } from "./config_map.ts";
import type { ConfigEffects } from "./config_effects.ts";
import { Ioeventfds } from "./ioeventfds.ts";
import { Irqs } from "./irqs.ts";
import { D3, setPowerState } from "./power_state.ts";
import { splitRead, splitWrite } from "./region_access.ts";
import type { SplitOptions } from "./region_access.ts";
import { REGION, Regions } from "./regions.ts";
import { SavedState } from "./saved_state.ts";
import { VirtualConfig } from "./virtual_config.ts";

const COMMAND = CONFIG_HEADER.command.at;
const IO = 1;
const MEMORY = 2;
const MASTER = 4;
const INTX_DISABLE = 0x400;

/** What vfio-pci needs of the machine. */
export interface VfioPciContext {
  readonly facts: KernelFacts;
  readonly controller: InterruptController;
  readonly vectorLimit: number;
  readonly random: Random;
  /** Resets the bus of a device that is alone on it; false when it is on the root bus, or has company. */
  resetBus(slot: PciSlot): boolean;
}

/** State of a device that is open: made at the first open, gone at the last close. */
interface OpenState {
  readonly config: VirtualConfig;
  readonly regions: Regions;
  readonly irqs: Irqs;
  readonly ioeventfds: Ioeventfds;
  readonly saved: SavedState;
  readonly resettable: boolean;
}

/** @see Linux, drivers/vfio/pci/vfio_pci_core.c */
export class VfioPciDevice {
  readonly slot: PciSlot;
  readonly #context: VfioPciContext;
  readonly #msi = { log2: 0 };
  /** What opens it and its virtual functions; undefined: it makes none. */
  readonly token: VfToken | undefined;
  #holders = 0;
  #state: OpenState | undefined;
  /** The user asked for low power: mappings fail until it ends. */
  lowPower = false;
  /** An unbind waits for the last close. */
  unbinding = false;
  /** Called at the last close. */
  closed: (() => void) | undefined;

  /** Takes a device over; while nobody has it open it sleeps in D3. */
  constructor(slot: PciSlot, context: VfioPciContext) {
    this.slot = slot;
    this.#context = context;
    if (slot.virtualFunctions !== undefined) this.token = new VfToken(context.random.digits(32));
    setPowerState(this.slot, D3);
  }

  /** How many device files are open. */
  get holders(): number {
    return this.#holders;
  }

  /** Opens it once more; the first open enables the device. */
  acquire(): void {
    if (this.#holders === 0) {
      this.#state = this.#enable();
      this.#useToken(1);
    }
    this.#holders++;
  }

  /** Closes it once; the last close disables the device. */
  release(): void {
    this.#holders--;
    if (this.#holders > 0) return;
    this.#disable();
    this.#useToken(-1);
    this.closed?.();
  }

  /** Answers GET_INFO. */
  info(): DeviceInfo {
    return {
      regions: REGION.count,
      irqs: 5,
      resettable: this.#open.resettable,
      pci: true,
      capabilities: [],
    };
  }

  get regions(): Regions {
    return this.#open.regions;
  }

  get irqs(): Irqs {
    return this.#open.irqs;
  }

  get ioeventfds(): Ioeventfds {
    return this.#open.ioeventfds;
  }

  /** Whether BARs of memory can be reached: decoding is on, as the user set it, and the device is not in D3. */
  get memoryEnabled(): boolean {
    const { config } = this.#open;
    // A virtual function has no such bit.
    const isDecoded = this.slot.physicalFunction !== undefined || (config.command & MEMORY) !== 0;
    return this.slot.function.powerState < D3 && isDecoded;
  }

  /** Whether a mapping can be touched. */
  get mappingEnabled(): boolean {
    return this.#state !== undefined && !this.lowPower && this.memoryEnabled;
  }

  /** Answers a read of a region. @returns Bytes read, or the errno. */
  read(index: number, offset: number, into: Uint8Array): number | ErrorCode {
    if (into.byteLength === 0) return 0;
    const { config, regions } = this.#open;
    if (index >= REGION.count) return "EINVAL";
    if (index === REGION.config) return config.read(offset, into) ?? into.byteLength;
    const options = this.#split(index, offset);
    if (typeof options === "string") return options;
    const bus = {
      read: (at: number, width: Width) => regions.read(index, at, width),
      read64: (at: number) => this.slot.readBar64(index, at),
      write: () => {},
      write64: () => {},
    };
    return splitRead(bus, offset, into, options);
  }

  /** Answers a write to a region. @returns Bytes written, or the errno. */
  write(index: number, offset: number, from: Uint8Array): number | ErrorCode {
    if (from.byteLength === 0) return 0;
    if (index >= REGION.count || index === REGION.rom) return "EINVAL";
    if (index === REGION.config) return this.#open.config.write(offset, from) ?? from.byteLength;
    const options = this.#split(index, offset);
    if (typeof options === "string") return options;
    const bus = {
      read: () => 0,
      read64: () => 0n,
      write: (at: number, width: Width, value: number) => this.slot.writeBar(index, at, width, value),
      write64: (at: number, value: bigint) => this.slot.writeBar64(index, at, value),
    };
    return splitWrite(bus, offset, from, options);
  }

  /** Answers DEVICE_RESET. @returns Whether the function has a reset. */
  reset(): boolean {
    if (!this.#open.resettable) return false;
    setPowerState(this.slot, 0);
    this.resetFunction();
    return true;
  }

  /** Resets the function and puts its config space back; interrupts stay as the user set them. */
  resetFunction(): boolean {
    const saved = new SavedState(this.slot);
    if (this.slot.function.resettable) this.slot.function.reset();
    else if (!this.#context.resetBus(this.slot)) return false;
    saved.restore();
    this.restoreInterrupts();
    return true;
  }

  /** The driver wants the device back: REQ fires. */
  requestRelease(): void {
    this.#state?.irqs.fire("req");
  }

  /** An uncorrectable error was reported: ERR fires. */
  fireError(): void {
    this.#state?.irqs.fire("err");
  }

  /** Programs MSI or MSI-X anew, after a reset or a deep sleep. */
  restoreInterrupts(): void {
    this.#state?.irqs.messages?.program();
  }

  /** Tells the physical function that one of its virtual ones was opened, or closed. */
  #useToken(change: number): void {
    const token = this.slot.physicalFunction?.vfio?.token;
    if (token !== undefined) token.users += change;
  }

  get #open(): OpenState {
    if (this.#state === undefined) throw new Error(`${this.slot.address} is not open`);
    return this.#state;
  }

  #enable(): OpenState {
    const { slot } = this;
    setPowerState(this.slot, 0);
    this.#command((command) => command & ~MASTER);
    this.#command((command) => command | this.#decoding());
    const resettable = this.resetFunction();
    const saved = new SavedState(slot);
    this.#command((command) => command & ~INTX_DISABLE);
    const config = new VirtualConfig(slot, this.#context.facts, this.#effects());
    const irqs = new Irqs({
      slot,
      facts: this.#context.facts,
      controller: this.#context.controller,
      vectorLimit: this.#context.vectorLimit,
      msi: this.#msi,
      interruptPin: () => config.map.shadow.getUint8(0x3d),
    });
    const regions = new Regions(slot);
    const ioeventfds = new Ioeventfds(slot, regions, () => this.memoryEnabled, this.#context.facts);
    return { config, regions, irqs, ioeventfds, saved, resettable };
  }

  #disable(): void {
    const { irqs, ioeventfds, saved, resettable } = this.#open;
    this.lowPower = false;
    setPowerState(this.slot, 0);
    this.#command((command) => command & ~MASTER);
    irqs.disable();
    ioeventfds.clear();
    this.#state = undefined;
    if (resettable) this.resetFunction();
    saved.restore();
    this.#command((command) => command & ~MASTER);
    setPowerState(this.slot, D3);
  }

  #decoding(): number {
    let bits = 0;
    for (const bar of this.slot.function.model.config.bars.values()) bits |= bar.kind === "io" ? IO : MEMORY;
    return bits;
  }

  #command(change: (command: number) => number): void {
    this.slot.writeConfig(COMMAND, 16, change(this.slot.readConfig(COMMAND, 16)));
  }

  #split(index: number, offset: number): SplitOptions | ErrorCode {
    const window = this.#open.regions.window(index, offset);
    if (typeof window === "string") return window;
    const wide = this.#context.facts.wideAccess && index <= REGION.bar5;
    return { window, wide, memoryEnabled: () => this.memoryEnabled };
  }

  #effects(): ConfigEffects {
    // deno-lint-ignore no-this-alias
    const device = this;
    return {
      // Who was reset behind the kernel's back gets its BARs before it decodes anything; all others have them.
      before: ({ owner, at }) => {
        if (owner === HEADER_ID && at === COMMAND) this.slot.assignBars();
      },
      intxDisable: (disabled) => this.irqs.intx.setDisabled(disabled),
      get msi() {
        return { active: device.irqs.messages?.kind === "msi", log2: device.#msi.log2 };
      },
      setPowerState: (state) => {
        if (setPowerState(this.slot, state)) this.restoreInterrupts();
      },
      reset: () => void this.resetFunction(),
    };
  }
}
