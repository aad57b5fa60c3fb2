import { assert, assertEquals, assertRejects } from "@std/assert";
import { nvmeDoorbell } from "../../../../../devices/mod.ts";
import { NvmeError } from "../../../../../devices/nvme/driver/mod.ts";
import { errorOf, Machine } from "./machine.ts";

Deno.test("Nvme.health() counts what was done", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const before = await nvme.health();
  assertEquals([before.temperature, before.warnings.readOnly, before.spare], [0x143, false, 100]);
  const namespace = nvme.namespace(1);
  for (let i = 0; i < 3; i++) await namespace.write(0, new Uint8Array(512));
  await namespace.read(0, new Uint8Array(512));
  const { hostReads, hostWrites } = await nvme.health();
  assertEquals([hostReads - before.hostReads, hostWrites - before.hostWrites], [1n, 3n]);
});

Deno.test("Nvme.errorLog() tells of commands that failed, the newest first", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  assertEquals(await nvme.errorLog(), []);
  const namespace = nvme.namespace(1);
  const error = await assertRejects(() => namespace.read(namespace.blocks, new Uint8Array(512)), NvmeError);
  assertEquals(error.more, true);
  await errorOf(namespace.read(namespace.blocks, new Uint8Array(512)));
  const log = await nvme.errorLog();
  assertEquals(log.map(({ count, queue, statusName, namespace: id }) => ({ count, queue, statusName, id })), [
    { count: 2n, queue: 1, statusName: "lbaOutOfRange", id: 1 },
    { count: 1n, queue: 1, statusName: "lbaOutOfRange", id: 1 },
  ]);
});

/** Rings a doorbell that no queue has: the controller reports an event. */
function disturb(machine: Machine): void {
  machine.device.region("bar0").write32(nvmeDoorbell(60, "tail", 0), 1);
}

Deno.test("Nvme.events() gives what happens, and again after the log page was read", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const events = nvme.events();
  for (let i = 0; i < 2; i++) {
    const next = events.next();
    await machine.device.clock.sleep(1);
    disturb(machine);
    assertEquals(await next, { done: false, value: { type: "error", info: 0, page: 1 } });
    assertEquals((await nvme.errorLog()).length, i + 1);
  }
  await events.return();
});

Deno.test("Nvme.events() does not keep other commands waiting, nor time from standing still", async () => {
  using machine = new Machine();
  const nvme = await machine.open();
  const next = nvme.events().next();
  await nvme.health();
  await nvme.namespace(1).flush();
  await nvme.close();
  assertEquals(await next, { done: true, value: undefined });
});

Deno.test("Nvme.events() goes on over a reset", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const next = nvme.events().next();
  await machine.device.clock.sleep(1);
  await nvme.reset();
  await machine.device.clock.sleep(1);
  disturb(machine);
  assertEquals((await next).value?.type, "error");
});

Deno.test("Nvme.events() is cancelled by a signal, and its request taken back", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const aborting = new AbortController();
  const next = nvme.events({ signal: aborting.signal }).next();
  await machine.device.clock.sleep(1);
  aborting.abort(new Error("enough"));
  await assertRejects(() => next, Error, "enough");
  await assertRejects(() => nvme.events({ signal: aborting.signal }).next(), Error, "enough");
  // Four may listen, so the one taken back is not among them.
  const others = [0, 1, 2, 3].map(() => nvme.events().next());
  await machine.device.clock.sleep(1);
  disturb(machine);
  await Promise.race(others);
});

Deno.test("Nvme.events() says when too many listen, and when nothing would wake it", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const listeners = [0, 1, 2, 3].map(() => nvme.events().next());
  const error = await assertRejects(() => nvme.events().next(), NvmeError);
  assertEquals(error.statusName, "asyncEventLimitExceeded");
  assertEquals(listeners.length, 4);
  using other = new Machine();
  await using polled = await other.open({ interrupts: "none" });
  assertEquals((await errorOf(polled.events().next())).code, "EOPNOTSUPP");
});

Deno.test("Nvme.reset() keeps namespaces and queues, and what was made ready", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ queues: 2 });
  const namespace = nvme.namespace(1);
  using memory = nvme.prepare(machine.device.allocate(65536));
  memory.bytes.fill(7);
  await namespace.write(0, memory);
  const { queues } = nvme;
  await Promise.all([nvme.reset(), nvme.reset()]);
  await nvme.reset();
  assertEquals(nvme.queues, queues);
  memory.bytes.fill(0);
  for (const queue of queues) await namespace.read(0, memory, { queue });
  assert(memory.bytes.every((byte) => byte === 7));
});

Deno.test("Nvme works by INTx, by polling, and without bus mastering of its caller's", async () => {
  for (const interrupts of ["intx", "none", "msix"] as const) {
    using machine = new Machine();
    await using nvme = await machine.open({ interrupts });
    const namespace = nvme.namespace(1);
    const data = new Uint8Array(4096).fill(3);
    for (let i = 0; i < 5; i++) await namespace.write(i * 8, data);
    await Promise.all([0, 1, 2].map((i) => namespace.read(i * 8, new Uint8Array(4096))));
    assertEquals((await nvme.health()).hostWrites, 5n);
    await nvme.reset();
    await namespace.flush();
  }
});

Deno.test("Nvme.prepare() refuses more than one command moves", async () => {
  using machine = new Machine({ mdts: 1 });
  await using nvme = await machine.open();
  using buffer = machine.device.allocate(65536);
  let message = "";
  try {
    nvme.prepare(buffer);
  } catch (error) {
    message = (error as Error).message;
  }
  assertEquals(
    message,
    "Cannot transfer 65536 bytes with one command: the controller takes 8192 at most",
  );
});
