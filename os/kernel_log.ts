/** The kernel's log, record by record. */
import { EAGAIN, EINTR, EPIPE, O_NONBLOCK, O_RDONLY } from "./constants_data.ts";
import { Descriptor } from "./descriptor.ts";
import { openFile } from "./files.ts";
import { errno, libc } from "./libc.ts";
import { systemError } from "./system_error.ts";

const NODE = "/dev/kmsg";
/** The kernel's own limit of a record, and more. */
const RECORD = 0x2000;

class LogFile extends Descriptor {}

/**
 * Reads the records that the kernel keeps.
 *
 * @throws {VfioError} what open(2) and read(2) give: `EPERM` for whom the log is not.
 * @see Linux, Documentation/ABI/testing/dev-kmsg
 */
export function readKernelLog(): string[] {
  using file = new LogFile(openFile(NODE, O_RDONLY | O_NONBLOCK), NODE);
  const buffer = new Uint8Array(RECORD);
  const records: string[] = [];
  for (;;) {
    const count = libc().read(file.fd, buffer, BigInt(RECORD));
    if (count > 0) {
      records.push(new TextDecoder().decode(buffer.subarray(0, count)));
      continue;
    }
    const number = count === 0 ? EAGAIN : errno();
    if (number === EAGAIN) return records;
    // EPIPE: what came next was overwritten meanwhile; the next read goes on behind it.
    if (number !== EINTR && number !== EPIPE) throw systemError(number, "read", NODE);
  }
}
