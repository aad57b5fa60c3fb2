/** Runs lines of the command on devices, and says how they end: on an emulated host, and on a real kernel. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Backend } from "../../../../mod.ts";
import { vfio } from "../captured_io.ts";
import { assertDocumented } from "./documented.ts";

/** A line, and how it has to end. */
export interface Row {
  /** The words behind `vfio`; EDU, NVME, ... stand for the devices' addresses. */
  readonly line: string;
  /** @default 0 */
  readonly status?: number;
  /** What stands on standard output. @default nothing */
  readonly out?: RegExp;
  /** What stands on standard error. @default nothing */
  readonly err?: RegExp;
  /** Ctrl-C is pressed while it waits. */
  readonly interrupted?: true;
}

/** The devices of a machine, by their names in rows. */
export type Addresses = Readonly<Record<string, string>>;

/** Files that rows name. */
const FILES: Readonly<Record<string, string>> = {
  "edu.json": `{
    "ID": {"at": "0x0", "access": "ro", "fields": {"major": [31, 24]}},
    "FACTORIAL": {"at": 8},
    "STATUS": {"at": "0x20", "fields": {"computing": 0, "irq": 7}},
    "SOURCE": {"at": "0x80", "width": 64}
  }`,
  "csr.csv": `csr_register,ctrl_scratch,0xf0000004,1,rw
csr_register,ctrl_errors,0xf0000008,2,ro
memory_region,csr,0xf0000000,65536,io`,
  "unaligned.json": `{"a": {"at": 1}}`,
  "none.csv": "nothing",
};
const PRESSED_AFTER_MS = 100;

/** Runs a row. */
export async function runRow(row: Row, backend: Backend, addresses: Addresses): Promise<void> {
  const { line, status = 0, out = /^$/, err = /^$/, interrupted = false } = row;
  const words = line.split(" ").map((word) => addresses[word] ?? word);
  const files = new Map(Object.entries(FILES));
  using timers = new DisposableStack();
  const interrupt = (press: () => void) => {
    const timer = setTimeout(press, PRESSED_AFTER_MS);
    timers.defer(() => clearTimeout(timer));
  };
  const paused = () => new Promise((resolve) => setTimeout(resolve, 0));
  const result = await vfio(words, { backend, files, paused, ...(interrupted ? { interrupt } : {}) });
  assertEquals(result.status, status, `${line}\n${result.out}${result.err}`);
  assertMatch(result.out, out, line);
  assertMatch(result.err, err, line);
  if (words.includes("--json")) assertDocumented(words[0] ?? "", result.out);
}
