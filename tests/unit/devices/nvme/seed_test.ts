import { assert, assertEquals } from "@std/assert";
import { NVME_IO } from "../../../../devices/mod.ts";
import { PAGE, pattern, Rig } from "./rig.ts";

/** In which order 16 equal reads complete, and when the last does. */
function order(seed: number): { readonly ids: number[]; readonly end: number } {
  using rig = new Rig({ seed });
  rig.enable(32);
  const pair = rig.pair(1, 32);
  const data = rig.allocate(16 * PAGE);
  for (let i = 0; i < 16; i++) {
    const prp1 = data.iova + BigInt(i * PAGE);
    pair.put({ opcode: NVME_IO.read, nsid: 1, prp1, cdw10: 8 * i, cdw12: 7 });
  }
  pair.ring();
  const ids = Array.from({ length: 16 }, () => pair.wait().cid);
  return { ids, end: rig.device.clock.now() };
}

Deno.test("A seed lets equal commands complete out of order, the same way each time", () => {
  const sorted = Array.from({ length: 16 }, (_, i) => i);
  assertEquals(order(0).ids, sorted);
  const orders = [1, 2, 3].map((seed) => order(seed));
  for (const { ids } of orders) assertEquals([...ids].sort((a, b) => a - b), sorted);
  assert(orders.every(({ ids }) => ids.join() !== sorted.join()), "none was out of order");
  assert(new Set(orders.map(({ ids }) => ids.join())).size > 1, "seeds make no difference");
  assertEquals([1, 2, 3].map((seed) => order(seed)), orders);
});

Deno.test("Data are right in every order", () => {
  using rig = new Rig({ seed: 7 });
  rig.enable();
  const pair = rig.pair(1, 16, { completions: 3 });
  const data = rig.allocate(8 * PAGE);
  const prp1 = (i: number) => data.iova + BigInt(i * PAGE);
  for (const opcode of [NVME_IO.write, NVME_IO.read]) {
    if (opcode === NVME_IO.write) data.bytes.set(pattern(8 * PAGE));
    else data.bytes.fill(0);
    for (let i = 0; i < 8; i++) {
      pair.put({ opcode, nsid: 1, prp1: prp1(i), cdw10: 8 * (7 - i), cdw12: 7 });
    }
    pair.ring();
    for (let i = 0; i < 8; i++) assertEquals(pair.wait().status, 0);
  }
  assertEquals(data.bytes.slice(), pattern(8 * PAGE));
});
