import { assertEquals } from "@std/assert";
import { connectVectors } from "../../../../../devices/nvme/driver/vectors.ts";
import { Machine, thrownBy } from "./machine.ts";
import type { MachineOptions } from "./machine.ts";

/** Which vectors three queues get: the admin queue's, and those of two I/O queues. */
function plan(kind: Parameters<typeof connectVectors>[2], options: MachineOptions = {}) {
  using machine = new Machine(options);
  using vectors = connectVectors(machine.device, 2, kind);
  return [vectors.admin?.index, vectors.most, vectors.io(0)?.index, vectors.io(1)?.index];
}

Deno.test("connectVectors() gives each queue a vector of its own by MSI-X, which is the default", () => {
  assertEquals(plan("msix"), [0, 2, 1, 2]);
  assertEquals(plan(undefined), [0, 2, 1, 2]);
});

Deno.test("connectVectors() makes do with fewer: the admin queue is polled when there is one", () => {
  assertEquals(plan("msix", { vectorLimit: 2 }), [0, 1, 1, undefined]);
  assertEquals(plan("msix", { vectorLimit: 1 }), [undefined, 1, 0, 0]);
  assertEquals(plan("intx"), [undefined, 1, 0, 0]);
});

Deno.test("connectVectors() of none connects nothing", () => {
  using machine = new Machine();
  using vectors = connectVectors(machine.device, 2, "none");
  assertEquals([vectors.admin, vectors.most, vectors.io(0)], [undefined, Infinity, undefined]);
  machine.device.enableInterrupts("msix");
  assertEquals(thrownBy(() => connectVectors(machine.device, 2, undefined)).code, "EBUSY");
  assertEquals(thrownBy(() => connectVectors(machine.device, 2, "msi")).code, "EINVAL");
});
