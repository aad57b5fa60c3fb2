/** MadeUpDevice: a device whose file is a memfd, with its regions where those of a device lie in the device's file. */
import { LinuxDevice } from "../../backends/linux/device.ts";
import { startOf } from "../../backends/linux/positions.ts";
import type { RegionInfo } from "../../core/region.ts";
import { EBADF, EINVAL, O_RDWR } from "../../os/constants_data.ts";
import { openFile, readPart } from "../../os/files.ts";
import { libc } from "../../os/libc.ts";
import { systemError } from "../../os/system_error.ts";
import { memfd } from "./memfd.ts";
import "./holdings.ts";

export const CONFIG = 7;
export const COMMAND = 0x04;
/** Command's Memory Space. */
export const MEMORY_SPACE = 0x0002;

/** What its file is called. */
export const FILE = "vfio-made-up";

/** What the kernel would tell of a region, as far as it matters. */
export type MadeUpRegion = Partial<Pick<RegionInfo, "size" | "capabilities">>;

/** A device that is not there. Its config space is zeros, but for Memory Space, which is on. */
export class MadeUpDevice extends LinuxDevice {
  readonly #regions: ReadonlyMap<number, MadeUpRegion>;

  /** Makes it, with regions by their index; the config space is there always. Owns `fd`, its file. */
  constructor(
    regions: Readonly<Record<number, MadeUpRegion>> = {},
    fd: number = memfd(FILE, 0x900_0000_0000),
  ) {
    super(fd, "ffff:00:00.0");
    this.#regions = new Map(
      Object.entries({ [CONFIG]: { size: 256 }, ...regions }).map(([i, region]) => [Number(i), region]),
    );
    this.poke(CONFIG, COMMAND, MEMORY_SPACE, 0);
  }

  /** Another handle on the same device. */
  openAgain(): MadeUpDevice {
    return new MadeUpDevice(Object.fromEntries(this.#regions), openFile(`/proc/self/fd/${this.fd}`, O_RDWR));
  }

  /** What the ioctl would tell. */
  override regionInfo(index: number): RegionInfo {
    const region = this.#regions.get(index);
    if (this.closed || region === undefined) {
      throw systemError(this.closed ? EBADF : EINVAL, "VFIO_DEVICE_GET_REGION_INFO", this.name);
    }
    return {
      index,
      size: 0,
      offset: index * 2 ** 40,
      readable: true,
      writable: true,
      mappable: true,
      capabilities: [],
      ...region,
    };
  }

  /** Puts bytes into the file, past the library. */
  poke(index: number, offset: number, ...bytes: number[]): void {
    const position = startOf(index) + BigInt(offset);
    const count = libc().pwrite(this.fd, Uint8Array.from(bytes), BigInt(bytes.length), position);
    if (count !== bytes.length) throw new Error(`Cannot write region ${index} at ${offset}`);
  }

  /** Takes bytes out of the file, past the library. */
  peek(index: number, offset: number, size: number): number[] {
    const into = new Uint8Array(size);
    const count = readPart(
      `/proc/self/fd/${this.fd}`,
      Number(startOf(index)) + offset,
      into,
      size,
    );
    return [...into.subarray(0, count)];
  }
}
