import { assert, assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { registers } from "../../../core/registers.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import type { EduOptions } from "../../../devices/edu/model.ts";
import { EDU, EDU_BUFFER, EDU_IRQ } from "../../../devices/edu/registers.ts";
import { openDevice } from "../../../driverkit/open_device.ts";
import { RecordingBus } from "./recording_bus.ts";

/** What a factorial and a transfer take. */
const FACTORIAL_NS = 10_000;
const DMA_NS = 100_000_000;
const BUFFER = BigInt(EDU_BUFFER.at);

/** An edu on a bus of its own. */
function edu(options: EduOptions = {}) {
  const model = new EmulatedEdu(options);
  const bus = new RecordingBus();
  model.plug(bus);
  const bar = model.bars[0];
  if (bar?.read64 === undefined || bar.write64 === undefined) throw new Error("edu takes 64 bits");
  const wide = { read64: bar.read64.bind(bar), write64: bar.write64.bind(bar) };
  return {
    model,
    bus,
    ...wide,
    read8: (at: number) => bar.read(at, 8),
    read16: (at: number) => bar.read(at, 16),
    read: (at: number) => bar.read(at, 32),
    write: (at: number, value: number) => bar.write(at, 32, value),
    bar,
    /** Plans a transfer. */
    transfer(source: bigint, destination: bigint, size: number, command: number) {
      wide.write64(EDU.dmaSource.at, source);
      wide.write64(EDU.dmaDestination.at, destination);
      wide.write64(EDU.dmaCount.at, BigInt(size));
      wide.write64(EDU.dmaCommand.at, BigInt(command));
    },
  };
}

Deno.test("EmulatedEdu has QEMU's identity", () => {
  const { model, read } = edu();
  const words = [0x00, 0x04, 0x08, 0x0c, 0x10, 0x2c, 0x34, 0x3c].map((at) => model.config.read(at, 32));
  assertEquals(words, [0x11e8_1234, 0x0010_0000, 0x00ff_0010, 0, 0, 0x1100_1af4, 0x40, 0x0100]);
  assertEquals(model.config.read(0x40, 32), 0x0080_0005);
  assertEquals([model.config.size, model.config.bars.get(0)?.size], [256, 1 << 20]);
  assertEquals(read(EDU.id.at), 0x0100_00ed);
});

Deno.test("EmulatedEdu's liveness register gives back the inverse", () => {
  const { read, write } = edu();
  assertEquals(read(EDU.liveness.at), 0);
  for (const value of [0x1234_5678, 0, 0xffff_ffff]) {
    write(EDU.liveness.at, value);
    assertEquals(read(EDU.liveness.at), ~value >>> 0);
  }
});

Deno.test("EmulatedEdu computes factorials, which takes time and shows in status", () => {
  const { bus, read, write } = edu();
  write(EDU.factorial.at, 5);
  assertEquals([read(EDU.status.at), read(EDU.factorial.at)], [1, 5]);
  bus.pass(FACTORIAL_NS - 1);
  assertEquals(read(EDU.status.at), 1);
  bus.pass(1);
  assertEquals([read(EDU.status.at), read(EDU.factorial.at), bus.levels], [0, 120, []]);
});

Deno.test("EmulatedEdu computes factorials in 32 bits", () => {
  const { bus, read, write } = edu();
  const expected = new Map([[0, 1], [1, 1], [12, 479_001_600], [13, 1_932_053_504], [33, 0x8000_0000], [
    34,
    0,
  ]]);
  expected.set(0xffff_ffff, 0);
  for (const [n, product] of expected) {
    write(EDU.factorial.at, n);
    bus.pass(FACTORIAL_NS);
    assertEquals(read(EDU.factorial.at), product, `${n}!`);
  }
});

Deno.test("EmulatedEdu ignores a factorial while it computes one", () => {
  const { bus, read, write } = edu();
  write(EDU.factorial.at, 4);
  write(EDU.factorial.at, 6);
  assertEquals(read(EDU.factorial.at), 4);
  bus.pass(FACTORIAL_NS);
  assertEquals([read(EDU.factorial.at), read(EDU.status.at)], [24, 0]);
});

Deno.test("EmulatedEdu's status lets only the interrupt bit be written", () => {
  const { bus, read, write } = edu();
  write(EDU.status.at, 0xffff_ffff);
  assertEquals(read(EDU.status.at), 0x80);
  write(EDU.factorial.at, 3);
  write(EDU.status.at, 0);
  assertEquals(read(EDU.status.at), 1);
  bus.pass(FACTORIAL_NS);
  assertEquals([read(EDU.status.at), read(EDU.irqStatus.at)], [0, 0]);
});

Deno.test("EmulatedEdu raises an interrupt when a factorial is ready, as status says by then", () => {
  const { bus, read, write } = edu();
  write(EDU.factorial.at, 3);
  write(EDU.status.at, 0x80);
  bus.pass(FACTORIAL_NS);
  assertEquals([read(EDU.irqStatus.at), bus.levels], [EDU_IRQ.factorial, [true]]);
});

Deno.test("EmulatedEdu collects causes, and lowers INTx with the last one acknowledged", () => {
  const { bus, read, write } = edu();
  write(EDU.irqRaise.at, 0);
  assertEquals([read(EDU.irqStatus.at), bus.levels], [0, []]);
  write(EDU.irqRaise.at, 0x8000_0001);
  write(EDU.irqRaise.at, 2);
  assertEquals([read(EDU.irqStatus.at), bus.levels], [0x8000_0003, [true, true]]);
  write(EDU.irqAck.at, 0x8000_0001);
  assertEquals([read(EDU.irqStatus.at), bus.levels.length], [2, 2]);
  write(EDU.irqAck.at, 0xffff_ffff);
  assertEquals([read(EDU.irqStatus.at), bus.levels], [0, [true, true, false]]);
  assertEquals(bus.messages, []);
});

Deno.test("EmulatedEdu sends an MSI for each raise where MSI is enabled, and leaves INTx alone", () => {
  const { bus, read, write } = edu();
  bus.interruptMode = "msi";
  write(EDU.irqRaise.at, 1);
  write(EDU.irqRaise.at, 1);
  // Nothing new, but a cause is still there.
  write(EDU.irqRaise.at, 0);
  write(EDU.irqAck.at, 1);
  assertEquals([bus.messages, bus.levels, read(EDU.irqStatus.at)], [[0, 0, 0], [], 0]);
});

Deno.test("EmulatedEdu's irqStatus is read only; what is only written reads as all ones", () => {
  const { read, write } = edu();
  write(EDU.irqStatus.at, 5);
  write(EDU.id.at, 0);
  assertEquals([read(EDU.irqStatus.at), read(EDU.id.at)], [0, 0x0100_00ed]);
  assertEquals([read(EDU.irqRaise.at), read(EDU.irqAck.at)], [0xffff_ffff, 0xffff_ffff]);
});

Deno.test("EmulatedEdu moves all of its buffer in both directions, in 100 ms each", () => {
  const { bus, read64, transfer } = edu();
  const pattern = Uint8Array.from({ length: 4096 }, (_, i) => i * 7 + (i >> 8));
  bus.memory.set(pattern, 0x1000);
  transfer(0x1000n, BUFFER, 4096, 1);
  bus.pass(DMA_NS - 1);
  assertEquals([read64(EDU.dmaCommand.at), bus.accesses], [1n, []]);
  bus.pass(1);
  assertEquals(read64(EDU.dmaCommand.at), 0n);
  transfer(BUFFER, 0x8000n, 4096, 3);
  bus.pass(DMA_NS);
  assertEquals(read64(EDU.dmaCommand.at), 2n);
  assertEquals(bus.memory.slice(0x8000, 0x9000), pattern);
  assertEquals(bus.accesses, [
    { address: 0x1000n, size: 4096, write: false },
    { address: 0x8000n, size: 4096, write: true },
  ]);
  assertEquals([bus.levels, bus.messages], [[], []]);
});

Deno.test("EmulatedEdu moves a part of its buffer", () => {
  const { bus, transfer } = edu();
  bus.memory.set([1, 2, 3, 4], 0x2000);
  transfer(0x2000n, BUFFER + 4092n, 4, 1);
  bus.pass(DMA_NS);
  transfer(BUFFER + 4093n, 0x3000n, 2, 3);
  bus.pass(DMA_NS);
  assertEquals([...bus.memory.subarray(0x3000, 0x3004)], [2, 3, 0, 0]);
});

Deno.test("EmulatedEdu takes what it cannot read for zeros", () => {
  const { bus, transfer } = edu();
  bus.memory.fill(7);
  transfer(0x1000n, BUFFER, 4, 1);
  bus.pass(DMA_NS);
  transfer(0xf_fffen, BUFFER, 4, 1);
  bus.pass(DMA_NS);
  transfer(BUFFER, 0x2000n, 4, 3);
  bus.pass(DMA_NS);
  assertEquals([...bus.memory.subarray(0x2000, 0x2005)], [7, 7, 0, 0, 7]);
});

Deno.test("EmulatedEdu raises an interrupt after a transfer when the command asks for it", () => {
  const { bus, read, read64, transfer } = edu();
  transfer(BUFFER, 0n, 1, 7);
  bus.pass(DMA_NS);
  assertEquals([read(EDU.irqStatus.at), bus.levels, read64(EDU.dmaCommand.at)], [EDU_IRQ.dma, [true], 6n]);
});

Deno.test("EmulatedEdu ignores its DMA registers while a transfer runs, and a command that starts none", () => {
  const { bus, read64, write64, transfer } = edu();
  write64(EDU.dmaCommand.at, 6n);
  assertEquals(read64(EDU.dmaCommand.at), 0n);
  transfer(BUFFER, 0x5000n, 8, 3);
  transfer(1n, 2n, 3, 1);
  const at = [EDU.dmaSource.at, EDU.dmaDestination.at, EDU.dmaCount.at, EDU.dmaCommand.at];
  assertEquals(at.map((offset) => read64(offset)), [BUFFER, 0x5000n, 8n, 3n]);
  bus.pass(DMA_NS);
  bus.pass(DMA_NS);
  assertEquals(bus.accesses, [{ address: 0x5000n, size: 8, write: true }]);
  transfer(1n, BUFFER, 3, 1);
  assertEquals(at.map((offset) => read64(offset)), [1n, BUFFER, 3n, 1n]);
});

Deno.test("EmulatedEdu moves nothing outside its buffer, and is done all the same", () => {
  const { bus, read, read64, transfer } = edu();
  const ranges = [[BUFFER - 1n, 2], [BUFFER, 4097], [BUFFER + 4096n, 1], [0n, 1], [
    2n ** 64n - 1n,
    1,
  ]] as const;
  for (const [start, size] of ranges) {
    for (const command of [5, 7]) {
      transfer(command === 7 ? start : 0n, command === 7 ? 0n : start, size, command);
      bus.pass(DMA_NS);
      assertEquals(read64(EDU.dmaCommand.at), BigInt(command - 1), `${start}, ${size}`);
    }
  }
  assertEquals([bus.accesses, read(EDU.irqStatus.at)], [[], EDU_IRQ.dma]);
});

Deno.test("EmulatedEdu clamps addresses to the bits that its DMA engine has: 28, unless told otherwise", () => {
  for (const [options, address] of [[{}, 0x1000n], [{ addressBits: 40 }, 0x12_3000_1000n]] as const) {
    const { bus, transfer } = edu(options);
    bus.writeMemory = (
      at,
      from,
    ) => (bus.accesses.push({ address: at, size: from.length, write: true }), true);
    transfer(BUFFER, 0x12_3000_1000n, 16, 3);
    bus.pass(DMA_NS);
    assertEquals(bus.accesses, [{ address, size: 16, write: true }]);
  }
});

Deno.test("EmulatedEdu answers 32 bits below 0x80, and 32 or 64 from there on", () => {
  const { bar, read8, read16, read, read64, write, write64 } = edu();
  const ones64 = 0xffff_ffff_ffff_ffffn;
  assertEquals([read64(EDU.id.at), read64(0x78), read64(0xa0), read64(0xf_fff8)], Array(4).fill(ones64));
  write64(EDU.dmaSource.at, 0x1122_3344_5566_7788n);
  assertEquals([read64(0x80), read(0x80), read(0x84)], [0x1122_3344_5566_7788n, 0x5566_7788, 0xffff_ffff]);
  // 32 bits are the whole value then; the upper half is nobody's.
  write(0x84, 1);
  write(0x80, 0x99aa_bbcc);
  assertEquals(read64(0x80), 0x99aa_bbccn);
  write64(EDU.liveness.at, 5n);
  bar.write(EDU.liveness.at, 8, 5);
  bar.write(EDU.liveness.at, 16, 5);
  assertEquals(read(EDU.liveness.at), 0);
  assertEquals([read8(0), read16(0), read8(0x80), read16(0x80)], [0, 0, 0, 0]);
  assertEquals([0x0c, 0x28, 0x68, 0xa0, 0xf_fffc].map(read), Array(5).fill(0xffff_ffff));
});

Deno.test("EmulatedEdu has no reset: its registers outlive that of the function", () => {
  const { bus, model, read, write, transfer } = edu();
  write(EDU.liveness.at, 1);
  write(EDU.irqRaise.at, 4);
  transfer(BUFFER, 0x1000n, 4, 3);
  model.reset();
  assertEquals([read(EDU.liveness.at), read(EDU.irqStatus.at)], [0xffff_fffe, 4]);
  bus.pass(DMA_NS);
  assertEquals(bus.accesses.length, 1);
});

Deno.test("EmulatedEdu keeps its registers from one opening to the next", () => {
  const host = new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu());
  for (const [before, after] of [[0, 7], [0xffff_fff8, 9]] as const) {
    using device = openDevice("0000:00:04.0", { backend: host });
    const { liveness } = registers(device.region("bar0"), EDU);
    assertEquals(liveness.read(), before);
    liveness.write(after);
  }
});

Deno.test("EmulatedEdu varies its time with the host's seed, and repeats with an equal one", () => {
  const run = (seed: number) => {
    const host = new EmulatedHost({ seed }).plug("0000:00:04.0", new EmulatedEdu());
    using device = openDevice("0000:00:04.0", { backend: host });
    const { dmaCommand } = registers(device.region("bar0"), EDU);
    const times = [];
    for (let i = 0; i < 5; i++) {
      const start = host.clock.now();
      dmaCommand.write({ start: true });
      host.settle();
      times.push(host.clock.now() - start);
    }
    return times;
  };
  const [punctual, late] = [run(0), run(42)];
  assert(punctual.every((time) => time >= 100 && time < 100.1), `${punctual}`);
  assert(late.some((time) => time > 101) && late.every((time) => time >= 100 && time <= 126), `${late}`);
  assertEquals([run(0), run(42)], [punctual, late]);
});
