/** What can be checked with QEMU's edu device: its DMA engine goes where it is told to. */
import { registers, until } from "../../mod.ts";
import type { DmaMapping, HostMemory, PciDevice } from "../../mod.ts";
import { EDU, EDU_BUFFER } from "../../devices/mod.ts";
import { expect } from "./check.ts";
import type { Bench, Check, Found } from "./check.ts";
import { faultsAfter, lastLine } from "./fault_log.ts";

/** What edu is known by. */
export const EDU_IDS = { vendor: 0x1234, device: 0x11e8 } as const;

const SIZE = 64;
/** The device sends 28 bits of an address. */
const MAX_IOVA = 0xfff_ffffn;
const TIMEOUT_MS = 1000;

/** Checks that need no more than that DMA works. */
export const EDU_CHECKS: readonly Check[] = [
  { name: `DMA write of ${SIZE} bytes arrives`, run: checkDma },
  { name: "DMA with Bus Master off does not arrive", run: checkBusMaster },
];

/** The check of the IOMMU. */
export const EDU_ISOLATION: Check = { name: "DMA write to unmapped memory is blocked", run: checkIsolation };

function checkDma({ context, device }: Bench): Found {
  using target = new Target(context.backend.allocate(SIZE), device);
  device.config.command.update({ busMaster: true });
  const pattern = target.send(1);
  expect(target.holds(pattern), "the memory does not hold what the device was told to write");
  return { detail: `IOVA 0x${target.iova.toString(16)}` };
}

function checkBusMaster({ context, device }: Bench): Found {
  using target = new Target(context.backend.allocate(SIZE), device);
  device.config.command.update({ busMaster: true });
  target.load(2);
  const before = target.bytes();
  device.config.command.update({ busMaster: false });
  target.store();
  expect(target.holds(before), "the device wrote to memory without being bus master");
  return {};
}

async function checkIsolation({ context, device }: Bench): Promise<Found> {
  using target = new Target(context.backend.allocate(SIZE), device);
  device.config.command.update({ busMaster: true });
  target.load(3);
  const [before, line] = [target.bytes(), lastLine(context)];
  target.unmap();
  target.store();
  expect(target.holds(before), `the device wrote to IOVA 0x${target.iova.toString(16)}, which is not mapped`);
  const faults = await faultsAfter(context, { line, address: device.address, iova: target.iova });
  return {
    detail: `IOVA 0x${target.iova.toString(16)}`,
    comments: faults === undefined
      ? ["This user may not read the kernel's log, where the fault is"]
      : faults.length === 0
      ? ["The kernel's log does not tell of a fault"]
      : faults,
  };
}

/** Memory that edu copies its buffer to. */
class Target implements Disposable {
  readonly iova: bigint;
  readonly #memory: HostMemory;
  readonly #mapping: DmaMapping;
  readonly #device: PciDevice;

  constructor(memory: HostMemory, device: PciDevice) {
    using made = new DisposableStack();
    this.#memory = made.use(memory);
    this.#mapping = device.map(memory, { maxIova: MAX_IOVA });
    made.move();
    this.#device = device;
    this.iova = this.#mapping.iova;
  }

  /** Puts a pattern into the device, clears the memory and has it copied back. @returns The pattern. */
  send(seed: number): Uint8Array {
    const pattern = this.load(seed);
    this.store();
    return pattern;
  }

  /** Puts a pattern into the device, and clears the memory. @returns The pattern. */
  load(seed: number): Uint8Array {
    const pattern = Uint8Array.from({ length: SIZE }, (_, i) => (i * 7 + seed * 31) & 0xff);
    this.#memory.bytes.set(pattern);
    this.#transfer(this.iova, BigInt(EDU_BUFFER.at), false);
    this.#memory.bytes.fill(0);
    return pattern;
  }

  /** Has the device copy what it holds to the memory, or where that was. */
  store(): void {
    this.#transfer(BigInt(EDU_BUFFER.at), this.iova, true);
  }

  unmap(): void {
    this.#mapping[Symbol.dispose]();
  }

  bytes(): Uint8Array {
    return this.#memory.bytes.slice(0, SIZE);
  }

  holds(pattern: Uint8Array): boolean {
    return this.bytes().every((byte, i) => byte === pattern[i]);
  }

  [Symbol.dispose](): void {
    using _memory = this.#memory;
    this.#mapping[Symbol.dispose]();
  }

  #transfer(source: bigint, destination: bigint, toMemory: boolean): void {
    const regs = registers(this.#device.region("bar0"), EDU);
    regs.dmaSource.write(source);
    regs.dmaDestination.write(destination);
    regs.dmaCount.write(BigInt(SIZE));
    regs.dmaCommand.write({ start: true, toMemory });
    until(this.#device.clock, () => !regs.dmaCommand.read().start, {
      timeoutMs: TIMEOUT_MS,
      what: "edu's DMA",
    });
  }
}
