/** Timestamp: the time that a host has set, going on. */
import { ByteMemory } from "../../core/byte_memory.ts";
import { registers } from "../../core/registers.ts";
import type { DeviceBus } from "../device_model.ts";
import { NVME_TIMESTAMP } from "./registers_features.ts";

const NS_PER_MS = 1e6;
const LAST = 2n ** 48n;
/** Since the last reset; a host has set it. */
const SINCE_RESET = 0;
const BY_HOST = 1;

/** Milliseconds since 1970, or since the last reset until a host has told. @see NVM Express Base Specification 1.4, section 5.21.1.14 */
export class Timestamp {
  readonly #bus: Pick<DeviceBus, "now">;
  #origin = SINCE_RESET;
  #start = 0n;
  #set = 0;

  /** Goes by the bus's time. */
  constructor(bus: Pick<DeviceBus, "now">) {
    this.#bus = bus;
    this.reset();
  }

  /** Begins at 0. */
  reset(): void {
    this.#origin = SINCE_RESET;
    this.#start = 0n;
    this.#set = this.#bus.now();
  }

  /** Takes what a host has written. */
  set(bytes: Uint8Array): void {
    this.#origin = BY_HOST;
    this.#start = registers(new ByteMemory(bytes), NVME_TIMESTAMP).value.read().timestamp;
    this.#set = this.#bus.now();
  }

  /** Gives what a host reads. */
  encode(): Uint8Array {
    const bytes = new Uint8Array(8);
    const passed = BigInt(Math.floor((this.#bus.now() - this.#set) / NS_PER_MS));
    const timestamp = (this.#start + passed) % LAST;
    registers(new ByteMemory(bytes), NVME_TIMESTAMP).value.write({ timestamp, origin: this.#origin });
    return bytes;
  }
}
