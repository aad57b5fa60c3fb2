import { assertEquals, assertThrows } from "@std/assert";
import { EmulatedNvme, NVME, NVME_DOORBELLS, passiveNvme } from "../../../../devices/mod.ts";
import type { EmulatedNvmeOptions } from "../../../../devices/mod.ts";
import { Rig } from "./rig.ts";

Deno.test("EmulatedNvme's config space is that of QEMU's nvme", () => {
  for (const behindPort of [false, true]) {
    const mine = new EmulatedNvme({ behindPort }).config;
    const theirs = passiveNvme({ behindPort }).config;
    assertEquals(mine.size, theirs.size);
    assertEquals(mine.bars, theirs.bars);
    for (let at = 0; at < mine.size; at += 4) {
      assertEquals(mine.read(at, 32), theirs.read(at, 32), `at ${at}`);
      mine.write(at, 32, 0xffff_ffff);
      theirs.write(at, 32, 0xffff_ffff);
      assertEquals(mine.read(at, 32), theirs.read(at, 32), `written at ${at}`);
    }
  }
});

Deno.test("EmulatedNvme tells its options in CAP", () => {
  using plain = new Rig();
  const { mqes, cqr, to, dstrd, css, mpsmin, mpsmax } = plain.regs.cap.read();
  assertEquals({ mqes, cqr, to, dstrd, css, mpsmin, mpsmax }, {
    mqes: 2047,
    cqr: true,
    to: 15,
    dstrd: 0,
    css: 1,
    mpsmin: 0,
    mpsmax: 4,
  });
  using odd = new Rig({ entries: 100, dstrd: 2 });
  assertEquals([odd.regs.cap.read().mqes, odd.regs.cap.read().dstrd], [99, 2]);
  assertEquals(odd.regs.vs.read().raw, 0x10400);
});

Deno.test("EmulatedNvme's BAR reads as zeros where no register is", () => {
  using rig = new Rig();
  for (const at of [0x18, 0x38, 0x3c, 0x40, 0xe00, 0xffc, NVME_DOORBELLS, 0x1ffc, 0x2ffc, 0x3ffc]) {
    assertEquals(rig.bar.read32(at), 0, `at ${at}`);
  }
  assertEquals(rig.bar.read64(0x18), 0n);
});

Deno.test("EmulatedNvme's BAR takes halves of wide registers, and reads of any width", () => {
  using rig = new Rig();
  rig.bar.write32(NVME.asq.at, 0x1234_5000);
  rig.bar.write32(NVME.asq.at + 4, 0x9abc);
  assertEquals(rig.regs.asq.read(), 0x9abc_1234_5000n);
  rig.regs.acq.write(0xffff_ffff_ffff_f000n);
  assertEquals(rig.bar.read32(NVME.acq.at + 4), 0xffff_ffff);
  assertEquals([rig.bar.read8(NVME.vs.at + 2), rig.bar.read16(NVME.vs.at)], [1, 0x400]);
});

Deno.test("EmulatedNvme's BAR ignores writes of less than 32 bits, and to what is read-only", () => {
  using rig = new Rig();
  rig.bar.write8(NVME.cc.at, 1);
  rig.bar.write16(NVME.aqa.at, 0xff);
  rig.bar.write16(NVME_DOORBELLS, 1);
  rig.bar.write32(0x18, 0xffff_ffff);
  for (const at of [NVME.cap.at, NVME.vs.at, NVME.csts.at, NVME.cmbsz.at]) {
    const before = rig.bar.read32(at);
    rig.bar.write32(at, ~before >>> 0);
    assertEquals(rig.bar.read32(at), before);
  }
  rig.regs.nssr.write(0x4e56_4d65);
  assertEquals([rig.bar.read32(NVME.cc.at), rig.regs.aqa.read().raw, rig.regs.nssr.read()], [0, 0, 0]);
});

Deno.test("EmulatedNvme refuses options that no controller has", () => {
  const wrong: EmulatedNvmeOptions[] = [
    { blocks: 0 },
    { blocks: 1.5 },
    { blocks: Number.MAX_SAFE_INTEGER },
    { lbaSize: 1024 as 512 },
    { namespaces: 0 },
    { namespaces: 257 },
    { serial: "" },
    { serial: "x".repeat(21) },
    { serial: "é" },
    { mdts: 0 },
    { mdts: 10 },
    { queues: 0 },
    { queues: 65 },
    { entries: 1 },
    { entries: 65537 },
    { dstrd: 3 },
  ];
  for (const options of wrong) {
    assertThrows(() => new EmulatedNvme(options), RangeError, "Cannot", JSON.stringify(options));
  }
  assertThrows(() => new EmulatedNvme().media(2), RangeError);
});

Deno.test("EmulatedNvme does nothing before it is plugged in", () => {
  const nvme = new EmulatedNvme();
  nvme.bars[0]?.write(NVME.cc.at, 32, 1);
  nvme.reset();
  assertEquals(nvme.bars[0]?.read(NVME.cc.at, 32), 0);
});
