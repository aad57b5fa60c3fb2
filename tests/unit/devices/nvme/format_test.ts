import { assertEquals } from "@std/assert";
import { registers } from "../../../../mod.ts";
import {
  NVME_ADMIN,
  NVME_ALL_NAMESPACES,
  NVME_COMMANDS,
  NVME_IO,
  NVME_NAMESPACE,
  packFields,
} from "../../../../devices/mod.ts";
import { PAGE, type Pair, pattern, Rig, statusOf } from "./rig.ts";

interface Wish {
  readonly lbaf?: number;
  readonly pi?: number;
  readonly ses?: number;
}

function format(nsid: number, wish: Wish = {}): { opcode: number; nsid: number; cdw10: number } {
  const cdw10 = packFields(NVME_COMMANDS.formatNvm.cdw10, wish);
  return { opcode: NVME_ADMIN.formatNvm, nsid, cdw10 };
}

/** Writes the first block of a namespace. */
function write(rig: Rig, pair: Pair, nsid: number): string {
  const data = rig.allocate(PAGE);
  data.bytes.set(pattern(PAGE));
  return statusOf(pair.run({ opcode: NVME_IO.write, nsid, prp1: data.iova }));
}

function isEmpty(rig: Rig, nsid: number): boolean {
  const bytes = new Uint8Array(512);
  rig.nvme.media(nsid).read(0, bytes);
  return bytes.every((byte) => byte === 0);
}

Deno.test("Format NVM makes other blocks, all zeros", () => {
  using rig = new Rig({ blocks: 80 });
  rig.enable();
  const pair = rig.pair(1);
  assertEquals(write(rig, pair, 1), "success");
  assertEquals(statusOf(rig.admin.run(format(1, { lbaf: 1 }))), "success");
  assertEquals(isEmpty(rig, 1), true);
  const page = rig.allocate(PAGE);
  rig.admin.run({ opcode: NVME_ADMIN.identify, nsid: 1, prp1: page.iova });
  const { nsze, flbas } = registers(page, NVME_NAMESPACE);
  assertEquals([nsze.read(), flbas.read().format], [10n, 1]);
  const read = { opcode: NVME_IO.read, nsid: 1, prp1: page.iova };
  assertEquals(statusOf(pair.run({ ...read, cdw10: 9 })), "success");
  assertEquals(statusOf(pair.run({ ...read, cdw10: 10 })), "lbaOutOfRange");
});

Deno.test("Format NVM keeps a namespace to itself while it goes on, and the others usable", () => {
  using rig = new Rig({ namespaces: 2, blocks: 64 });
  rig.enable();
  const pair = rig.pair(1);
  rig.admin.submit(format(1));
  rig.device.clock.pause(1);
  const data = rig.allocate(PAGE);
  const refused = pair.run({ opcode: NVME_IO.read, nsid: 1, prp1: data.iova });
  assertEquals([statusOf(refused), refused.dnr], ["formatInProgress", false]);
  assertEquals(statusOf(rig.admin.run(format(NVME_ALL_NAMESPACES))), "formatInProgress");
  assertEquals(write(rig, pair, 2), "success");
  assertEquals(statusOf(rig.admin.wait()), "success");
  assertEquals(write(rig, pair, 1), "success");
  assertEquals(isEmpty(rig, 2), false);
});

Deno.test("Format NVM formats all namespaces when asked to", () => {
  using rig = new Rig({ namespaces: 2, blocks: 64 });
  rig.enable();
  const pair = rig.pair(1);
  for (const nsid of [1, 2]) write(rig, pair, nsid);
  assertEquals(statusOf(rig.admin.run(format(NVME_ALL_NAMESPACES, { ses: 1 }))), "success");
  assertEquals([isEmpty(rig, 1), isEmpty(rig, 2)], [true, true]);
});

Deno.test("Format NVM refuses what cannot be, and changes nothing then", () => {
  using rig = new Rig({ blocks: 64 });
  rig.enable();
  const pair = rig.pair(1);
  write(rig, pair, 1);
  const refused: [number, Wish, string][] = [
    [1, { lbaf: 2 }, "invalidFormat"],
    [1, { lbaf: 15 }, "invalidFormat"],
    [1, { pi: 1 }, "invalidFormat"],
    [1, { ses: 2 }, "invalidField"],
    [0, {}, "invalidNamespaceOrFormat"],
    [257, {}, "invalidNamespaceOrFormat"],
    [2, {}, "invalidField"],
  ];
  for (const [nsid, wish, status] of refused) {
    assertEquals(statusOf(rig.admin.run(format(nsid, wish))), status);
  }
  assertEquals(isEmpty(rig, 1), false);
  assertEquals(write(rig, pair, 1), "success");
});

Deno.test("A reset ends a format, and leaves the namespace as it was", () => {
  using rig = new Rig({ blocks: 64 });
  rig.enable();
  write(rig, rig.pair(1), 1);
  rig.admin.submit(format(1, { lbaf: 1 }));
  rig.device.clock.pause(1);
  rig.regs.cc.update({ en: false });
  rig.until("rdy", false);
  rig.enable();
  assertEquals(write(rig, rig.pair(1), 1), "success");
  rig.host.settle();
  assertEquals(isEmpty(rig, 1), false);
});
