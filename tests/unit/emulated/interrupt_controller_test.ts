import { assertEquals } from "@std/assert";
import { InterruptController } from "../../../backends/emulated/interrupt_controller.ts";

const DEVICE = "0000:00:01.0";
const GONE = "[fault reason 0x22] Present field in the IRTE entry is clear";
const FOREIGN = "[fault reason 0x26] Blocked an interrupt request due to source-id verification failure";

/** A controller with so many interrupts of a device, and which of them came. */
function controllerWith(count: number) {
  const controller = new InterruptController();
  const seen: number[] = [];
  const handlers = Array.from({ length: count }, (_, i) => () => void seen.push(i));
  return { controller, seen, block: controller.allocate(DEVICE, handlers) };
}

Deno.test("InterruptController.deliver() runs the handler of a vector's own message", () => {
  const { controller, seen, block } = controllerWith(3);
  for (const vector of [2, 0, 1]) {
    assertEquals(controller.deliver(DEVICE, controller.message(block, vector)), undefined);
  }
  assertEquals(seen, [2, 0, 1]);
});

Deno.test("InterruptController.deliver() counts a block's vectors by the message's data, the low 16 bits of it", () => {
  const { controller, seen, block } = controllerWith(3);
  const { address } = controller.message(block);
  assertEquals(controller.deliver(DEVICE, { address, data: 2 }), undefined);
  assertEquals(controller.deliver(DEVICE, { address, data: 0xabcd_0001 }), undefined);
  assertEquals(seen, [2, 1]);
});

Deno.test("InterruptController.deliver() leaves the data alone where the address says that there is no subhandle", () => {
  const { controller, seen, block } = controllerWith(3);
  const address = controller.message(block, 1).address & ~0x08n;
  assertEquals(controller.deliver(DEVICE, { address, data: 1 }), undefined);
  assertEquals(seen, [1]);
});

Deno.test("InterruptController.deliver() blocks messages of the format from before interrupts were remapped", () => {
  const { controller, seen } = controllerWith(1);
  const blocked = "[fault reason 0x25] Blocked a compatibility format interrupt request";
  assertEquals(controller.deliver(DEVICE, { address: 0xfee0_0000n, data: 0 }), blocked);
  assertEquals(seen, []);
});

Deno.test("InterruptController.deliver() blocks what is not allocated, and another device's interrupt", () => {
  const { controller, seen, block } = controllerWith(2);
  const message = controller.message(block);
  assertEquals(controller.deliver(DEVICE, { ...message, data: 2 }), GONE);
  assertEquals(controller.deliver("0000:00:02.0", message), FOREIGN);
  controller.free(block);
  assertEquals(controller.deliver(DEVICE, message), GONE);
  assertEquals(controller.deliver(DEVICE, { ...message, data: 1 }), GONE);
  assertEquals(seen, []);
});

Deno.test("InterruptController.allocate() gives blocks that do not touch, of handles up to 16 bits", () => {
  const { controller } = controllerWith(0x8001);
  const seen: number[] = [];
  const far = controller.allocate(DEVICE, [0, 1].map((i) => () => void seen.push(i)));
  assertEquals([far.handle, far.count], [0x8001, 2]);
  assertEquals(controller.message(far, 1), {
    address: 0xfee0_0000n | (2n << 5n) | 0x10n | 0x08n | 4n,
    data: 0,
  });
  controller.deliver(DEVICE, controller.message(far, 1));
  controller.deliver(DEVICE, controller.message(far));
  assertEquals(seen, [1, 0]);
});
