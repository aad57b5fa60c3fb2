/** What a PCI device is from its own side: the interfaces between a device's model and the machine it is plugged into. */
import type { ConfigSpace } from "./config_space.ts";

/** Bits of one access that a number can carry. */
export type Width = 8 | 16 | 32;

/** What answers accesses to one BAR. Offsets are bytes from the BAR's start, multiples of the access's width. */
export interface BarModel {
  /** Answers a read; hardware that refuses one answers all ones. */
  read(offset: number, width: Width): number;
  /** Takes a write; hardware that refuses one ignores it. */
  write(offset: number, width: Width, value: number): void;
  /** Answers a read of 64 bits. Absent: it arrives as two of 32 bits, the lower first. */
  read64?(offset: number): bigint;
  /** Takes a write of 64 bits. Absent: it arrives as two of 32 bits, the lower first. */
  write64?(offset: number, value: bigint): void;
}

/**
 * A PCI function: its config space, and what answers behind its BARs.
 *
 * A model holds registers and behaviour only. What every PCI device has in common (BAR decoding, Command and Status,
 * MSI and MSI-X, power states, function reset) the machine adds, from what the config space declares.
 */
export interface DeviceModel {
  /** The hardware's config space, with its BARs and capabilities. */
  readonly config: ConfigSpace;
  /** What answers, by the BAR's index. */
  readonly bars: Readonly<Record<number, BarModel>>;
  /** Called once, when the device is plugged in: from here on it may use the bus. */
  plug(bus: DeviceBus): void;
  /** Puts registers and engines into their state after power-on. The config space is reset by the machine. */
  reset(): void;
}

/** An action that is planned. */
export interface Timer {
  /** Takes the action back; no-op when it ran already. */
  cancel(): void;
}

/** Which kind of interrupt the host has enabled in the config space. */
export type InterruptMode = "intx" | "msi" | "msix";

/** What a device may do: let time pass, reach memory, interrupt. */
export interface DeviceBus {
  /** Where the device is plugged, as "0000:00:04.0". */
  readonly address: string;
  /** Which kind of interrupt is enabled: INTx unless MSI or MSI-X is. */
  readonly interruptMode: InterruptMode;
  /** Nanoseconds of the machine's virtual time. */
  now(): number;
  /**
   * Plans `action` for later. It never runs before this call returns.
   *
   * @param nanoseconds Virtual time from now. A seed other than 0 delays the action somewhat, as hardware does.
   */
  after(nanoseconds: number, action: () => void): Timer;
  /**
   * Reads memory by DMA.
   *
   * Nothing happens unless the device is bus master. Each page goes through the IOMMU; what it blocks stays as it was
   * in `into`, and the machine records a fault.
   *
   * @param address IOVA.
   * @returns Whether all of it was read.
   */
  readMemory(address: bigint, into: Uint8Array): boolean;
  /** Writes memory by DMA, under the rules of {@linkcode readMemory}. @returns Whether all of it was written. */
  writeMemory(address: bigint, from: Uint8Array): boolean;
  /** Asserts or deasserts the INTx line, which stays as it is until changed. */
  setIntx(asserted: boolean): void;
  /**
   * Sends the message of an MSI or MSI-X vector, whichever is enabled; it stays pending while the vector is masked.
   * Without either, or without bus mastering, nothing happens.
   */
  sendMessage(vector: number): void;
}
