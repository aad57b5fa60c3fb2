/** Nothing dangles: the driver floor on a real kernel, after dispose and in the middle of it. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { linux } from "../../../backends/linux/mod.ts";
import { AddressSpace, openDevice, untilAsync, VfioError } from "../../../mod.ts";
import { holdings } from "../../linux/holdings.ts";
import { named, vfioDescriptors } from "./machine.ts";

const EDU = named("EDU");

function codeOf(use: () => unknown): string {
  return assertThrows(use, VfioError).code;
}

Deno.test("A device takes all that it made with it; everything of it throws EBADF from then on", () => {
  const before = holdings();
  const device = openDevice(EDU);
  const bar = device.region("bar0");
  const config = device.region("config");
  const buffer = device.allocate(8192);
  const shared = device.allocate(4096, { shared: true });
  const { bytes } = buffer;
  const [vector] = device.enableInterrupts("msi").vectors;
  device[Symbol.dispose]();
  device[Symbol.dispose]();
  assertEquals(holdings(), before);
  assertEquals([bytes.length, shared.size, bar.size, config.size], [0, 0, 0, 0]);
  const uses = [
    () => bar.read32(0),
    () => bar.write32(4, 0),
    () => config.read16(0),
    () => device.config.command.read(),
    () => buffer.read8(0),
    () => buffer.write64(0, 0n),
    () => device.allocate(4096),
    () => device.region("bar0"),
    () => device.enableInterrupts("msi"),
    () => device.reset(),
    () => vector.read(),
    () => vector.waitSync(0),
    () => vector.trigger(),
  ];
  for (const use of uses) assertEquals(codeOf(use), "EBADF", String(use));
});

Deno.test("A hot loop over registers ends with EBADF when the device goes away under it", () => {
  const device = openDevice(EDU);
  const bar = device.region("bar0");
  let last = 0;
  const code = codeOf(() => {
    for (let i = 0;; i++) {
      bar.write32(4, i);
      if (bar.read32(4) !== ~i >>> 0) throw new Error(`${i} came back wrong`);
      last = i;
      if (i === 200_000) device[Symbol.dispose]();
    }
  });
  assertEquals([code, last], ["EBADF", 200_000]);
});

Deno.test("A hot loop over a buffer ends with EBADF when it is freed under it", () => {
  using device = openDevice(EDU);
  const buffer = device.allocate(4096);
  const code = codeOf(() => {
    for (let i = 0;; i++) {
      buffer.write32(8, i);
      if (i === 200_000) buffer[Symbol.dispose]();
    }
  });
  assertEquals(code, "EBADF");
});

Deno.test("Dispose rejects a pending wait with EBADF, and ends a pending for await quietly", async () => {
  const before = holdings();
  const device = openDevice(EDU);
  const [vector] = device.enableInterrupts("msi").vectors;
  const wait = assertRejects(() => vector.wait(), VfioError);
  const loop = (async () => {
    let counts = 0;
    for await (const count of vector) counts += count;
    return counts;
  })();
  device[Symbol.dispose]();
  assertEquals((await wait).code, "EBADF");
  assertEquals(await loop, 0);
  assertEquals(holdings(), before);
});

Deno.test("A device that is disposed of while a reset runs is closed when that is over", async () => {
  const device = openDevice(named("NVME"));
  const reset = device.resetAsync({ timeoutMs: 10_000 });
  device[Symbol.dispose]();
  assertEquals([device.closed, vfioDescriptors()], [true, ["anon_inode:[vfio-device]"]]);
  await reset;
  await untilAsync(linux().clock, () => vfioDescriptors().length === 0, { timeoutMs: 1000 });
});

Deno.test("PciDevice.close() closes in a thread of its own, and leaves nothing", async () => {
  const device = openDevice(named("NVME"));
  device.region("bar0").read32(0);
  await device.close({ timeoutMs: 10_000 });
  assertEquals([device.closed, vfioDescriptors(), holdings().mappings], [true, [], 0]);
});

Deno.test("Spaces and devices by the hundred leave no descriptor and no mapping behind", () => {
  const before = holdings();
  for (let i = 0; i < 100; i++) {
    using space = new AddressSpace();
    const device = space.open(EDU);
    device.region("bar0").read32(0);
    space.allocate(4096);
    device.enableInterrupts("intx");
  }
  assertEquals(holdings(), before);
});
