import { assert, assertEquals, assertRejects } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { VfioError } from "../../../core/errors.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import { Edu } from "../../../devices/edu/driver.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { openDevice } from "../../../driverkit/open_device.ts";

const ADDRESS = "0000:00:04.0";
const OPTIONS = { maxIova: 0xfff_ffffn };

/** An edu without an MSI capability, as QEMU's machine without MSI has it. */
class EduWithoutMsi extends EmulatedEdu {
  override readonly config: ConfigSpace = new ConfigSpace({
    vendor: 0x1234,
    device: 0x11e8,
    classCode: 0x00ff00,
    interruptPin: 1,
  }).bar(0, { kind: "memory32", size: 1 << 20 });
}

function machine(model = new EmulatedEdu()): EmulatedHost {
  return new EmulatedHost().plug(ADDRESS, model);
}

for (const [kind, make] of [["msi", () => new EmulatedEdu()], ["intx", () => new EduWithoutMsi()]] as const) {
  Deno.test(`Edu.factorial() computes, told by ${kind}`, async () => {
    using device = openDevice(ADDRESS, { backend: machine(make()) });
    const edu = new Edu(device);
    assertEquals(edu.interrupt, kind);
    for (const [n, product] of [[0, 1], [5, 120], [10, 3_628_800], [13, 1_932_053_504]] as const) {
      assertEquals(await edu.factorial(n), product);
    }
    assertEquals(edu.registers.irqStatus.read(), 0);
  });

  Deno.test(`Edu.load() and store() copy into the device's buffer and back, told by ${kind}`, async () => {
    const host = machine(make());
    using device = openDevice(ADDRESS, { backend: host });
    const edu = new Edu(device);
    using buffer = device.allocate(8192, OPTIONS);
    const pattern = Uint8Array.from({ length: 4096 }, (_, i) => i * 3 + (i >> 8));
    buffer.bytes.set(pattern);
    await edu.load(buffer.iova, 4096);
    await edu.store(buffer.iova + 4096n, 4096);
    assertEquals(buffer.bytes.slice(4096), pattern);
    assertEquals(host.faults(), []);
  });
}

Deno.test("Edu carries overlapping calls out one after the other, each with its own result", async () => {
  using device = openDevice(ADDRESS, { backend: machine() });
  const edu = new Edu(device);
  using buffer = device.allocate(4096, OPTIONS);
  buffer.write32(0, 0x1234_5678);
  const results = await Promise.all([
    edu.load(buffer.iova, 4),
    edu.factorial(3),
    edu.factorial(4),
    edu.store(buffer.iova + 8n, 4).then(() => buffer.read32(8)),
    edu.factorial(5),
  ]);
  assertEquals(results, [undefined, 6, 24, 0x1234_5678, 120]);
});

Deno.test("Edu goes on after a call that failed", async () => {
  using device = openDevice(ADDRESS, { backend: machine() });
  const edu = new Edu(device);
  const failed = assertRejects(() => edu.factorial(-1), RangeError);
  const next = edu.factorial(6);
  await failed;
  assertEquals(await next, 720);
});

Deno.test("Edu.load() and store() refuse sizes that the buffer does not have, before the device sees them", async () => {
  using device = openDevice(ADDRESS, { backend: machine() });
  const edu = new Edu(device);
  for (const size of [0, -1, 4097, NaN, 1.5]) {
    await assertRejects(() => edu.load(0x1000n, size), RangeError);
    await assertRejects(() => edu.store(0x1000n, size), RangeError);
  }
  assertEquals(edu.registers.dmaCommand.read().raw, 0n);
});

Deno.test("Edu says ETIMEDOUT when no interrupt comes, and is right again with the next", async () => {
  const host = machine();
  using device = openDevice(ADDRESS, { backend: host });
  const edu = new Edu(device);
  host.inject(ADDRESS, "loses-interrupt");
  const start = host.clock.now();
  const error = await assertRejects(() => edu.factorial(5), VfioError, "edu's msi interrupt");
  assertEquals([error.code, error.operation], ["ETIMEDOUT", "wait"]);
  assert(host.clock.now() - start >= 5000);
  assertEquals(await edu.factorial(6), 720);
});

Deno.test("Edu takes an interrupt that comes too late for no other's", async () => {
  const host = machine();
  using device = openDevice(ADDRESS, { backend: host });
  const edu = new Edu(device);
  using buffer = device.allocate(4096, OPTIONS);
  buffer.write32(0, 0xcafe_f00d);
  // As after a call that was given up: its interrupt is counted, and its cause is still there.
  edu.registers.irqRaise.write(1);
  await edu.load(buffer.iova, 4);
  edu.registers.irqRaise.write(0x100);
  await edu.store(buffer.iova + 4n, 4);
  edu.registers.irqRaise.write(0x101);
  assertEquals([buffer.read32(4), await edu.factorial(4)], [0xcafe_f00d, 24]);
});

Deno.test("Edu without bus mastering hears nothing by MSI", async () => {
  using device = openDevice(ADDRESS, { backend: machine() });
  const edu = new Edu(device);
  device.config.command.update({ busMaster: false });
  await assertRejects(() => edu.factorial(5), VfioError, "is the device bus master?");
});

Deno.test("Edu ends with EBADF when its device is disposed of", async () => {
  const host = machine();
  const device = openDevice(ADDRESS, { backend: host });
  const edu = new Edu(device);
  const pending = assertRejects(() => edu.load(0x1000n, 4), VfioError);
  const queued = assertRejects(() => edu.factorial(4), VfioError);
  await Promise.resolve();
  device[Symbol.dispose]();
  assertEquals([(await pending).code, (await queued).code], ["EBADF", "EBADF"]);
  assertEquals(host.holdings(), { descriptors: 0, mappings: 0 });
});
