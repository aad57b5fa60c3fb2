import { assert, assertEquals } from "@std/assert";
import {
  NVME_ADMIN,
  NVME_ALL_NAMESPACES,
  NVME_FEATURE,
  NVME_IO,
  NVME_STATUS,
} from "../../../../devices/mod.ts";
import type { Entry } from "./rig.ts";
import { PAGE, type Pair, Rig, statusOf } from "./rig.ts";

/** Numbers that repeat. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** 0 to 2^32 - 1. */
  word(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return (this.#state ^ (this.#state >>> 15)) >>> 0;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.word() % from.length] as T;
  }
}

function entry(dice: Dice, opcodes: readonly number[], memory: bigint): Entry {
  const address = () =>
    dice.pick([memory, memory + 4n, memory + 3584n, memory + BigInt(PAGE), 0n, (1n << 64n) - 8n, 1n << 52n]);
  const word = () =>
    dice.pick([0, 1, 2, 7, 0xffff, dice.word() & 0xff, dice.word() & 0xff_00ff, dice.word()]);
  return {
    opcode: dice.pick([...opcodes, dice.word() & 0xff]),
    flags: dice.word() % 16 === 0 ? dice.word() & 0xff : 0,
    nsid: dice.pick([0, 1, 1, 1, 2, 256, 257, NVME_ALL_NAMESPACES]),
    prp1: address(),
    prp2: address(),
    cdw10: word(),
    cdw11: word(),
    cdw12: word(),
    cdw13: word(),
  };
}

/** Takes all completions that there are, and counts them. */
function drain(rig: Rig, pair: Pair): number {
  rig.host.settle();
  let count = 0;
  for (let end = pair.take(); end !== undefined; end = pair.take()) {
    assert(statusOf(end) in NVME_STATUS, `status ${end.status}`);
    pair.release();
    rig.host.settle();
    count++;
  }
  return count;
}

Deno.test("EmulatedNvme answers whatever a host asks, and goes on", () => {
  let answered = 0;
  for (const seed of [1, 2, 3, 4]) {
    using rig = new Rig({ seed, blocks: 1000 });
    const dice = new Dice(seed);
    const memory = rig.allocate(4 * PAGE).iova;
    rig.enable(8);
    let pair = rig.pair(1, 8);
    for (let i = 0; i < 300; i++) {
      rig.admin.submit(entry(dice, Object.values(NVME_ADMIN), memory));
      for (let k = dice.word() % 6; k >= 0; k--) pair.put(entry(dice, Object.values(NVME_IO), memory));
      pair.ring();
      rig.doorbell(dice.word() % 70, dice.pick(["tail", "head"] as const), dice.word() % 10);
      answered += drain(rig, rig.admin) + drain(rig, pair);
      if (i % 20 !== 19 && !rig.status.cfs) continue;
      rig.regs.cc.update({ en: false });
      rig.until("rdy", false);
      rig.enable(8);
      pair = rig.pair(1, 8);
    }
    const get = { opcode: NVME_ADMIN.getFeatures, cdw10: NVME_FEATURE.numberOfQueues };
    assertEquals(statusOf(rig.admin.run(get)), "success");
  }
  assert(answered > 2000, `${answered} answers`);
});
