import $ from "dax";
import { Channel, Output, PORTS } from "./channel.ts";
import { Control } from "./control.ts";
import { Monitor } from "./monitor.ts";
import { type BootOptions, type BootResult, DIED, TIMED_OUT } from "./options.ts";
import { readTrace } from "./trace.ts";

/** How long the last output may take once the script has ended, and a killed QEMU to go. */
const GRACE_MS = 10_000;

/** How long a stalled guest may take to say where it is. */
const POST_MORTEM_MS = 3_000;

/**
 * Runs QEMU once.
 *
 * @param command QEMU and its arguments.
 * @param directory Its working directory.
 * @param end What the guest ends its output streams with.
 */
export async function attempt(
  options: BootOptions,
  command: readonly string[],
  directory: string,
  end: string,
): Promise<Omit<BootResult, "attempts">> {
  const channels = openChannels(directory);
  const echo = Deno.env.get("VFIO_VM_VERBOSE")
    ? (chunk: Uint8Array) => Deno.stderr.writeSync(chunk)
    : undefined;
  const stdout = new Output(channels.out, end, echo);
  const stderr = new Output(channels.err, end, echo);
  const control = new Control(channels.ctl);
  const monitor = new Monitor(channels.qmp);
  const served = monitor.serve(channels.hmp);
  const startedAt = performance.now();
  // However this process ends, the kernel takes QEMU along.
  const child = $`setpriv --pdeathsig KILL ${command}`
    .cwd(directory).noThrow().stdin("null").stdout("piped").stderr("piped").spawn();
  let timedOut = false;
  let places = "";
  let qemu: Awaited<Child>;
  try {
    timedOut = await within(options.timeoutMs ?? 180_000, Promise.race([control.done, child])) === "timeout";
    if (timedOut) places = `\n${await postMortem(monitor, child)}\n`;
    if (control.status !== undefined && !control.undrained) {
      await within(GRACE_MS, Promise.race([Promise.all([stdout.done, stderr.done]), child]));
    }
  } finally {
    qemu = await stop(child);
    Object.values(channels).forEach((channel) => channel.close());
    await Promise.all([stdout.done, stderr.done, control.done, monitor.done, served]);
  }
  const complete = control.undrained || stdout.complete && stderr.complete;
  const reason = control.reason ??
    (timedOut ? `the guest did not finish within ${(options.timeoutMs ?? 180_000) / 1000} s` : undefined) ??
    (control.status === undefined
      ? `the guest ended without a status, QEMU with ${qemu.code}: ${words(qemu.stderr)}`
      : undefined) ??
    (complete ? undefined : "the guest's output is incomplete");
  const console = await Deno.readTextFile(`${directory}/console`).catch(() => "");
  return {
    status: timedOut ? TIMED_OUT : reason === undefined ? control.status ?? DIED : DIED,
    stdout: stdout.text,
    stderr: stderr.text,
    kernel: control.kernel,
    kernelVersion: control.kernelVersion,
    console: console + places,
    reason,
    trace: options.trace === undefined ? [] : await readTrace(`${directory}/trace`, options.trace.containing),
    bootMs: control.readyAt === undefined ? undefined : control.readyAt - startedAt,
    totalMs: control.exitAt === undefined ? undefined : control.exitAt - startedAt,
  };
}

type Child = ReturnType<ReturnType<typeof $>["spawn"]>;

function openChannels(directory: string): Record<typeof PORTS[number], Channel> {
  const [out, err, ctl, hmp, qmp] = PORTS.map((name) => new Channel(`${directory}/${name}.sock`));
  if (!out || !err || !ctl || !hmp || !qmp) throw new Error("a channel is missing");
  return { out, err, ctl, hmp, qmp };
}

/** Waits for `event`, `milliseconds` at most. */
async function within(milliseconds: number, event: PromiseLike<unknown>): Promise<"event" | "timeout"> {
  const { promise, resolve } = Promise.withResolvers<"timeout">();
  const timer = setTimeout(() => resolve("timeout"), milliseconds);
  const outcome = await Promise.race([event.then(() => "event" as const), promise]);
  clearTimeout(timer);
  return outcome;
}

/**
 * Asks a stalled guest where it is: an NMI makes its kernel print a backtrace.
 *
 * @returns The places of its processors.
 */
async function postMortem(monitor: Monitor, child: Child): Promise<string> {
  let places = "QEMU's monitor did not answer: QEMU itself hangs";
  async function ask(): Promise<void> {
    const registers = await monitor.human("info registers -a");
    places = registers.split("\n").filter((line) => /^CPU#|^RIP=/.test(line)).join("\n");
    await monitor.call("inject-nmi");
    await child;
  }
  await within(POST_MORTEM_MS, ask());
  return places;
}

/** Ends QEMU, by force if it does not listen. */
async function stop(child: Child): Promise<Awaited<Child>> {
  child.kill("SIGTERM");
  if (await within(GRACE_MS, child) === "timeout") child.kill("SIGKILL");
  return await child;
}

/** What QEMU said, without what it says at every end, and without the registers it dumps when it gives up. */
function words(stderr: string): string {
  return stderr.split("\n").filter((line) => !/terminating on signal|has no peer/.test(line)).join(" ")
    .trim().replace(/ CPU #0:.*/, "");
}
