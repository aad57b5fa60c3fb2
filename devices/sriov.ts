/** Single Root I/O Virtualization: a function that makes virtual ones of itself. */
import type { CapabilityPlace } from "./capabilities.ts";
import { barType } from "./bar.ts";
import type { BarDeclaration } from "./bar.ts";
import type { ExtendedCapabilityDeclaration } from "./config_space.ts";
import type { DeviceModel } from "./device_model.ts";

/** A physical function: the machine asks it for a model of each of its virtual functions. */
export interface PhysicalFunctionModel extends DeviceModel {
  /**
   * Makes a virtual function, as it comes out of reset.
   *
   * Its config space declares its ids and BARs as every other's does; that the hardware shows neither is the machine's.
   *
   * @param index 0 for the first.
   */
  virtualFunction(index: number): DeviceModel;
}

/** The id of the capability. */
export const SRIOV_ID = 0x10;

/** Where its registers are, from its start. */
export const SRIOV = {
  control: 0x08,
  initialVfs: 0x0c,
  totalVfs: 0x0e,
  numVfs: 0x10,
  firstOffset: 0x14,
  stride: 0x16,
  device: 0x1a,
  supportedPageSizes: 0x1c,
  systemPageSize: 0x20,
  bars: 0x24,
  end: 0x40,
} as const;

/** Bits of {@linkcode SRIOV}'s control register: there are virtual functions, and they answer at their addresses. */
export const SRIOV_CONTROL = { enable: 1, memory: 8 } as const;

/** What a physical function offers. */
export interface SriovOptions extends CapabilityPlace {
  /** How many virtual functions it can make. */
  readonly total: number;
  /** Routing ids from the physical function to the first virtual one. */
  readonly firstOffset: number;
  /** Routing ids from one virtual function to the next. */
  readonly stride: number;
  /** Device id of the virtual functions; their vendor is the physical one's. */
  readonly device: number;
  /** BARs of each virtual function, by index. */
  readonly bars: Readonly<Record<number, BarDeclaration>>;
}

/** Bytes of an extended capability's id and next pointer. */
const HEADER = 4;
/** 4 KiB, 8 KiB, 64 KiB, 256 KiB, 1 MiB and 4 MiB. */
const PAGE_SIZES = 0x553;

/**
 * Declares the SR-IOV capability.
 *
 * @throws {RangeError} when it offers no virtual function, or more than there are routing ids.
 * @see PCI Express Base Specification 4.0, section 9.3.3
 */
export function singleRootIov(options: SriovOptions): ExtendedCapabilityDeclaration {
  const { total, firstOffset, stride, device, bars, at } = options;
  if (!Number.isInteger(total) || total < 1 || total > 0xffff) {
    throw new RangeError(`Cannot declare ${total} virtual functions: 1 to 65535 are needed`);
  }
  const whole = new DataView(new ArrayBuffer(SRIOV.end));
  const writable = new DataView(new ArrayBuffer(SRIOV.end));
  for (const register of [SRIOV.initialVfs, SRIOV.totalVfs]) whole.setUint16(register, total, true);
  whole.setUint16(SRIOV.firstOffset, firstOffset, true);
  whole.setUint16(SRIOV.stride, stride, true);
  whole.setUint16(SRIOV.device, device, true);
  whole.setUint32(SRIOV.supportedPageSizes, PAGE_SIZES, true);
  whole.setUint32(SRIOV.systemPageSize, 1, true);
  writable.setUint16(SRIOV.control, SRIOV_CONTROL.enable | SRIOV_CONTROL.memory, true);
  writable.setUint16(SRIOV.numVfs, 0xffff, true);
  for (const [index, bar] of Object.entries(bars)) {
    whole.setUint32(SRIOV.bars + 4 * Number(index), barType(bar), true);
  }
  const declaration = {
    id: SRIOV_ID,
    body: new Uint8Array(whole.buffer, HEADER),
    writable: new Uint8Array(writable.buffer, HEADER),
  };
  return at === undefined ? declaration : { ...declaration, at };
}
