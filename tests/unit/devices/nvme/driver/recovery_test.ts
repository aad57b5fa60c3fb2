import { assert, assertEquals, assertMatch } from "@std/assert";
import { NVME, NVME_COMPLETION_SIZE, NVME_STATUS } from "../../../../../devices/mod.ts";
import type { BarModel, NvmeCompletion } from "../../../../../devices/mod.ts";
import { NvmeError } from "../../../../../devices/nvme/driver/mod.ts";
import { withBar, withWrites } from "../wraps.ts";
import { Ends, errorOf, Machine, thrownBy, unhandled } from "./machine.ts";

const BLOCK = 512;

Deno.test("A command that a controller never completes is aborted, and ends with ETIMEDOUT; the others go on", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ timeoutMs: 100 });
  const namespace = nvme.namespace(1);
  // The first is held back until it is aborted: the model posts that end.
  let held = true;
  machine.model.completes = (entry) => {
    if (entry.sqid === 0 || entry.status === NVME_STATUS.abortRequested || !held) return [entry];
    held = false;
    return [];
  };
  const stuck = errorOf(namespace.read(0, new Uint8Array(BLOCK)));
  const error = await stuck;
  assertEquals([error.code, error.operation], ["ETIMEDOUT", "read"]);
  assertMatch(error.message, /not within 100 ms; the controller was reset/);
  await namespace.read(0, new Uint8Array(BLOCK));
});

Deno.test("A command that is still worked on when its time is up is aborted by the controller", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ timeoutMs: 0.005 });
  const namespace = nvme.namespace(1);
  const error = await errorOf(namespace.read(0, new Uint8Array(128 * 1024)));
  assertEquals([error.code, error instanceof NvmeError], ["ETIMEDOUT", false]);
  assertMatch(error.message, /not within 0.005 ms; it was aborted/);
  assertEquals((error.cause as NvmeError).statusName, "abortRequested");
  // Nothing was reset for it.
  await namespace.read(0, new Uint8Array(BLOCK), { timeoutMs: 100 });
});

Deno.test("A controller that is stuck for good is reset: all that is under way ends, once it no longer does DMA", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ timeoutMs: 100 });
  const namespace = nvme.namespace(1);
  const ends = new Ends();
  machine.model.swallow();
  const [queue] = nvme.queues;
  using memory = nvme.prepare(machine.device.allocate(4096));
  const id = queue?.read(namespace, memory, 0, 1, ends) ?? -1;
  queue?.ring();
  const errors = await Promise.all(
    [0, 1, 2].map((lba) => errorOf(namespace.read(lba, new Uint8Array(BLOCK)))),
  );
  assertEquals(errors.map(({ code }) => code), ["ETIMEDOUT", "ETIMEDOUT", "ETIMEDOUT"]);
  assertEquals([ends.ids, ends.statuses], [[id], [NVME_STATUS.abortedByHost]]);
  assertEquals(queue?.inFlight, 0);
  machine.model.completes = (entry) => [entry];
  await namespace.read(0, new Uint8Array(BLOCK));
});

Deno.test("Commands that come while the controller is reset wait for it", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const reset = nvme.reset();
  const read = nvme.namespace(1).read(0, new Uint8Array(BLOCK));
  assertEquals(thrownBy(() => nvme.queues[0]?.flush(1, new Ends())).code, "EBUSY");
  await Promise.all([reset, read]);
  await nvme.health();
});

Deno.test("Nvme.reset() ends what is under way with abortedByHost", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const read = errorOf(nvme.namespace(1).read(0, new Uint8Array(BLOCK)));
  await Promise.resolve();
  while (nvme.queues[0]?.inFlight === 0) await Promise.resolve();
  await nvme.reset();
  const error = await read as NvmeError;
  assertEquals([error.code, error.statusName], ["ECANCELED", "abortedByHost"]);
  assertMatch(error.message, /the controller was reset/);
});

/** What a controller can tell of a read, wrongly. */
const LIES: Readonly<Record<string, [(entry: NvmeCompletion) => readonly NvmeCompletion[], RegExp]>> = {
  "an id that no command has": [
    (entry) => [{ ...entry, cid: 0x7abc }],
    /command 0x7abc, which is not under way/,
  ],
  "a command twice": [(entry) => [entry, entry], /command 0x[0-9a-f]+, which is not under way/],
  "another queue": [(entry) => [{ ...entry, sqid: 2 }], /a command of queue 2/],
  "a head outside the queue": [(entry) => [{ ...entry, sqhd: 256 }], /head 256 of a queue with 256 entries/],
  "all ones": [
    (entry) => [{ ...entry, cid: 0xffff, sqid: 0xffff, sqhd: 0xffff, status: 0x7ff, result: 0xffff_ffff }],
    /a command of queue 65535/,
  ],
};

for (const [what, [lie, reason]] of Object.entries(LIES)) {
  for (const mode of ["interrupt", "polled"] as const) {
    Deno.test(`A controller that tells of ${what} is reset, and its reader (${mode}) learns why`, async () => {
      using machine = new Machine();
      await using nvme = await machine.open();
      const namespace = nvme.namespace(1);
      for (const queue of nvme.queues) queue.mode = mode;
      machine.model.completes = (entry) => entry.sqid === 0 ? [entry] : lie(entry);
      const reads = await Promise.allSettled(
        [0, 1].map((lba) => namespace.read(lba, new Uint8Array(BLOCK))),
      );
      const rejected = reads.filter((each) => each.status === "rejected");
      assert(rejected.length > 0);
      for (const { reason: error } of rejected) {
        assert(error instanceof NvmeError);
        assertEquals([error.code, error.statusName], ["ECANCELED", "abortedByHost"]);
        assertMatch(String((error.cause as Error).message), reason);
      }
      machine.model.completes = (entry) => [entry];
      await namespace.read(0, new Uint8Array(BLOCK));
    });
  }
}

Deno.test("An id that finished already is found out, also when its slot is in use again", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const namespace = nvme.namespace(1);
  const ids: number[] = [];
  machine.model.completes = (entry) => {
    if (entry.sqid === 0) return [entry];
    ids.push(entry.cid);
    return ids.length === 2 ? [{ ...entry, cid: ids[0] as number }] : [entry];
  };
  await namespace.read(0, new Uint8Array(BLOCK));
  const error = await errorOf(namespace.read(0, new Uint8Array(BLOCK)));
  assertEquals(ids[0] === ids[1], false);
  assertMatch(String((error.cause as Error).message), /which is not under way/);
});

Deno.test("A controller whose completions are all spoilt fails, and everything after it says so", async () => {
  let spoil = false;
  using machine = new Machine({
    wrap: (nvme) =>
      withWrites(
        nvme,
        (bytes) =>
          spoil && bytes.length === NVME_COMPLETION_SIZE ? new Uint8Array(bytes.length).fill(0xff) : bytes,
      ),
  });
  await using nvme = await machine.open();
  const namespace = nvme.namespace(1);
  spoil = true;
  assertEquals((await errorOf(namespace.read(0, new Uint8Array(BLOCK)))).code, "ECANCELED");
  const error = await errorOf(namespace.read(0, new Uint8Array(BLOCK)));
  assertEquals(error.code, "EIO");
  assertMatch(error.message, /it failed, and a reset did not help/);
  assertEquals(thrownBy(() => nvme.queues[0]?.flush(1, new Ends())).code, "EIO");
  assertEquals((await errorOf(nvme.health())).code, "EIO");
  // By hand it can come back.
  spoil = false;
  await nvme.reset();
  await namespace.read(0, new Uint8Array(BLOCK));
});

Deno.test("A device that is gone ends its commands within a second, with ENODEV", async () => {
  for (const fault of ["gone", "answers-all-ones"] as const) {
    using machine = new Machine();
    const nvme = await machine.open();
    const namespace = nvme.namespace(1);
    machine.model.swallow();
    const reads = [0, 1].map((lba) => errorOf(namespace.read(lba, new Uint8Array(BLOCK))));
    while (nvme.queues[0]?.inFlight !== 2) await Promise.resolve();
    machine.host.inject(machine.device.address, fault);
    const before = machine.device.clock.now();
    assertEquals((await Promise.all(reads)).map(({ code }) => code), ["ENODEV", "ENODEV"]);
    assert(machine.device.clock.now() - before < 1100);
    assertEquals((await errorOf(namespace.read(0, new Uint8Array(BLOCK)))).code, "ENODEV");
    await nvme.close();
  }
});

Deno.test("A fatal error is noticed within a second, and the controller reset", async () => {
  let fatal = false;
  const bar = (inner: BarModel): BarModel => ({
    read: (offset, width) => inner.read(offset, width) | (fatal && offset === NVME.csts.at ? 2 : 0),
    write: (offset, width, value) => {
      if (offset === NVME.cc.at) fatal = false;
      inner.write(offset, width, value);
    },
  });
  using machine = new Machine({ wrap: (nvme) => withBar(nvme, bar) });
  await using nvme = await machine.open();
  machine.model.swallow();
  const read = errorOf(nvme.namespace(1).read(0, new Uint8Array(BLOCK)));
  while (nvme.queues[0]?.inFlight === 0) await Promise.resolve();
  fatal = true;
  const error = await read;
  assertEquals(error.code, "ECANCELED");
  assertMatch(String((error.cause as Error).message), /CSTS.CFS tells of a fatal error/);
  machine.model.completes = (entry) => [entry];
  await nvme.namespace(1).flush();
});

Deno.test("A controller that cannot be disabled has its bus mastering taken away", async () => {
  let stuck = false;
  const bar = (inner: BarModel): BarModel => ({
    read: (offset, width) => inner.read(offset, width) | (stuck && offset === NVME.csts.at ? 1 : 0),
    write: (offset, width, value) => inner.write(offset, width, value),
  });
  using machine = new Machine({ wrap: (nvme) => withBar(nvme, bar) });
  const nvme = await machine.open({ timeoutMs: 50 });
  stuck = true;
  machine.model.swallow();
  const error = await errorOf(nvme.namespace(1).read(0, new Uint8Array(BLOCK)));
  assertEquals(error.code, "ETIMEDOUT");
  assertMatch(error.message, /the controller failed/);
  assertEquals(machine.device.config.command.read().busMaster, false);
  assertEquals((await errorOf(nvme.namespace(1).flush())).code, "EIO");
  await nvme.close();
});

Deno.test("A handler that throws while commands are ended keeps neither the others from their end nor the controller from coming back", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const [queue] = nvme.queues;
  const ends = new Ends();
  const thrower = (message: string) => ({
    completed: () => {
      throw new Error(message);
    },
  });
  const messages = await unhandled(async () => {
    queue?.flush(1, thrower("first"));
    queue?.flush(1, ends);
    queue?.flush(1, thrower("second"));
    queue?.ring();
    await nvme.reset();
  });
  // Each by itself.
  assertEquals([messages.toSorted(), ends.statuses], [["first", "second"], [NVME_STATUS.abortedByHost]]);
  await nvme.namespace(1).flush();
});

Deno.test("A handler that throws while the driver is closed is an unhandled rejection, and all is let go of", async () => {
  using machine = new Machine();
  const nvme = await machine.open();
  const [queue] = nvme.queues;
  const messages = await unhandled(async () => {
    queue?.flush(1, {
      completed: () => {
        throw new Error("mine");
      },
    });
    await nvme.close();
  });
  assertEquals([messages, machine.device.config.command.read().busMaster], [["mine"], false]);
});

Deno.test("Commands that wait for a reset wait for the next too, when one that waited before them causes it", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ queues: 1 });
  const namespace = nvme.namespace(1);
  const [queue] = nvme.queues;
  assert(queue !== undefined);
  const resets = [nvme.reset()];
  const flush = queue.flush.bind(queue);
  queue.flush = (id, handler) => {
    queue.flush = flush;
    const command = flush(id, handler);
    resets.push(nvme.reset());
    return command;
  };
  const first = errorOf(namespace.flush());
  const others = [namespace.flush(), namespace.refresh(), nvme.health(), namespace.format()];
  await Promise.all(others);
  await Promise.all(resets);
  assertEquals([resets.length, (await first).code], [2, "ECANCELED"]);
});
