/**
 * Copies a file to an NVMe namespace and back, and compares: on an emulated host, without any permission, or on hardware.
 * Without a file it makes up 16 MiB.
 *
 *     deno run examples/nvme_copy.ts
 *     deno run --allow-read=data.bin examples/nvme_copy.ts data.bin
 *     deno run --allow-ffi examples/nvme_copy.ts --backend linux 0000:01:00.0 --overwrite
 *
 * On hardware `--overwrite` is needed: the namespace's first blocks are lost.
 */
import { openDevice } from "@vfio/vfio";
import type { Clock } from "@vfio/vfio";
import { EmulatedNvme } from "@vfio/vfio/devices";
import { openNvme } from "@vfio/vfio/nvme";
import type { Nvme, NvmeNamespace } from "@vfio/vfio/nvme";
import { parse, refuse, run, targetOf } from "./arguments.ts";

const PROGRAM = "examples/nvme_copy.ts";
const GRAMMAR = { options: { "--overwrite": "", "--namespace": "ID" }, operand: "FILE" };
const MADE_UP = 16 * 2 ** 20;
/** Bytes between two looks at the bar; one call moves them as many commands at a time. */
const STEP = 2 ** 20;

/** Bytes of which none is like the next, and the same at each run. */
function makeUp(size: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(size / 4);
  let state = 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer);
}

/** Draws a bar on a terminal; elsewhere it draws nothing. */
function progress(what: string, done: number, total: number): void {
  if (!Deno.stderr.isTerminal()) return;
  const width = 40;
  const filled = Math.round((width * done) / total);
  const bar = "█".repeat(filled) + "░".repeat(width - filled);
  const line = `\r${what} ${bar} ${Math.round((100 * done) / total)} %${done < total ? "" : "\r\x1b[K"}`;
  Deno.stderr.writeSync(new TextEncoder().encode(line));
}

/** Moves all of `data`, and says how long it took. */
async function move(
  what: "write" | "read",
  namespace: NvmeNamespace,
  data: Uint8Array,
  clock: Clock,
): Promise<void> {
  const start = clock.now();
  progress(what, 0, data.length);
  for (let at = 0; at < data.length; at += STEP) {
    await namespace[what](at / namespace.blockSize, data.subarray(at, at + STEP));
    progress(what, Math.min(at + STEP, data.length), data.length);
  }
  if (what === "write") await namespace.flush();
  const ms = clock.now() - start;
  say(what, `${data.length} bytes in ${ms.toFixed(1)} ms, ${(data.length / ms / 1000).toFixed(0)} MB/s`);
}

async function copy(
  nvme: Nvme,
  namespace: NvmeNamespace,
  data: Uint8Array<ArrayBuffer>,
  clock: Clock,
): Promise<void> {
  const { identity } = nvme;
  say("device", `${identity.model}, serial ${identity.serial}`);
  say("namespace", `${namespace.id}: ${namespace.blocks} blocks of ${namespace.blockSize} bytes`);
  const whole = Math.ceil(data.length / namespace.blockSize) * namespace.blockSize;
  if (BigInt(whole) > namespace.size) {
    throw new RangeError(`Cannot copy ${whole} bytes: the namespace has ${namespace.size}`);
  }
  const padded = new Uint8Array(whole);
  padded.set(data);
  await move("write", namespace, padded, clock);
  padded.fill(0);
  await move("read", namespace, padded, clock);
  const [sent, back] = await Promise.all([sha256(data), sha256(padded.subarray(0, data.length))]);
  say("sent", sent);
  say("back", back);
  if (sent !== back) throw new Error("What came back is not what was sent");
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

function say(what: string, text: string): void {
  console.log(`${what.padEnd(10)}${text}`);
}

async function main(): Promise<void> {
  const line = parse(Deno.args, GRAMMAR) ?? refuse(PROGRAM, GRAMMAR);
  const id = Number(line.options.get("--namespace") ?? 1);
  if (!Number.isInteger(id) || id < 1) refuse(PROGRAM, GRAMMAR);
  const [file] = line.operands;
  if (line.address !== undefined && !line.options.has("--overwrite")) {
    throw new Error(
      `Cannot write to namespace ${id} of ${line.address}: its first blocks would be lost, for good. --overwrite allows it`,
    );
  }
  const data = file === undefined ? makeUp(MADE_UP) : Deno.readFileSync(file);
  if (data.length === 0) throw new RangeError(`Cannot copy ${file}: it is empty`);
  const { backend, address } = targetOf(line.address, () => new EmulatedNvme());
  using device = openDevice(address, { backend });
  await using nvme = await openNvme(device);
  await copy(nvme, nvme.namespace(id), data, device.clock);
}

await run(main);
