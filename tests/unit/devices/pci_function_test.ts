import { assertEquals } from "@std/assert";
import { express, msi, msix, powerManagement } from "../../../devices/capabilities.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import type { CapabilityDeclaration } from "../../../devices/config_space.ts";
import type { Message } from "../../../devices/msix_table.ts";
import { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import { PciFunction } from "../../../devices/pci_function.ts";

const COMMAND = 0x04;
const STATUS = 0x06;
const MASTER = 4;
const DECODE = 3;
const ONES_64 = 0xffff_ffff_ffff_ffffn;

/** A function around plain memory: BAR 0 memory, BAR 2 I/O, and capabilities from 0x40 on. */
function functionOf(...capabilities: CapabilityDeclaration[]) {
  const config = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000, interruptPin: 1 })
    .bar(0, { kind: "memory32", size: 0x4000 })
    .bar(2, { kind: "io", size: 16 });
  for (const capability of capabilities) config.capability(capability);
  const model = new PassiveDevice(config);
  let resets = 0;
  model.reset = () => void resets++;
  const messages: Message[] = [];
  const levels: boolean[] = [];
  const port = {
    message: (message: Message) => void messages.push(message),
    intx: (asserted: boolean) => void levels.push(asserted),
  };
  const it = new PciFunction(model, port);
  it.writeConfig(COMMAND, 16, DECODE | MASTER);
  return { it, model, messages, levels, resets: () => resets };
}

Deno.test("PciFunction decodes BARs as Command says: memory and I/O apart", () => {
  const { it } = functionOf();
  it.writeBar(0, 8, 32, 0x1234_5678);
  it.writeBar64(0, 16, 1n);
  it.writeBar(2, 0, 8, 5);
  for (const [command, memory, io] of [[3, true, true], [1, false, true], [2, true, false]] as const) {
    it.writeConfig(COMMAND, 16, command);
    assertEquals([it.decodes(0), it.decodes(2), it.decodes(6)], [memory, io, memory]);
    assertEquals(
      [it.readBar(0, 8, 32), it.readBar64(0, 16)],
      memory ? [0x1234_5678, 1n] : [0xffff_ffff, ONES_64],
    );
    assertEquals(it.readBar(2, 0, 8), io ? 5 : 0xff);
  }
  it.writeConfig(COMMAND, 16, 0);
  it.writeBar(0, 8, 32, 0);
  it.writeBar64(0, 16, 2n);
  it.writeConfig(COMMAND, 16, 2);
  assertEquals([it.readBar(0, 8, 32), it.readBar64(0, 16), it.readBar(1, 0, 16)], [0x1234_5678, 1n, 0xffff]);
});

Deno.test("PciFunction makes two accesses of 64 bits where the model takes 32, the lower first", () => {
  const { it, model } = functionOf();
  const seen: string[] = [];
  const bar = {
    read: (at: number) => (seen.push(`r${at}`), at),
    write: (at: number, _width: number, value: number) => void seen.push(`w${at}=${value}`),
  };
  Object.defineProperty(model, "bars", { value: { 0: bar } });
  assertEquals(it.readBar64(0, 8), 0xc_0000_0008n);
  it.writeBar64(0, 8, 0x2_0000_0001n);
  assertEquals(seen, ["r8", "r12", "w8=1", "w12=2"]);
});

Deno.test("PciFunction asserts INTx with the status bit, and holds the line while Command disables it", () => {
  const { it, levels } = functionOf();
  it.setIntx(true);
  it.setIntx(true);
  assertEquals([it.readConfig(STATUS, 16) & 8, levels], [8, [true]]);
  it.writeConfig(COMMAND, 16, 0x400);
  assertEquals([it.readConfig(STATUS, 16) & 8, levels], [8, [true, false]]);
  it.writeConfig(COMMAND, 16, 0);
  it.setIntx(false);
  assertEquals([it.readConfig(STATUS, 16) & 8, levels], [0, [true, false, true, false]]);
});

Deno.test("PciFunction tells which kind of interrupt is enabled, and lowers INTx for messages", () => {
  const { it, levels } = functionOf(msi(), msix({ vectors: 2, bar: 0 }));
  assertEquals(it.interruptMode, "intx");
  it.setIntx(true);
  it.writeConfig(0x42, 16, 1);
  assertEquals([it.interruptMode, levels], ["msi", [true, false]]);
  it.writeConfig(0x42, 16, 0);
  it.writeConfig(0x52, 16, 0x8000);
  assertEquals([it.interruptMode, levels], ["msix", [true, false, true, false]]);
});

Deno.test("PciFunction sends MSI messages: the vector is the data's low bits, as many as are enabled", () => {
  const { it, messages } = functionOf(msi({ vectors: 8 }));
  it.sendMessage(0);
  it.writeConfig(0x44, 32, 0xfee0_1000);
  it.writeConfig(0x48, 32, 1);
  it.writeConfig(0x4c, 16, 0x40fe);
  it.writeConfig(0x42, 16, 0x0021);
  for (const vector of [0, 3, 6]) it.sendMessage(vector);
  const address = 0x1_fee0_1000n;
  assertEquals(messages, [0x40fc, 0x40ff, 0x40fe].map((data) => ({ address, data })));
});

Deno.test("PciFunction sends no message without bus mastering", () => {
  const { it, messages } = functionOf(msi(), msix({ vectors: 1, bar: 0 }));
  it.writeBar(0, 12, 32, 0);
  it.writeConfig(COMMAND, 16, DECODE);
  assertEquals(it.busMaster, false);
  for (const [at, enable] of [[0x42, 1], [0x52, 0x8000]] as const) {
    it.writeConfig(at, 16, enable);
    it.sendMessage(0);
  }
  assertEquals([it.interruptMode, messages], ["msix", []]);
});

Deno.test("PciFunction keeps MSI vectors that are masked, and sends them when they are not", () => {
  const { it, messages } = functionOf(msi({ vectors: 2, address64: false, maskable: true }));
  it.writeConfig(0x42, 16, 0x11);
  it.writeConfig(0x4c, 32, 3);
  it.sendMessage(1);
  it.sendMessage(1);
  assertEquals([messages, it.readConfig(0x50, 32)], [[], 2]);
  it.writeConfig(0x4c, 32, 1);
  assertEquals([messages, it.readConfig(0x50, 32)], [[{ address: 0n, data: 1 }], 0]);
  it.sendMessage(0);
  it.writeConfig(0x4c, 32, 0);
  assertEquals(messages.length, 2);
});

Deno.test("PciFunction lays the MSI-X table and its pending bits over the BAR", () => {
  const { it, model } = functionOf(msix({ vectors: 2, bar: 0, table: 0x1000, pba: 0x2000 }));
  model.bars[0]?.write(0x100c, 32, 0x55);
  model.bars[0]?.write(0x1020, 32, 0x66);
  assertEquals([it.readBar(0, 0x100c, 32), it.readBar(0, 0x1020, 32), it.readBar(0, 0x2000, 32)], [
    1,
    0x66,
    0,
  ]);
  it.writeBar64(0, 0x1000, 0x1_fee0_0000n);
  assertEquals([it.readBar64(0, 0x1000), model.bars[0]?.read(0x1000, 32)], [0x1_fee0_0000n, 0]);
});

Deno.test("PciFunction keeps MSI-X vectors that are masked by themselves or all together", () => {
  const { it, messages } = functionOf(msix({ vectors: 2, bar: 0, table: 0x1000, pba: 0x2000 }));
  it.writeConfig(0x42, 16, 0x8000);
  it.writeBar(0, 0x1010, 32, 0xfee0_0000);
  it.writeBar(0, 0x1018, 32, 7);
  it.sendMessage(1);
  it.sendMessage(1);
  it.sendMessage(2);
  assertEquals([messages, it.readBar(0, 0x2000, 32)], [[], 2]);
  it.writeConfig(0x42, 16, 0xc000);
  it.writeBar(0, 0x101c, 32, 0);
  assertEquals([messages, it.readBar(0, 0x2000, 32)], [[], 2]);
  it.writeConfig(0x42, 16, 0x8000);
  assertEquals([messages, it.readBar(0, 0x2000, 32)], [[{ address: 0xfee0_0000n, data: 7 }], 0]);
  it.sendMessage(1);
  assertEquals(messages.length, 2);
  it.writeConfig(0x42, 16, 0xc000);
  it.sendMessage(1);
  assertEquals([messages.length, it.readBar(0, 0x2000, 32)], [2, 2]);
});

Deno.test("PciFunction resets itself by the FLR bit, which reads as 0", () => {
  const { it, resets, levels } = functionOf(express({ flr: true }), msix({ vectors: 1, bar: 0, at: 0x90 }));
  it.setIntx(true);
  it.writeConfig(0x92, 16, 0x8000);
  it.writeBar(0, 12, 32, 0);
  assertEquals(it.resettable, true);
  it.writeConfig(0x48, 16, 0x8000);
  assertEquals([resets(), it.readConfig(0x48, 16), it.readConfig(COMMAND, 16)], [1, 0, 0]);
  assertEquals([it.interruptMode, it.readConfig(STATUS, 16) & 8, levels], ["intx", 0, [true, false]]);
  it.writeConfig(COMMAND, 16, DECODE);
  assertEquals(it.readBar(0, 12, 32), 1);
});

Deno.test("PciFunction.reset() lowers INTx for good", () => {
  const { it, levels } = functionOf();
  it.setIntx(true);
  it.reset();
  it.writeConfig(COMMAND, 16, DECODE);
  assertEquals([it.readConfig(STATUS, 16) & 8, levels], [0, [true, false]]);
});

Deno.test("PciFunction without FLR takes no such bit", () => {
  const { it, resets } = functionOf(express());
  it.writeConfig(0x48, 16, 0x8000);
  assertEquals([it.resettable, resets()], [false, 0]);
});

Deno.test("PciFunction resets itself by Advanced Features' FLR", () => {
  const advanced = { id: 0x13, body: new Uint8Array([6, 3, 0, 0]), writable: new Uint8Array([0, 0, 1, 0]) };
  const { it, resets } = functionOf(advanced);
  assertEquals(it.resettable, true);
  it.writeConfig(0x44, 8, 1);
  assertEquals([resets(), it.readConfig(0x44, 8)], [1, 0]);
});

Deno.test("PciFunction resets itself on the way out of D3hot, unless it says that it does not", () => {
  for (const [noSoftReset, resets, command] of [[false, 1, 0], [true, 0, 7]] as const) {
    const made = functionOf(powerManagement({ noSoftReset }));
    const { it } = made;
    assertEquals([it.powerState, it.resettable], [0, !noSoftReset]);
    const control = noSoftReset ? 8 : 0;
    it.writeConfig(0x44, 16, control | 3);
    assertEquals([it.powerState, made.resets()], [3, 0]);
    it.writeConfig(0x44, 16, control);
    assertEquals([it.powerState, made.resets(), it.readConfig(COMMAND, 16)], [0, resets, command]);
  }
});
