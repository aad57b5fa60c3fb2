/** Memory and signals: what programs hold beside devices. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { VfioError } from "../../../core/errors.ts";
import { refusedWith } from "../expect.ts";
import { PAGE } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise } from "../rule.ts";

const HUGE = 2 ** 21;

export const memory: readonly Rule[] = [
  promise("Backend.allocate() makes zeroed, page-aligned memory of whole pages", [], (machine) => {
    using memory = machine.backend.allocate(PAGE + 1);
    assertEquals(memory.size, 2 * PAGE);
    assertEquals(memory.bytes.length, 2 * PAGE);
    assertEquals(memory.vaddr % 4096n, 0n);
    assertEquals(memory.bytes.every((byte) => byte === 0), true);
  }),

  promise("Backend.allocate() says which huge pages it was to take and could not, and why", [], (machine) => {
    using plain = machine.backend.allocate(PAGE);
    assertEquals([plain.pageSize, plain.pageFallbacks], [PAGE, []]);
    for (const shared of [false, true]) {
      using memory = machine.backend.allocate(HUGE + 1, { hugePages: true, shared });
      assertEquals([memory.pageSize, memory.size % memory.pageSize], [
        memory.size > 2 * HUGE - 1 ? HUGE : PAGE,
        0,
      ]);
      const [first] = memory.pageFallbacks;
      assertEquals([first?.pages, first?.reason !== ""], [
        memory.pageSize === HUGE ? undefined : "2 MiB",
        true,
      ]);
      memory.write8(memory.size - 1, 1);
    }
  }),

  promise("HostMemory's accesses and view are the same little-endian bytes", [], (machine) => {
    using memory = machine.backend.allocate(PAGE);
    memory.write64(8, 0x8877_6655_4433_2211n);
    assertEquals([...memory.bytes.subarray(8, 16)], [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88]);
    assertEquals(memory.read32(12), 0x8877_6655);
    assertEquals(memory.read16(14), 0x8877);
    assertEquals(memory.read8(9), 0x22);
    assertEquals(memory.read64(8), 0x8877_6655_4433_2211n);
    memory.write8(15, 0xff);
    memory.write16(8, 0xabcd);
    memory.write32(12, 0x0605_0403);
    assertEquals(memory.read64(8), 0x0605_0403_4433_abcdn);
  }),

  promise(
    "HostMemory refuses every access after dispose with EBADF; its views have length 0",
    [],
    (machine) => {
      const memory = machine.backend.allocate(PAGE);
      const { bytes, vaddr } = memory;
      const part = bytes.subarray(8, 16);
      memory[Symbol.dispose]();
      memory[Symbol.dispose]();
      assertEquals([memory.size, bytes.length, part.length, memory.vaddr], [0, 0, 0, vaddr]);
      for (let i = 0; i < 1000; i++) refusedWith("EBADF", () => memory.read32(0));
      refusedWith("EBADF", () => memory.write8(0, 0));
      refusedWith("EBADF", () => memory.protect("read"));
    },
  ),

  promise("HostMemory refuses accesses that its protection does not allow with EFAULT", [], (machine) => {
    using memory = machine.backend.allocate(PAGE);
    memory.write32(0, 0x1234);
    memory.protect("none");
    refusedWith("EFAULT", () => memory.read32(0));
    refusedWith("EFAULT", () => memory.write32(0, 0));
    assertThrows(() => memory.bytes, VfioError);
    memory.protect("read-write");
    assertEquals(memory.read32(0), 0x1234);
  }),

  promise("HostMemory of a file shares its bytes with every other mapping of the file", [], (machine) => {
    using memory = machine.backend.allocate(2 * PAGE, { shared: true });
    const { file } = memory;
    if (file === undefined) throw new Error("Memory made with `shared` has no file");
    using second = machine.backend.mapFile(file, { offset: PAGE });
    assertEquals([file.kind, file.size, second.size], ["memfd", 2 * PAGE, PAGE]);
    memory.write32(PAGE, 0xcafe);
    assertEquals(second.read32(0), 0xcafe);
  }),

  promise("Signal counts add up, and a read takes all", [], (machine) => {
    using signal = machine.backend.createSignal();
    assertEquals(signal.read(), 0);
    signal.notify();
    signal.notify(41);
    assertEquals(signal.read(), 42);
    assertEquals(signal.waitSync(0), 0);
    signal.notify(3);
    assertEquals(signal.waitSync(1000), 3);
    assertEquals(signal.waitSync(1), 0);
  }),

  promise("Signal.wait() takes counts that are there or come, the oldest wait first", [], async (machine) => {
    using signal = machine.backend.createSignal();
    signal.notify(2);
    assertEquals(await signal.wait(), 2);
    const first = signal.wait();
    const second = signal.wait();
    signal.notify(5);
    assertEquals(await first, 5);
    signal.notify(7);
    assertEquals(await second, 7);
    assertEquals(await signal.wait({ timeoutMs: 1 }), 0);
  }),

  promise("Signal.wait() and waitSync() give the same when they spin first", [], async (machine) => {
    using signal = machine.backend.createSignal();
    assertEquals(signal.waitSync(2, { spinMs: 1 }), 0);
    assertEquals(signal.waitSync(1, { spinMs: 1000 }), 0);
    assertEquals(await signal.wait({ timeoutMs: 2, spinMs: 1 }), 0);
    const wait = signal.wait({ spinMs: 1 });
    signal.notify(2);
    assertEquals(await wait, 2);
    signal.notify(3);
    assertEquals(signal.waitSync(Infinity, { spinMs: 1000 }), 3);
    signal.notify(4);
    assertEquals([signal.waitSync(Infinity), signal.read()], [4, 0]);
    for (const wrong of [-1, NaN]) {
      assertThrows(() => signal.waitSync(1, { spinMs: wrong }), TypeError, "spinMs");
      await assertRejects(() => signal.wait({ spinMs: wrong }), TypeError, "spinMs");
      await assertRejects(() => signal.wait({ timeoutMs: wrong }), TypeError, "timeoutMs");
    }
  }),

  promise(
    "Signal.wait() ends with the abort signal's reason, and with EBADF on dispose",
    [],
    async (machine) => {
      using signal = machine.backend.createSignal();
      const abort = new AbortController();
      const cancelled = signal.wait({ signal: abort.signal });
      const pending = signal.wait();
      abort.abort(new RangeError("enough"));
      await assertRejects(() => cancelled, RangeError, "enough");
      signal[Symbol.dispose]();
      const error = await assertRejects(() => pending, VfioError);
      assertEquals(error.code, "EBADF");
      refusedWith("EBADF", () => signal.notify());
      refusedWith("EBADF", () => signal.read());
      refusedWith("EBADF", () => signal.waitSync(0));
    },
  ),
];
