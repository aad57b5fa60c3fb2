/** PciSlot: a plugged device, and what the host knows of it. */
import type { ReservedRegion } from "../../core/host.ts";
import type { DeviceModel, Width } from "../../devices/device_model.ts";
import { PciFunction } from "../../devices/pci_function.ts";
import type { FunctionPort } from "../../devices/pci_function.ts";
import type { IommuUnit } from "../../iommu/iommu_unit.ts";
import { CONFIG_HEADER } from "../../pci/header.ts";
import type { IommuGroupState } from "./iommu_group.ts";
import { readVirtualHeader, writeVirtualHeader } from "./virtual_header.ts";
import type { VirtualFunctions } from "./virtual_functions.ts";
import type { VfioPciDevice } from "./vfio_pci/vfio_pci_device.ts";

/** Where a device is, beside its address. */
export interface SlotPlace {
  /** Physical addresses of BARs 0 to 5, and of the ROM at 6. */
  readonly bars: ReadonlyMap<number, number>;
  /** Ranges that the device itself keeps its group from using. */
  readonly reserved: readonly ReservedRegion[];
  /** The IOMMU in front of it; undefined: it reaches memory as it pleases. */
  readonly unit: IommuUnit | undefined;
  /** It is a virtual function of this one. */
  readonly physicalFunction: PciSlot | undefined;
}

/** Something wrong with a device, for tests. */
export type Ailment = "answers-all-ones" | "gone";

/** A slot with a device in it. Its registers here are the hardware's, before any virtualisation. */
export class PciSlot {
  readonly address: string;
  readonly function: PciFunction;
  /** Physical addresses of BARs 0 to 5, and of the ROM at 6. */
  readonly bars: ReadonlyMap<number, number>;
  /** Ranges that the device itself keeps its group from using. */
  readonly reserved: readonly ReservedRegion[];
  /** The IOMMU in front of it; undefined: it reaches memory as it pleases. */
  readonly unit: IommuUnit | undefined;
  /** Its IOMMU group; undefined: there is no IOMMU, and VFIO has made none up. */
  group: IommuGroupState | undefined;
  /** Whose virtual function it is; undefined: it is none. */
  readonly physicalFunction: PciSlot | undefined;
  /** What it has made of itself; undefined: it makes no virtual functions. */
  virtualFunctions: VirtualFunctions | undefined;
  /** The driver that has the device. */
  driver: string | undefined;
  /** What driver_override says. */
  override: string | undefined;
  /** What vfio-pci holds of it, while it is vfio-pci's. */
  vfio: VfioPciDevice | undefined;
  /** Its card has other functions beside it, as the header type of function 0 tells. */
  multifunction = false;
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
    place: SlotPlace,
    message: FunctionPort["message"],
  ) {
    this.address = address;
    this.bars = place.bars;
    this.reserved = place.reserved;
    this.unit = place.unit;
    this.physicalFunction = place.physicalFunction;
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

  /** Vendor id, as the kernel knows it: a virtual function's own registers do not tell. */
  get vendor(): number {
    return this.function.readConfig(0x00, 16);
  }

  /** Device id, as the kernel knows it. */
  get device(): number {
    return this.function.readConfig(0x02, 16);
  }

  /** Whether it leads to another bus: its header is of another type than a device's. */
  get isBridge(): boolean {
    return (this.readConfig(HEADER_TYPE, 8) & 0x7f) !== 0;
  }

  /** Bytes of config space. */
  get configSize(): number {
    return this.function.model.config.size;
  }

  /** Reads the hardware's config space. */
  readConfig(offset: number, width: Width): number {
    if (!this.answers) return 2 ** width - 1;
    const value = this.function.readConfig(offset, width);
    if (this.physicalFunction !== undefined) return readVirtualHeader(offset, width, value);
    return this.multifunction ? withMultifunction(offset, width, value) : value;
  }

  /** Writes the hardware's config space. */
  writeConfig(offset: number, width: Width, value: number): void {
    if (!this.answers) return;
    const isVirtual = this.physicalFunction !== undefined;
    this.function.writeConfig(offset, width, isVirtual ? writeVirtualHeader(offset, width, value) : value);
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

const HEADER_TYPE = CONFIG_HEADER.headerType.at;

/** Sets the multi-function bit in what was read, where the header type is part of it. */
function withMultifunction(offset: number, width: Width, value: number): number {
  const shift = 8 * (HEADER_TYPE - offset);
  return shift >= 0 && shift < width ? (value | (0x80 << shift)) >>> 0 : value;
}
