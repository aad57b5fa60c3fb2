import { assert, assertEquals, assertThrows } from "@std/assert";
import type { RegisterMap } from "../../../../mod.ts";
import {
  NVME,
  NVME_BLOCK_FORMAT,
  NVME_COMMAND,
  NVME_COMMAND_SIZE,
  NVME_COMMANDS,
  NVME_COMPLETION,
  NVME_COMPLETION_SIZE,
  NVME_CONTROLLER,
  NVME_CONTROLLER_TEXT,
  NVME_ERROR_LOG,
  NVME_EVENT,
  NVME_FEATURES,
  NVME_HEALTH_LOG,
  NVME_NAMESPACE,
  NVME_RANGE,
  NVME_STATUS,
  nvmeDoorbell,
  nvmeStatusName,
  packFields,
  unpackFields,
} from "../../../../devices/mod.ts";

/** Layouts, and their sizes in bytes. */
const LAYOUTS: readonly [RegisterMap, number][] = [
  [NVME, 0x40],
  [NVME_COMMAND, NVME_COMMAND_SIZE],
  [NVME_COMPLETION, NVME_COMPLETION_SIZE],
  [NVME_RANGE, 16],
  [NVME_CONTROLLER, 4096],
  [NVME_NAMESPACE, 128],
  [NVME_BLOCK_FORMAT, 132],
  [NVME_ERROR_LOG, 64],
  [NVME_HEALTH_LOG, 512],
  ...Object.values(NVME_COMMANDS).map((map): [RegisterMap, number] => [map, NVME_COMMAND_SIZE]),
];

Deno.test("NVMe's layouts are in ascending order, do not overlap, and fit their size", () => {
  for (const [map, size] of LAYOUTS) {
    let end = 0;
    for (const [name, { at, width }] of Object.entries(map)) {
      assert(at >= end, `${name} begins at ${at}, before ${end}`);
      end = at + width / 8;
    }
    assert(end <= size, `${end} bytes of ${size}`);
  }
});

Deno.test("NVMe's fields are written msb first, and do not overlap", () => {
  const registers = [...LAYOUTS.map(([map]) => map), NVME_FEATURES, NVME_EVENT].flatMap((map) =>
    Object.values<{ width: number; fields?: Record<string, number | readonly [number, number]> }>(map)
  );
  for (const { width, fields = {} } of registers) {
    let below = width;
    for (const [name, field] of Object.entries(fields)) {
      const [msb, lsb] = typeof field === "number" ? [field, field] : field;
      assert(msb < below && lsb <= msb, `${name} at [${msb}, ${lsb}], below ${below}`);
      below = lsb;
    }
  }
});

Deno.test("NVME_CONTROLLER_TEXT and NVME_CONTROLLER do not overlap", () => {
  for (const { at, size } of Object.values(NVME_CONTROLLER_TEXT)) {
    for (const [name, field] of Object.entries(NVME_CONTROLLER)) {
      assert(field.at + field.width / 8 <= at || field.at >= at + size, name);
    }
  }
});

Deno.test("NVMe's layouts are where the specification has them", () => {
  const { cc, csts, aqa, asq, acq, cmbsz } = NVME;
  assertEquals([cc.at, csts.at, aqa.at, asq.at, acq.at, cmbsz.at], [0x14, 0x1c, 0x24, 0x28, 0x30, 0x3c]);
  const { oacs, sqes, nn, oncs, vwc, sgls } = NVME_CONTROLLER;
  assertEquals([oacs.at, sqes.at, nn.at, oncs.at, vwc.at, sgls.at], [256, 512, 516, 520, 525, 536]);
  const { nlbaf, flbas, dlfeat } = NVME_NAMESPACE;
  assertEquals([nlbaf.at, flbas.at, dlfeat.at], [25, 26, 33]);
  assertEquals([NVME_HEALTH_LOG.dataUnitsRead.at, NVME_HEALTH_LOG.errorCount.at], [32, 176]);
});

Deno.test("nvmeDoorbell() tells where doorbells are, at every stride", () => {
  assertEquals([nvmeDoorbell(0, "tail", 0), nvmeDoorbell(0, "head", 0)], [0x1000, 0x1004]);
  assertEquals([nvmeDoorbell(3, "tail", 0), nvmeDoorbell(3, "head", 0)], [0x1018, 0x101c]);
  assertEquals([nvmeDoorbell(1, "tail", 2), nvmeDoorbell(1, "head", 2)], [0x1020, 0x1030]);
});

Deno.test("nvmeStatusName() names statuses, and knows that it does not know", () => {
  assertEquals(nvmeStatusName(0), "success");
  assertEquals(nvmeStatusName(0x285), "compareFailure");
  assertEquals(nvmeStatusName(0x7ff), undefined);
  const codes = Object.values(NVME_STATUS);
  assertEquals(new Set(codes).size, codes.length);
});

Deno.test("packFields() and unpackFields() are each other's reverse", () => {
  const raw = packFields(NVME_COMPLETION.status, { dnr: true, status: 0x285, phase: true });
  assertEquals(raw, 0x850b);
  const { dnr, more, status, phase } = unpackFields(NVME_COMPLETION.status, raw);
  assertEquals({ dnr, more, status, phase }, { dnr: true, more: false, status: 0x285, phase: true });
  assertThrows(() => packFields(NVME_COMPLETION.status, { status: 0x800 }), RangeError);
});
