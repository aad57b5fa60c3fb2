/** The accesses, on memory of this process: what a register's costs without the device. */
import { linux } from "@vfio/vfio/linux";
import { against } from "../line.ts";
import { parameter, post } from "./worker.ts";

const TURN = 1_000;

const { symbols: c } = Deno.dlopen(parameter(import.meta.url, "library"), {
  read32: { parameters: ["pointer", "u32"], result: "f64" },
  read64: { parameters: ["pointer", "u32"], result: "f64" },
  write32: { parameters: ["pointer", "u32"], result: "void" },
  write64: { parameters: ["pointer", "u32"], result: "void" },
});

using memory = linux().allocate(4096);
const pointer = Deno.UnsafePointer.create(memory.vaddr);

post([
  await against("memory: read32", TURN, () => {
    let sum = 0;
    for (let i = 0; i < TURN; i++) sum += memory.read32(0);
    return sum;
  }, () => c.read32(pointer, TURN)),
  await against("memory: write32", TURN, () => {
    for (let i = 0; i < TURN; i++) memory.write32(0, i);
  }, () => c.write32(pointer, TURN)),
  await against("memory: read64", TURN, () => {
    let last = 0n;
    for (let i = 0; i < TURN; i++) last = memory.read64(0);
    return last;
  }, () => c.read64(pointer, TURN)),
  await against("memory: write64", TURN, () => {
    for (let i = 0; i < TURN; i++) memory.write64(0, 0x1000n);
  }, () => c.write64(pointer, TURN)),
]);
