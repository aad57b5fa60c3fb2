import { assert, assertEquals, assertThrows } from "@std/assert";
import { VfioError } from "../../../core/errors.ts";
import type { IrqKind } from "../../../core/irq.ts";
import type { InterruptOptions } from "../../../driverkit/interrupts.ts";
import { openDevice } from "../../../driverkit/open_device.ts";
import { passiveNvme } from "../../../devices/passive/shapes.ts";
import { codeOf } from "../emulated/ready.ts";
import { codeOfAsync, command, EDU, machine, NVME } from "./machine.ts";

/** MSI-X Control of an NVMe controller: its Enable bit. */
function msixEnabled(host: ReturnType<typeof machine>): boolean {
  const bytes = new Uint8Array(2);
  host.host.readConfig(NVME, 0x42, bytes);
  return ((bytes[1] ?? 0) & 0x80) !== 0;
}

Deno.test("PciDevice.enableInterrupts() enables as many vectors as the device has", () => {
  using edu = openDevice(EDU, { backend: machine() });
  using nvme = openDevice(NVME, { backend: machine() });
  const lengths = [
    edu.enableInterrupts("msi").vectors.length,
    nvme.enableInterrupts("msix").vectors.length,
    nvme.enableInterrupts("err").vectors.length,
  ];
  assertEquals(lengths, [1, 65, 1]);
});

Deno.test("PciDevice.enableInterrupts() enables as many as asked, numbered in the device's order", () => {
  const host = machine();
  using nvme = openDevice(NVME, { backend: host });
  const { vectors, kind, closed } = nvme.enableInterrupts("msix", { count: 3 });
  assertEquals([vectors.map(({ index }) => index), kind, closed], [[0, 1, 2], "msix", false]);
  assertEquals(msixEnabled(host), true);
  vectors[2]?.trigger();
  assertEquals(vectors.map((vector) => vector.read()), [0, 0, 1]);
});

Deno.test("PciDevice.enableInterrupts() says ENOSPC when the device has too few vectors, unless { atLeast }", () => {
  const host = machine();
  using edu = openDevice(EDU, { backend: host });
  const held = host.holdings();
  const error = assertThrows(
    () => edu.enableInterrupts("msi", { count: 4 }),
    VfioError,
    "{ atLeast } takes fewer",
  );
  assertEquals([error.code, error.operation, error.subject], ["ENOSPC", "VFIO_DEVICE_SET_IRQS", EDU]);
  assertEquals(codeOf(() => edu.enableInterrupts("msi", { count: 4, atLeast: 2 })), "ENOSPC");
  assertEquals(host.holdings(), held);
  assertEquals(edu.enableInterrupts("msi", { count: 4, atLeast: 1 }).vectors.length, 1);
});

Deno.test("PciDevice.enableInterrupts() says ENOSPC when the platform has too few vectors, unless { atLeast }", () => {
  const host = machine({ vectorLimit: 8 });
  using nvme = openDevice(NVME, { backend: host });
  const held = host.holdings();
  assertEquals(codeOf(() => nvme.enableInterrupts("msix")), "ENOSPC");
  assertEquals(codeOf(() => nvme.enableInterrupts("msix", { count: 16, atLeast: 9 })), "ENOSPC");
  assertEquals([host.holdings(), msixEnabled(host)], [held, false]);
  const { vectors } = nvme.enableInterrupts("msix", { count: 16, atLeast: 4 });
  assertEquals(vectors.length, 8);
  assertEquals(host.holdings().descriptors, held.descriptors + 8);
  vectors.at(-1)?.trigger();
  assertEquals(vectors.at(-1)?.read(), 1);
});

Deno.test("PciDevice.enableInterrupts() refuses kinds that the device does not have with EINVAL", () => {
  const host = machine();
  using edu = openDevice(EDU, { backend: host });
  using nvme = openDevice(NVME, { backend: host });
  const held = host.holdings();
  for (const [device, kind] of [[edu, "msix"], [edu, "err"], [nvme, "msi"]] as const) {
    assertEquals(codeOf(() => device.enableInterrupts(kind)), "EINVAL", kind);
    assertEquals(codeOf(() => device.enableInterrupts(kind, { count: 2, atLeast: 1 })), "EINVAL", kind);
  }
  assertEquals(host.holdings(), held);
});

Deno.test("PciDevice.enableInterrupts() refuses counts that cannot be meant", () => {
  const host = machine();
  using nvme = openDevice(NVME, { backend: host });
  const enable = (options: InterruptOptions) => () => nvme.enableInterrupts("msix", options);
  for (const count of [0, -1, 1.5, NaN]) {
    assertThrows(enable({ count }), TypeError, "count");
    assertThrows(enable({ atLeast: count }), TypeError, "atLeast");
  }
  assertThrows(enable({ count: 2, atLeast: 3 }), RangeError, "at least 3");
  assertEquals(nvme.enableInterrupts("msix", { count: 2, atLeast: 2 }).vectors.length, 2);
});

Deno.test("PciDevice.enableInterrupts() enables one of INTx, MSI and MSI-X at a time", () => {
  const host = machine();
  using edu = openDevice(EDU, { backend: host });
  const kinds: readonly IrqKind[] = ["intx", "msi"];
  for (const kind of kinds) {
    using _enabled = edu.enableInterrupts(kind);
    const held = host.holdings();
    for (const other of kinds) {
      assertEquals(codeOf(() => edu.enableInterrupts(other)), other === kind ? "EBUSY" : "EINVAL");
    }
    assertEquals(host.holdings(), held);
  }
  const error = assertThrows(() => edu.enableInterrupts("req"), VfioError, "releaseRequests");
  assertEquals(error.code, "EBUSY");
});

Deno.test("PciDevice.enableInterrupts() that fails leaves nothing, at whichever call", () => {
  const host = machine({ vectorLimit: 2 });
  using nvme = openDevice(NVME, { backend: host });
  const held = host.holdings();
  const enable = () => nvme.enableInterrupts("msix", { count: 3, atLeast: 1 });
  const before = host.calls.count;
  enable()[Symbol.dispose]();
  // The last call was the dispose's.
  const calls = host.calls.count - before - 1;
  assertEquals(calls, 6);
  for (let nth = 1; nth <= calls; nth++) {
    host.calls.fail(nth, "EINTR");
    assertEquals([codeOf(enable), host.holdings(), msixEnabled(host)], ["EINTR", held, false], `call ${nth}`);
  }
  assertEquals(enable().vectors.length, 2);
});

Deno.test("Interrupts dispose disables the kind and closes its vectors, and again is a no-op", () => {
  const host = machine();
  using nvme = openDevice(NVME, { backend: host });
  const held = host.holdings();
  const interrupts = nvme.enableInterrupts("msix", { count: 2 });
  interrupts[Symbol.dispose]();
  const { count } = host.calls;
  interrupts[Symbol.dispose]();
  assertEquals([host.calls.count, host.holdings(), msixEnabled(host)], [count, held, false]);
  assert(interrupts.closed && interrupts.vectors.every(({ closed }) => closed));
  nvme.enableInterrupts("intx");
});

Deno.test("Interrupts dispose closes its vectors also when the kernel does not disable them", async () => {
  const host = machine();
  using edu = openDevice(EDU, { backend: host });
  const held = host.holdings();
  const interrupts = edu.enableInterrupts("msi");
  const wait = codeOfAsync(interrupts.vectors[0].wait());
  host.calls.fail(1, "EIO");
  assertEquals([codeOf(() => interrupts[Symbol.dispose]()), host.holdings()], ["EIO", held]);
  assertEquals(await wait, "EBADF");
});

Deno.test("Interrupts dispose ends waits: wait() with EBADF, `for await` quietly", async () => {
  using edu = openDevice(EDU, { backend: machine() });
  const interrupts = edu.enableInterrupts("msi");
  const [vector] = interrupts.vectors;
  const counts: number[] = [];
  const loop = (async () => {
    for await (const count of vector) {
      counts.push(count);
      if (counts.length === 2) interrupts[Symbol.dispose]();
    }
  })();
  for (let i = 0; i < 2; i++) {
    vector.trigger();
    while (counts.length === i) await Promise.resolve();
  }
  await loop;
  assertEquals([counts, codeOf(() => vector.read())], [[1, 1], "EBADF"]);
});

Deno.test("Interrupts of kind err fire when the device reports an error", async () => {
  const host = machine();
  using nvme = openDevice(NVME, { backend: host });
  const [vector] = nvme.enableInterrupts("err").vectors;
  host.inject(NVME, "error");
  assertEquals(await vector.wait({ timeoutMs: 1 }), 1);
});

Deno.test("Interrupts reach the program only while the device is bus master, INTx always", () => {
  const model = passiveNvme();
  const host = machine().plug("0000:00:07.0", model);
  using device = openDevice("0000:00:07.0", { backend: host });
  {
    const [vector] = device.enableInterrupts("msix", { count: 1 }).vectors;
    model.fire(0);
    assertEquals(vector.waitSync(1), 0);
    device.config.command.update({ busMaster: true });
    model.fire(0);
    assertEquals(vector.waitSync(1), 1);
    device.quiesce();
  }
  assertEquals(command(host, "0000:00:07.0").master, false);
  const [vector] = device.enableInterrupts("intx").vectors;
  model.fire();
  assertEquals(vector.waitSync(1), 1);
});
