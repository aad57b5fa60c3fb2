import { assert, assertEquals, assertRejects } from "@std/assert";
import { AddressSpace } from "../../../driverkit/address_space.ts";
import { openDevice } from "../../../driverkit/open_device.ts";
import type { PciDevice } from "../../../driverkit/pci_device.ts";
import { registers } from "../../../core/registers.ts";
import { EDU as REGISTERS } from "../../../devices/edu/registers.ts";
import { codeOf } from "../emulated/ready.ts";
import { codeOfAsync, command, EDU, machine, NOTHING } from "./machine.ts";

/** An edu that may interrupt, with one vector of a kind. */
function interrupting(device: PciDevice, kind: "intx" | "msi") {
  const edu = registers(device.region("bar0"), REGISTERS);
  const interrupts = device.enableInterrupts(kind);
  device.config.command.update({ busMaster: true });
  return { edu, interrupts, vector: interrupts.vectors[0] };
}

Deno.test("Vector.read() gives counts that add up, and 0 when there are none", () => {
  using device = openDevice(EDU, { backend: machine() });
  const { edu, vector } = interrupting(device, "msi");
  assertEquals(vector.read(), 0);
  for (let i = 0; i < 3; i++) edu.irqRaise.write(1);
  assertEquals([vector.read(), vector.read()], [3, 0]);
});

Deno.test("Vector loses no count, whichever way one waits", async () => {
  using device = openDevice(EDU, { backend: machine() });
  const { edu, vector } = interrupting(device, "msi");
  let sum = 0;
  for (let i = 0; i < 40; i++) {
    for (let n = 0; n <= i % 3; n++) edu.irqRaise.write(1);
    if (i % 4 === 0) sum += await vector.wait({ timeoutMs: 1 });
    else if (i % 4 === 1) sum += vector.waitSync(1);
    else if (i % 4 === 2) sum += vector.read();
    else {for await (const count of vector) {
        sum += count;
        break;
      }}
  }
  assertEquals([sum, vector.read()], [79, 0]);
});

Deno.test("Vector iterates over all that comes", async () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  const { edu, vector } = interrupting(device, "msi");
  const counts: number[] = [];
  const loop = (async () => {
    for await (const count of vector) {
      counts.push(count);
      if (counts.length === 3) break;
    }
  })();
  for (const raises of [1, 2, 3]) {
    for (let i = 0; i < raises; i++) edu.irqRaise.write(1);
    await host.clock.sleep(1);
  }
  await loop;
  // The first of a burst wakes the loop, the others are counted meanwhile.
  assertEquals(counts.reduce((sum, count) => sum + count) + vector.read(), 6);
  assert(counts.every((count) => count >= 1));
});

Deno.test("Vector.waitSync() gives 0 after its timeout on the device's clock", () => {
  using device = openDevice(EDU, { backend: machine() });
  const { edu, vector } = interrupting(device, "msi");
  const start = device.clock.now();
  assertEquals(vector.waitSync(0), 0);
  assert(device.clock.now() - start < 1);
  assertEquals(vector.waitSync(250), 0);
  assert(device.clock.now() - start >= 250);
  edu.irqRaise.write(1);
  assertEquals(vector.waitSync(0), 1);
});

Deno.test("Vector.wait() gives 0 after its timeout on the device's clock", async () => {
  using device = openDevice(EDU, { backend: machine() });
  const { edu, vector } = interrupting(device, "msi");
  const start = device.clock.now();
  assertEquals(await vector.wait({ timeoutMs: 0 }), 0);
  assertEquals(await vector.wait({ timeoutMs: 1e6 }), 0);
  assert(device.clock.now() - start >= 1e6);
  edu.irqRaise.write(1);
  assertEquals(await vector.wait({ timeoutMs: 0 }), 1);
  await assertRejects(() => vector.wait({ timeoutMs: -1 }), TypeError);
});

Deno.test("Vector.wait() rejects with the reason of its AbortSignal, and what comes then is not lost", async () => {
  using device = openDevice(EDU, { backend: machine() });
  const { edu, vector } = interrupting(device, "msi");
  const controller = new AbortController();
  const { signal } = controller;
  const wait = assertRejects(() => vector.wait({ signal }), Error, "enough");
  await Promise.resolve();
  controller.abort(new Error("enough"));
  edu.irqRaise.write(1);
  await wait;
  await assertRejects(() => vector.wait({ signal }), Error, "enough");
  assertEquals(await vector.wait({ timeoutMs: 0, signal: new AbortController().signal }), 1);
});

Deno.test("Vector waits for a completion that the device gives later", async () => {
  using device = openDevice(EDU, { backend: machine() });
  const { edu, vector } = interrupting(device, "msi");
  const run = () => edu.dmaCommand.write({ start: true, irqWhenDone: true });
  run();
  assertEquals([vector.waitSync(99), vector.waitSync(2)], [0, 1]);
  run();
  assertEquals(await vector.wait(), 1);
});

Deno.test("Vector of INTx is masked when it fires, and unmasked when more is asked for", async () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  const { edu, vector } = interrupting(device, "intx");
  edu.irqRaise.write(1);
  assertEquals([await vector.wait(), command(host, EDU).intxDisable], [1, true]);
  // Not acknowledged: the line is still asserted, and fires at once.
  assertEquals([vector.waitSync(1), vector.read(), await vector.wait({ timeoutMs: 1 })], [1, 1, 1]);
  edu.irqAck.write(1);
  assertEquals([vector.read(), command(host, EDU).intxDisable], [0, false]);
  edu.irqRaise.write(2);
  assertEquals(await vector.wait(), 1);
  edu.irqAck.write(2);
  assertEquals(await vector.wait({ timeoutMs: 1 }), 0);
});

Deno.test("Vector of INTx in a loop sees each assertion once", async () => {
  const host = machine();
  using device = openDevice(EDU, { backend: host });
  const { edu, vector } = interrupting(device, "intx");
  const causes: number[] = [];
  edu.irqRaise.write(1);
  for await (const count of vector) {
    assertEquals(count, 1);
    const cause = edu.irqStatus.read();
    causes.push(cause);
    edu.irqAck.write(cause);
    if (cause === 8) break;
    edu.irqRaise.write(cause * 2);
  }
  assertEquals(causes, [1, 2, 4, 8]);
});

Deno.test("Vector.mask() holds until unmask(), whatever is asked for", () => {
  using device = openDevice(EDU, { backend: machine() });
  const { edu, vector } = interrupting(device, "intx");
  vector.mask();
  edu.irqRaise.write(1);
  assertEquals([vector.read(), vector.waitSync(1)], [0, 0]);
  vector.unmask();
  assertEquals(vector.read(), 1);
  vector.mask();
  assertEquals([vector.read(), vector.waitSync(1)], [0, 0]);
});

Deno.test("Vector.mask() and unmask() are INTx's alone", () => {
  using device = openDevice(EDU, { backend: machine() });
  const { vector } = interrupting(device, "msi");
  assertEquals([codeOf(() => vector.mask()), codeOf(() => vector.unmask())], ["ENOTTY", "ENOTTY"]);
});

Deno.test("Vector.trigger() fires through the kernel, for every kind", () => {
  using device = openDevice(EDU, { backend: machine() });
  for (const kind of ["intx", "msi"] as const) {
    using interrupts = device.enableInterrupts(kind);
    const [vector] = interrupts.vectors;
    vector.trigger();
    vector.trigger();
    assertEquals([vector.read(), vector.waitSync(1)], [2, 0], kind);
  }
});

Deno.test("Vector.signal is what interrupts add to", () => {
  using device = openDevice(EDU, { backend: machine() });
  const { vector } = interrupting(device, "msi");
  vector.signal.notify(7);
  assertEquals([vector.read(), vector.index, vector.closed], [7, 0, false]);
});

Deno.test("Vector says EBADF after its Interrupts, its device or its space is disposed of", async () => {
  for (const owner of ["interrupts", "device", "space"]) {
    const host = machine();
    using space = new AddressSpace({ backend: host });
    const device = space.open(EDU);
    const { edu, interrupts, vector } = interrupting(device, "intx");
    edu.irqRaise.write(1);
    assertEquals(vector.read(), 1);
    const waits = [codeOfAsync(vector.wait()), codeOfAsync(vector.wait({ timeoutMs: 1e6 }))];
    // Still asserted: the first wait is over, the second goes on.
    assertEquals(await waits[0], "0");
    const owners: Record<string, Disposable> = { interrupts, device, space };
    owners[owner]?.[Symbol.dispose]();
    assertEquals(await waits[1], "EBADF", owner);
    const calls = [
      () => vector.read(),
      () => vector.waitSync(0),
      () => vector.trigger(),
      () => vector.mask(),
      () => vector.unmask(),
    ];
    assertEquals(calls.map(codeOf), calls.map(() => "EBADF"), owner);
    assertEquals(await codeOfAsync(vector.wait()), "EBADF");
    for await (const count of vector) assert(false, `${count}`);
    assertEquals(vector.closed, true);
    space[Symbol.dispose]();
    assertEquals(host.holdings(), NOTHING);
  }
});

Deno.test("Vector that is disposed of leaves alone those that were enabled after it", () => {
  using device = openDevice(EDU, { backend: machine() });
  const [old] = device.enableInterrupts("intx").vectors;
  device.quiesce();
  const [vector] = device.enableInterrupts("intx").vectors;
  for (const act of [() => old.trigger(), () => old.mask()]) assertEquals(codeOf(act), "EBADF");
  assertEquals(vector.read(), 0);
});
