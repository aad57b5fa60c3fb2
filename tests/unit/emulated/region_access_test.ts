import { assertEquals } from "@std/assert";
import { splitRead, splitWrite } from "../../../backends/emulated/vfio_pci/region_access.ts";

/** A bus that notes each access and reads the offset of each byte. */
function bus() {
  const log: string[] = [];
  const value = (offset: number, bytes: number) => {
    let sum = 0n;
    for (let i = 0; i < bytes; i++) sum |= BigInt((offset + i) & 0xff) << BigInt(8 * i);
    return sum;
  };
  return {
    log,
    read: (
      offset: number,
      width: number,
    ) => (log.push(`r${width}@${offset}`), Number(value(offset, width / 8))),
    read64: (offset: number) => (log.push(`r64@${offset}`), value(offset, 8)),
    write: (offset: number, width: number, data: number) =>
      void log.push(`w${width}@${offset}=${data.toString(16)}`),
    write64: (offset: number, data: bigint) => void log.push(`w64@${offset}=${data.toString(16)}`),
  };
}

const window = { end: 64, excluded: { start: 0, end: 0 }, needsMemory: true };
const on = { wide: true, memoryEnabled: () => true };

Deno.test("splitRead() takes the largest aligned parts that fit", () => {
  const device = bus();
  const into = new Uint8Array(16);
  assertEquals(splitRead(device, 1, into, { window, ...on }), 16);
  assertEquals(device.log, ["r8@1", "r16@2", "r32@4", "r64@8", "r8@16"]);
  assertEquals([...into], Array.from({ length: 16 }, (_, i) => i + 1));
});

Deno.test("splitRead() makes no access of 64 bits on kernels that do not", () => {
  const device = bus();
  splitRead(device, 0, new Uint8Array(8), { window, ...on, wide: false });
  assertEquals(device.log, ["r32@0", "r32@4"]);
});

Deno.test("splitWrite() writes the same parts, and drops what is excluded", () => {
  const device = bus();
  const excluded = { window: { ...window, excluded: { start: 10, end: 12 } }, ...on };
  assertEquals(splitWrite(device, 8, new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]), excluded), 8);
  assertEquals(device.log, ["w16@8=201", "w32@12=8070605"]);
});

Deno.test("splitRead() cuts at the window's end and gives EIO even after some parts", () => {
  const device = bus();
  assertEquals(splitRead(device, 60, new Uint8Array(8), { window, ...on }), 4);
  let left = 1;
  const fading = { window, wide: false, memoryEnabled: () => left-- > 0 };
  assertEquals(splitRead(device, 0, new Uint8Array(8), fading), "EIO");
});
