/** Commands that are put together by their registers: those that no hot path knows. */
import { ByteMemory } from "../../../core/byte_memory.ts";
import { registers } from "../../../core/registers.ts";
import type { RegisterMap, Registers } from "../../../core/registers.ts";
import { NVME_COMMAND, NVME_COMMAND_SIZE } from "../registers_entries.ts";

/** What most commands have. */
export interface CommandHead {
  readonly opcode: number;
  readonly namespace?: number;
  /** Where the data begin. */
  readonly prp1?: bigint;
}

/**
 * Puts a command together.
 *
 * @param map The words that are the command's own, one of `NVME_COMMANDS`.
 * @param fill Writes them; the others are 0.
 */
export function commandEntry<M extends RegisterMap>(
  head: CommandHead,
  map: M,
  fill: (fields: Registers<M>) => void,
): Uint32Array {
  const { opcode, namespace = 0, prp1 = 0n } = head;
  const bytes = new Uint8Array(NVME_COMMAND_SIZE);
  const memory = new ByteMemory(bytes);
  const common = registers(memory, NVME_COMMAND);
  common.opcode.write(opcode);
  common.nsid.write(namespace);
  common.prp1.write(prp1);
  fill(registers(memory, map));
  return new Uint32Array(bytes.buffer);
}
