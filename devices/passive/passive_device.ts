/** PassiveDevice: a device that does nothing by itself. */
import type { ConfigSpace } from "../config_space.ts";
import type { BarModel, DeviceBus, DeviceModel, Width } from "../device_model.ts";

/**
 * A device with the shape of another: its config space, and BARs that are plain memory.
 *
 * It acts only when told to, from outside: {@linkcode fire}, {@linkcode setIntx}, {@linkcode bus}.
 */
export class PassiveDevice implements DeviceModel {
  readonly config: ConfigSpace;
  readonly bars: Readonly<Record<number, BarModel>>;
  #bus: DeviceBus | undefined;

  /**
   * Gives the device a shape. Each BAR that `config` declares is memory, empty at first and untouched by resets.
   *
   * @param legacy Bytes of VGA's legacy ranges, when it has them: they answer under index 8.
   */
  constructor(config: ConfigSpace, legacy = 0) {
    this.config = config;
    const bars = Array.from(config.bars, ([index, { size }]) => [index, new MemoryBar(size)] as const);
    this.bars = Object.fromEntries(legacy === 0 ? bars : [...bars, [8, new MemoryBar(legacy)]]);
  }

  /** Its way to memory and time. @throws {TypeError} before it is plugged in. */
  get bus(): DeviceBus {
    if (this.#bus === undefined) throw new TypeError("Cannot use the bus of a device that is not plugged in");
    return this.#bus;
  }

  /** Connects the device to a machine. */
  plug(bus: DeviceBus): void {
    this.#bus = bus;
  }

  /** Does nothing. */
  reset(): void {}

  /** Sends the message of a vector, or asserts INTx when neither MSI nor MSI-X is enabled. */
  fire(vector = 0): void {
    if (this.bus.interruptMode === "intx") this.bus.setIntx(true);
    else this.bus.sendMessage(vector);
  }

  /** Asserts or deasserts INTx. */
  setIntx(asserted: boolean): void {
    this.bus.setIntx(asserted);
  }
}

/** A BAR of plain memory. */
class MemoryBar implements BarModel {
  readonly #view: DataView;

  constructor(size: number) {
    this.#view = new DataView(new ArrayBuffer(size));
  }

  read(offset: number, width: Width): number {
    if (width === 8) return this.#view.getUint8(offset);
    return width === 16 ? this.#view.getUint16(offset, true) : this.#view.getUint32(offset, true);
  }

  write(offset: number, width: Width, value: number): void {
    if (width === 8) this.#view.setUint8(offset, value);
    else if (width === 16) this.#view.setUint16(offset, value, true);
    else this.#view.setUint32(offset, value, true);
  }

  read64(offset: number): bigint {
    return this.#view.getBigUint64(offset, true);
  }

  write64(offset: number, value: bigint): void {
    this.#view.setBigUint64(offset, value, true);
  }
}
