/** Typed registers, over memory of the emulated host. */
import { registers } from "@vfio/vfio";
import { EDU } from "@vfio/vfio/devices";
import { EmulatedHost } from "@vfio/vfio/emulated";
import { alone } from "../line.ts";
import { post } from "./worker.ts";

const TURN = 1_000;

using memory = new EmulatedHost().allocate(4096);
const edu = registers(memory, EDU);

post([
  alone("registers: read, and look at a field", TURN, () => {
    let sum = 0;
    for (let i = 0; i < TURN; i++) sum += edu.id.read().major;
    return sum;
  }),
  alone("registers: read without fields", TURN, () => {
    let sum = 0;
    for (let i = 0; i < TURN; i++) sum += edu.factorial.read();
    return sum;
  }),
  alone("registers: write fields", TURN, () => {
    for (let i = 0; i < TURN; i++) edu.status.write({ irqWhenDone: true });
  }),
  alone("registers: update a field", TURN, () => {
    for (let i = 0; i < TURN; i++) edu.status.update({ irqWhenDone: true });
  }),
  alone("registers: write 64 bits", TURN, () => {
    for (let i = 0; i < TURN; i++) edu.dmaSource.write(0x1000n);
  }),
]);
