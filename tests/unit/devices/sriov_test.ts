import { assertEquals, assertThrows } from "@std/assert";
import { ConfigSpace } from "../../../devices/config_space.ts";
import { express } from "../../../devices/capabilities.ts";
import { singleRootIov, SRIOV, SRIOV_CONTROL, SRIOV_ID } from "../../../devices/sriov.ts";
import type { SriovOptions } from "../../../devices/sriov.ts";

const OPTIONS: SriovOptions = {
  total: 8,
  firstOffset: 0x80,
  stride: 2,
  device: 0x10ca,
  bars: { 0: { kind: "memory64", size: 16384, prefetchable: true }, 3: { kind: "memory32", size: 4096 } },
  at: 0x160,
};

function space(options: Partial<SriovOptions> = {}) {
  return new ConfigSpace({ vendor: 0x8086, device: 0x10c9, classCode: 0x020000 })
    .capability(express())
    .extendedCapability({ id: 1, body: new Uint8Array(4) })
    .extendedCapability(singleRootIov({ ...OPTIONS, ...options }));
}

Deno.test("singleRootIov() declares the capability where it is told, of 64 bytes", () => {
  const config = space();
  assertEquals(config.read(0x160, 16), SRIOV_ID);
  const read = (register: number, width: 16 | 32 = 16) => config.read(0x160 + register, width);
  assertEquals([SRIOV.initialVfs, SRIOV.totalVfs, SRIOV.numVfs].map((at) => read(at)), [8, 8, 0]);
  assertEquals([SRIOV.firstOffset, SRIOV.stride, SRIOV.device].map((at) => read(at)), [0x80, 2, 0x10ca]);
  assertEquals([read(SRIOV.supportedPageSizes, 32), read(SRIOV.systemPageSize, 32)], [0x553, 1]);
  assertEquals([read(SRIOV.bars, 32), read(SRIOV.bars + 4, 32), read(SRIOV.bars + 12, 32)], [0xc, 0, 0]);
  assertEquals(singleRootIov(OPTIONS).body.length, SRIOV.end - 4);
});

Deno.test("singleRootIov() lets the host write how many there are, and switch them on", () => {
  const config = space();
  for (let at = 0x164; at < 0x1a0; at += 4) config.write(at, 32, 0xffff_ffff);
  assertEquals(config.read(0x160 + SRIOV.control, 16), SRIOV_CONTROL.enable | SRIOV_CONTROL.memory);
  assertEquals([config.read(0x160 + SRIOV.numVfs, 16), config.read(0x160 + SRIOV.totalVfs, 16)], [0xffff, 8]);
});

Deno.test("singleRootIov() goes to the next free place, and refuses to make nothing or too much", () => {
  const { at: _, ...anywhere } = OPTIONS;
  assertEquals(singleRootIov(anywhere).at, undefined);
  for (const total of [0, 0x1_0000, 1.5]) {
    assertThrows(() => space({ total }), RangeError, `${total} virtual functions`);
  }
});
