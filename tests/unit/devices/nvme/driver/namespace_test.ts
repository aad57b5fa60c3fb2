import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { ByteMemory, registers, VfioError } from "../../../../../mod.ts";
import {
  NVME_BLOCK_FORMAT,
  NVME_CNS,
  NVME_CONTROLLER,
  NVME_NAMESPACE,
  NVME_STATUS,
} from "../../../../../devices/mod.ts";
import { NvmeError } from "../../../../../devices/nvme/driver/mod.ts";
import { pattern } from "../rig.ts";
import { errorOf, Machine } from "./machine.ts";

Deno.test("NvmeNamespace tells its size and formats", async () => {
  using machine = new Machine({ namespaces: 3, lbaSize: 4096, blocks: 1000 });
  await using nvme = await machine.open();
  assertEquals(nvme.namespaces.map(({ id }) => id), [1, 2, 3]);
  const namespace = nvme.namespace(2);
  assertEquals(
    [namespace.blocks, namespace.blockSize, namespace.blockShift, namespace.size],
    [1000n, 4096, 12, 4_096_000n],
  );
  assertEquals(namespace.formats.map(({ blockSize }) => blockSize), [512, 4096]);
});

Deno.test("NvmeNamespace.read() gives what write() wrote, of any length and kind of memory", async () => {
  using machine = new Machine({ mdts: 2 });
  await using nvme = await machine.open({ queues: 2 });
  const namespace = nvme.namespace(1);
  // mdts 2 is 16 KiB a command: one, several, and a piece at the end.
  for (const size of [512, 4096, 8192, 16384, 16896, 200 * 512 + 16384 * 20]) {
    const data = pattern(size, size);
    await namespace.write(11, data);
    const array = new Uint8Array(size);
    await namespace.read(11, array);
    assertEquals(array, data);

    using buffer = machine.device.allocate(size);
    const whole = Math.floor(buffer.size / 512) * 512;
    buffer.bytes.set(data);
    await namespace.write(2000n, buffer);
    buffer.bytes.fill(0);
    await namespace.read(2000n, buffer);
    assertEquals(buffer.bytes.slice(0, size), data);
    assertEquals(buffer.bytes.slice(size, whole), new Uint8Array(whole - size));
  }
  assertEquals(machine.host.faults(), []);
});

Deno.test("NvmeNamespace.read() moves memory that was made ready, wherever it begins in a page", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const namespace = nvme.namespace(1);
  using buffer = machine.device.allocate(64 * 1024);
  for (const [offset, size] of [[0, 4096], [512, 4096], [4092, 512], [2048, 8192], [4, 40960]] as const) {
    const data = pattern(size, offset);
    await namespace.write(100, data);
    buffer.bytes.fill(0);
    using memory = nvme.prepare(buffer, offset, size);
    await namespace.read(100, memory);
    assertEquals(memory.bytes.slice(), data);
    assert(buffer.bytes.slice(0, offset).every((byte) => byte === 0));
    assert(buffer.bytes.slice(offset + size).every((byte) => byte === 0));
    await namespace.write(300, memory, { fua: true });
    const back = new Uint8Array(size);
    await namespace.read(300, back);
    assertEquals(back, data);
  }
});

Deno.test("NvmeNamespace.read() refuses what is not whole blocks, and blocks that cannot be named", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const namespace = nvme.namespace(1);
  for (const size of [0, 1, 511, 513]) {
    await assertRejects(() => namespace.read(0, new Uint8Array(size)), RangeError, "whole blocks of 512");
  }
  for (const lba of [-1, 0.5, 2 ** 53, NaN, -1n, 2n ** 64n]) {
    await assertRejects(() => namespace.read(lba, new Uint8Array(512)), RangeError, "as a block");
    await assertRejects(() => namespace.writeZeroes(lba, 1), RangeError, "as a block");
    await assertRejects(() => namespace.deallocate([{ lba, blocks: 1 }]), RangeError, "as a block");
  }
  await assertRejects(() => namespace.read(0, "no" as unknown as Uint8Array), TypeError);
  await assertRejects(() => namespace.writeZeroes(0, 0), TypeError);
  await assertRejects(() => namespace.read(0, new Uint8Array(512), { timeoutMs: NaN }), TypeError);
});

Deno.test("NvmeNamespace's blocks beyond the end are the controller's to refuse", async () => {
  using machine = new Machine({ blocks: 1000 });
  await using nvme = await machine.open();
  const namespace = nvme.namespace(1);
  const data = new Uint8Array(1024);
  for (const lba of [999, 1000n, 2 ** 52, 2n ** 63n, 2n ** 64n - 1n]) {
    for (const run of [() => namespace.read(lba, data), () => namespace.write(lba, data)]) {
      const error = await assertRejects(run, NvmeError);
      assertEquals([error.status, error.namespace], [NVME_STATUS.lbaOutOfRange, 1]);
      assertMatch(error.message, /namespace 1 of 0000:01:00.0: EINVAL.*status 0x080, lbaOutOfRange/);
    }
  }
  assertEquals((await errorOf(namespace.writeZeroes(990, 11))).code, "EINVAL");
  assertEquals((await errorOf(namespace.deallocate([{ lba: 2n ** 60n, blocks: 1 }]))).code, "EINVAL");
});

Deno.test("NvmeNamespace's 64-bit blocks arrive as they are", async () => {
  using machine = new Machine({ blocks: 2 ** 43 });
  await using nvme = await machine.open();
  const namespace = nvme.namespace(1);
  const far = 2 ** 42 + 2 ** 31 + 5;
  await namespace.write(far, pattern(512));
  await namespace.write(5, pattern(512, 7));
  const back = new Uint8Array(512);
  await namespace.read(BigInt(far), back);
  assertEquals(back, pattern(512));
});

Deno.test("A transfer of which a piece fails ends with the first error, once none is under way", async () => {
  using machine = new Machine({ blocks: 1024, mdts: 1 });
  await using nvme = await machine.open();
  const namespace = nvme.namespace(1);
  // 512 KiB are there; of 768 KiB the last pieces are not.
  const error = await assertRejects(() => namespace.read(0, new Uint8Array(768 * 1024)), NvmeError);
  assertEquals([error.statusName, nvme.queues[0]?.inFlight], ["lbaOutOfRange", 0]);
  await namespace.read(0, new Uint8Array(512 * 1024));
});

Deno.test("NvmeNamespace.writeZeroes() zeroes any number of blocks", async () => {
  using machine = new Machine({ blocks: 200_000 });
  await using nvme = await machine.open();
  const namespace = nvme.namespace(1);
  const block = pattern(512);
  for (const lba of [9, 10, 70_000, 140_009, 140_010]) await namespace.write(lba, block);
  await namespace.writeZeroes(10, 140_000);
  const back = new Uint8Array(512);
  for (
    const [lba, expected] of [[9, block], [10, new Uint8Array(512)], [70_000, new Uint8Array(512)]] as const
  ) {
    await namespace.read(lba, back);
    assertEquals(back, expected);
  }
  await namespace.read(140_010, back);
  assertEquals(back, block);
  await namespace.read(140_009, back);
  assertEquals(back, new Uint8Array(512));
});

Deno.test("NvmeNamespace.deallocate() takes any number of ranges", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const namespace = nvme.namespace(1);
  await namespace.write(0, pattern(1200 * 512));
  await namespace.deallocate(Array.from({ length: 600 }, (_, i) => ({ lba: 2 * i, blocks: 1 })));
  await namespace.deallocate([]);
  const back = new Uint8Array(1200 * 512);
  await namespace.read(0, back);
  const expected = pattern(1200 * 512);
  for (let i = 0; i < 600; i++) expected.fill(0, 1024 * i, 1024 * i + 512);
  assertEquals(back, expected);
});

Deno.test("NvmeNamespace.format() finds the format by its block size, and the namespace is as it was asked for", async () => {
  using machine = new Machine({ blocks: 800 });
  await using nvme = await machine.open();
  const namespace = nvme.namespace(1);
  await namespace.write(0, pattern(512));
  await namespace.format({ blockSize: 4096, erase: true });
  assertEquals([namespace.blockSize, namespace.blocks, namespace.blockShift], [4096, 100n, 12]);
  const back = pattern(4096);
  await namespace.read(0, back);
  assertEquals(back, new Uint8Array(4096));
  const error = await errorOf(namespace.format({ blockSize: 8192 }));
  assertEquals(error.code, "EINVAL");
  assertMatch(error.message, /blocks of 8192 bytes without metadata are not among its formats: 512, 4096/);
  await namespace.format();
  assertEquals(namespace.blockSize, 4096);
});

Deno.test("What is read while a namespace is formatted ends with an error that can be told from others", async () => {
  using machine = new Machine();
  await using nvme = await machine.open();
  const namespace = nvme.namespace(1);
  const formatting = namespace.format();
  await machine.device.clock.sleep(5);
  const error = await assertRejects(() => namespace.read(0, new Uint8Array(512)), NvmeError);
  assertEquals([error.statusName, error.code, error.doNotRetry], ["formatInProgress", "EBUSY", false]);
  await formatting;
});

Deno.test("NvmeNamespace says what a controller cannot do, instead of trying", async () => {
  using machine = new Machine();
  machine.model.identifies = (page, cns) => {
    const fields = registers(new ByteMemory(page), NVME_CONTROLLER);
    if (cns !== NVME_CNS.controller) return;
    fields.oncs.write(0);
    fields.oacs.write(0);
  };
  await using nvme = await machine.open();
  const namespace = nvme.namespace(1);
  for (
    const run of [() => namespace.writeZeroes(0, 1), () => namespace.deallocate([]), () => namespace.format()]
  ) {
    assertEquals((await errorOf(run())).code, "EOPNOTSUPP");
  }
});

Deno.test("A namespace with metadata is not read: its data would not fit", async () => {
  using machine = new Machine();
  machine.model.identifies = (page, cns) => {
    if (cns !== NVME_CNS.namespace) return;
    const memory = new ByteMemory(page);
    registers(memory, NVME_NAMESPACE).flbas.write({ format: 0, extended: true });
    registers(memory, NVME_BLOCK_FORMAT).format.write({ lbads: 9, ms: 8 });
  };
  await using nvme = await machine.open();
  const error = await errorOf(nvme.namespace(1).read(0, new Uint8Array(512)));
  assertEquals(error.code, "EOPNOTSUPP");
  assertMatch(error.message, /a format with metadata/);
});

Deno.test("A namespace whose blocks no command can move is not read", async () => {
  using machine = new Machine({ mdts: 1 });
  machine.model.identifies = (page, cns) => {
    if (cns !== NVME_CNS.namespace) return;
    registers(new ByteMemory(page), NVME_BLOCK_FORMAT).format.write({ lbads: 16 });
  };
  await using nvme = await machine.open();
  assertEquals((await errorOf(nvme.namespace(1).read(0, new Uint8Array(65536)))).code, "EOPNOTSUPP");
});

Deno.test("NvmeNamespace.read() goes to the queue that is asked for, and to each in turn otherwise", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ queues: 3 });
  const namespace = nvme.namespace(1);
  const seen: number[] = [];
  machine.model.completes = (entry) => {
    seen.push(entry.sqid);
    return [entry];
  };
  for (let i = 0; i < 4; i++) await namespace.flush();
  assertEquals(seen, [1, 2, 3, 1]);
  const [, , third] = nvme.queues;
  assert(third !== undefined);
  await namespace.flush({ queue: third });
  assertEquals(seen.at(-1), 3);
  using other = new Machine();
  await using stranger = await other.open();
  const [theirs] = stranger.queues;
  assert(theirs !== undefined);
  await assertRejects(() => namespace.flush({ queue: theirs }), TypeError, "not one of this controller");
});

Deno.test("Nvme.namespace() names the namespaces there are", async () => {
  using machine = new Machine({ namespaces: 2 });
  await using nvme = await machine.open();
  const error = assertThrows(() => nvme.namespace(3), VfioError);
  assertEquals(error.code, "ENODEV");
  assertMatch(error.message, /active ones: 1, 2/);
});

Deno.test("More promises than a queue has room for wait their turn", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ entries: 4 });
  const namespace = nvme.namespace(1);
  for (const mode of ["interrupt", "polled"] as const) {
    for (const queue of nvme.queues) queue.mode = mode;
    let most = 0;
    const reads = Array.from({ length: 60 }, async (_, lba) => {
      await namespace.read(lba, new Uint8Array(512));
      most = Math.max(most, nvme.queues[0]?.inFlight ?? 0);
    });
    await Promise.all(reads);
    assert(most <= 3);
  }
});
