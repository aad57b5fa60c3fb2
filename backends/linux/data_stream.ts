/** LinuxDataStream: a descriptor that migration data go through. */
import { byteLengthOf } from "../../core/checks.ts";
import type { DataStream } from "../../core/device.ts";
import { Descriptor } from "../../os/descriptor.ts";
import { errno, libc } from "../../os/libc.ts";
import { systemError } from "../../os/system_error.ts";

/** A migration stream. */
export class LinuxDataStream extends Descriptor implements DataStream {
  /** Reads what has come; 0 bytes at the end. */
  read(into: Uint8Array<ArrayBuffer>): number {
    const size = BigInt(byteLengthOf("into", into));
    const count = libc().read(this.fd, into, size);
    if (count < 0) throw systemError(errno(), "read", this.subject);
    return count;
  }

  /** Writes once. */
  write(from: Uint8Array<ArrayBuffer>): number {
    const size = BigInt(byteLengthOf("from", from));
    const count = libc().write(this.fd, from, size);
    if (count < 0) throw systemError(errno(), "write", this.subject);
    return count;
  }
}
