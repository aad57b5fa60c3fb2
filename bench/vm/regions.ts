/** Regions through the kernel: an access is one pread(2) or pwrite(2). */
import { EDU } from "@vfio/vfio/devices";
import { against } from "../line.ts";
import type { Line } from "../line.ts";
import type { Effort } from "../paired.ts";
import type { Machine } from "./machine.ts";

const TURN = 200;
const BAR = 0;
const CONFIG = 7;
const CONFIG_SIZE = 256;
/** Vendor and device ID. */
const ID = 0;

/** Measures the accesses; first C against C by hand, and what Deno itself takes for a call. */
export async function* regionLines(machine: Machine, effort: Effort): AsyncGenerator<Line> {
  const { twin, file, device } = machine;
  const bar = device.model.region(BAR);
  const config = device.model.region(CONFIG);
  const into = new Uint8Array(CONFIG_SIZE);
  const register = BigInt(bar.info().offset + EDU.liveness.at);
  const start = BigInt(config.info().offset);
  const word = Deno.UnsafePointer.of(into);
  yield await against(
    "pread 4 in C, by hand / in C",
    TURN,
    () => twin.tuned_region_read(file, register, 4, TURN),
    () => twin.region_read(file, register, 4, TURN),
    effort,
  );
  yield await against(
    "pread 4, a bare call / in C",
    TURN,
    () => {
      let sum = 0;
      for (let i = 0; i < TURN; i++) sum += twin.pread(file, word, 4n, register);
      return sum;
    },
    () => twin.region_read(file, register, 4, TURN),
    effort,
  );
  yield await against(
    "region: pread 4",
    TURN,
    () => {
      let sum = 0;
      for (let i = 0; i < TURN; i++) sum += bar.read32(EDU.liveness.at);
      return sum;
    },
    () => twin.region_read(file, register, 4, TURN),
    effort,
  );
  yield await against(
    "region: pwrite 4",
    TURN,
    () => {
      for (let i = 0; i < TURN; i++) bar.write32(EDU.liveness.at, i);
    },
    () => twin.region_write(file, register, TURN),
    effort,
  );
  yield await against(
    "config: read 4",
    TURN,
    () => {
      let sum = 0;
      for (let i = 0; i < TURN; i++) sum += config.read32(ID);
      return sum;
    },
    () => twin.region_read(file, start, 4, TURN),
    effort,
  );
  yield await against(
    "config: read 256",
    TURN,
    () => {
      let sum = 0;
      for (let i = 0; i < TURN; i++) sum += config.read(0, into);
      return sum;
    },
    () => twin.region_read(file, start, CONFIG_SIZE, TURN),
    effort,
  );
}
