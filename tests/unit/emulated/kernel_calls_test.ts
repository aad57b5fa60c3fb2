import { assert, assertEquals, assertThrows } from "@std/assert";
import { VfioError } from "../../../core/errors.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { codeOf, ready } from "./ready.ts";

const EDU = "0000:00:04.0";

Deno.test("KernelCalls.fail() fails exactly that call, with that errno, and nothing has happened", () => {
  const host = new EmulatedHost();
  host.calls.fail(2, "EMFILE");
  using _first = host.createSignal();
  const error = assertThrows(() => host.createSignal(), VfioError);
  assertEquals([error.code, error.operation], ["EMFILE", "eventfd"]);
  using _third = host.createSignal();
  assertEquals(host.holdings().descriptors, 2);
});

Deno.test("KernelCalls.failNone() takes failures back", () => {
  const host = new EmulatedHost();
  host.calls.fail(1, "EMFILE");
  host.calls.failNone();
  assertEquals(codeOf(() => host.createSignal()[Symbol.dispose]()), "0");
});

Deno.test("KernelCalls.trace() lists calls in the kernel's words", () => {
  const host = new EmulatedHost().plug(EDU, new EmulatedEdu(), { group: 4 });
  const trace = host.calls.trace();
  using open = ready(host, EDU);
  open.device.region(0).read32(0);
  using bar = open.device.region(0).map();
  bar.read32(0);
  assertEquals(trace.map(({ operation }) => operation), [
    "open",
    "open",
    "VFIO_GROUP_SET_CONTAINER",
    "VFIO_SET_IOMMU",
    "VFIO_GROUP_GET_DEVICE_FD",
    "pread",
    "mmap",
  ]);
  assertEquals(trace[1], { number: 2, operation: "open", subject: "/dev/vfio/4" });
});

Deno.test("A device opened with each kernel call failing in turn leaves nothing held", () => {
  const host = new EmulatedHost().plug(EDU, new EmulatedEdu());
  const use = () => {
    using stack = new DisposableStack();
    const { container, device } = stack.use(ready(host, EDU));
    const signal = stack.use(host.createSignal());
    device.setIrqs({ index: 1, action: "trigger", signals: [signal] });
    const memory = stack.use(host.allocate(4096, { shared: true }));
    container.iommu.map({ iova: 0n, vaddr: memory.vaddr, size: 4096n, read: true });
    stack.use(device.region(0).map()).read32(0);
    device.region(7).write16(4, 6);
  };
  const before = host.calls.count;
  use();
  const calls = host.calls.count - before;
  assert(calls >= 12, `${calls} calls`);
  for (let nth = 1; nth <= calls; nth++) {
    host.calls.fail(nth, "EINTR");
    assertEquals(codeOf(use), "EINTR", `call ${nth}`);
    assertEquals(host.holdings(), { descriptors: 0, mappings: 0 }, `after call ${nth}`);
    assertEquals(host.lockedMemory, 0);
    use();
  }
});
