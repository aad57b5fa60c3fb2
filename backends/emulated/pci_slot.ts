/** PciSlot: a plugged device, and what the host knows of it. */
import type { DeviceModel, Width } from "../../devices/device_model.ts";
import { PciFunction } from "../../devices/pci_function.ts";
import type { FunctionPort } from "../../devices/pci_function.ts";
import type { IommuGroupState } from "./iommu_group.ts";
import type { VfioPciDevice } from "./vfio_pci/vfio_pci_device.ts";

/** Something wrong with a device, for tests. */
export type Ailment = "answers-all-ones" | "gone";

/** A slot with a device in it. Its registers here are the hardware's, before any virtualisation. */
export class PciSlot {
  readonly address: string;
  readonly function: PciFunction;
  readonly group: IommuGroupState;
  /** Physical addresses of BARs 0 to 5, and of the ROM at 6. */
  readonly bars: ReadonlyMap<number, number>;
  /** The driver that has the device. */
  driver: string | undefined;
  /** What driver_override says. */
  override: string | undefined;
  /** What vfio-pci holds of it, while it is vfio-pci's. */
  vfio: VfioPciDevice | undefined;
  /** What is wrong with it. */
  ailment: Ailment | undefined;
  /** How many interrupts to come get lost. */
  lostInterrupts = 0;
  /** Takes the INTx line's level. */
  lineHandler: ((asserted: boolean) => void) | undefined;
  #line = false;

  /** Puts `model` into a slot. */
  constructor(
    address: string,
    model: DeviceModel,
    group: IommuGroupState,
    bars: ReadonlyMap<number, number>,
    message: FunctionPort["message"],
  ) {
    this.address = address;
    this.group = group;
    this.bars = bars;
    const intx = (asserted: boolean) => {
      this.#line = asserted;
      if (asserted && this.loses()) return;
      this.lineHandler?.(asserted);
    };
    this.function = new PciFunction(model, { message, intx });
    this.assignBars();
  }

  /** Level of the INTx line at the interrupt controller. */
  get line(): boolean {
    return this.#line;
  }

  /** Whether the device answers at all. */
  get answers(): boolean {
    return this.ailment === undefined;
  }

  /** Bytes of config space. */
  get configSize(): number {
    return this.function.model.config.size;
  }

  /** Reads the hardware's config space. */
  readConfig(offset: number, width: Width): number {
    return this.answers ? this.function.readConfig(offset, width) : 2 ** width - 1;
  }

  /** Writes the hardware's config space. */
  writeConfig(offset: number, width: Width, value: number): void {
    if (this.answers) this.function.writeConfig(offset, width, value);
  }

  /** Reads a BAR. */
  readBar(index: number, offset: number, width: Width): number {
    return this.answers ? this.function.readBar(index, offset, width) : 2 ** width - 1;
  }

  /** Reads 64 bits of a BAR. */
  readBar64(index: number, offset: number): bigint {
    return this.answers ? this.function.readBar64(index, offset) : 0xffff_ffff_ffff_ffffn;
  }

  /** Writes a BAR. */
  writeBar(index: number, offset: number, width: Width, value: number): void {
    if (this.answers) this.function.writeBar(index, offset, width, value);
  }

  /** Writes 64 bits of a BAR. */
  writeBar64(index: number, offset: number, value: bigint): void {
    if (this.answers) this.function.writeBar64(index, offset, value);
  }

  /** Whether an interrupt gets lost; counts it. */
  loses(): boolean {
    if (this.lostInterrupts === 0) return false;
    this.lostInterrupts--;
    return true;
  }

  /** Programs the BARs as firmware did. */
  assignBars(): void {
    for (const [index, address] of this.bars) {
      const at = index === 6 ? 0x30 : 0x10 + 4 * index;
      this.writeConfig(at, 32, address % 2 ** 32);
      if (this.function.model.config.bars.get(index)?.kind === "memory64") {
        this.writeConfig(at + 4, 32, Math.floor(address / 2 ** 32));
      }
    }
  }
}
