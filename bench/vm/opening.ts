/** Opening: from an address to the first register, and back. */
import { openDevice } from "@vfio/vfio";
import { EDU } from "@vfio/vfio/devices";
import { against } from "../line.ts";
import type { Line } from "../line.ts";
import type { Effort } from "../paired.ts";
import { cString } from "./twin.ts";
import type { Twin } from "./twin.ts";

/** Measures it. */
export async function* openingLines(twin: Twin, address: string, effort: Effort): AsyncGenerator<Line> {
  const name = cString(address);
  yield await against(
    "open, read a register, close",
    1,
    () => {
      using device = openDevice(address);
      return device.region("bar0").read32(EDU.id.at);
    },
    () => twin.vfio_first(name),
    effort,
  );
}
