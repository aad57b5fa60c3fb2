/** The command as processes of their own: what Ctrl-C and a kill leave behind. */
import { assertEquals, assertMatch } from "@std/assert";
import { linux } from "../../../backends/linux/mod.ts";
import { readText } from "../../../os/files.ts";
import { vfio } from "../../unit/cli/captured_io.ts";
import { named, vfioDescriptors } from "./machine.ts";

const LOOK_MS = 50;
const LOOKS = 1000;
const backend = linux();
// libc is loaded before leaks are looked for: it stays.
readText("/proc/interrupts");

/** A process that runs `vfio`. */
class VfioProcess {
  readonly #process: Deno.ChildProcess;
  readonly #out: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(line: string) {
    this.#process = new Deno.Command("vfio", { args: line.split(" "), stdout: "piped", stderr: "null" })
      .spawn();
    this.#out = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Waits until it has a device open. */
  async opened(): Promise<void> {
    for (let look = 0; look < LOOKS; look++) {
      if (vfioDescriptors(this.#process.pid).some((target) => target.includes("vfio-device"))) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    throw new Error("It opened no device");
  }

  /** Waits until it has printed so many lines. @returns The last of them. */
  async prints(count: number): Promise<string> {
    while (this.#text.split("\n").length <= count) {
      const { value, done } = await this.#out.read();
      if (done) throw new Error(`It printed no ${count} lines: ${this.#text}`);
      this.#text += value;
    }
    return this.#text.split("\n")[count - 1] ?? "";
  }

  /** Sends a signal, and waits for the end. */
  async end(signal: "SIGINT" | "SIGKILL"): Promise<Deno.CommandStatus> {
    this.#process.kill(signal);
    await this.#out.cancel();
    return await this.#process.status;
  }
}

/** Makes sure that a device opens at once, and that nobody has interrupts of one. */
async function assertLetGo(name: string): Promise<void> {
  const { status, err } = await vfio(["mem", named(name), "0", "read", "0x8"], { backend });
  assertEquals([status, err], [0, ""]);
  assertEquals(readText("/proc/interrupts").match(/.*vfio.*/g), null);
}

/** Raises edu's interrupt, behind an acknowledgement: QEMU's IOAPIC misses a level that is high before it is enabled. */
const RAISE = "0:0x64=1,0:0x60=1";
const LONG: Readonly<Record<string, string>> = {
  EDU: `irq ${named("EDU")} watch --type intx --timeout 120000 --poke ${RAISE}`,
  NVME: `bench ${named("NVME")} map -n 100000000`,
};

for (const [name, line] of Object.entries(LONG)) {
  Deno.test(`Ctrl-C ends vfio ${line} with 130, and the device opens again at once`, async () => {
    const process = new VfioProcess(line);
    await process.opened();
    const { code, signal } = await process.end("SIGINT");
    assertEquals([code, signal], [130, null]);
    await assertLetGo(name);
  });
}

Deno.test("Ctrl-C ends vfio mem watch with 130, and the device opens again at once", async () => {
  const process = new VfioProcess(`mem ${named("EDU")} 0 watch status --map edu`);
  assertMatch(await process.prints(1), /^0x000020 {2}status {2}0x\w{8} {2}computing=/);
  const { code, signal } = await process.end("SIGINT");
  assertEquals([code, signal], [130, null]);
  await assertLetGo("EDU");
});

Deno.test("A kill in the middle of vfio irq watch leaves a device that opens and interrupts again", async () => {
  const process = new VfioProcess(LONG["EDU"] ?? "");
  await process.prints(1);
  assertEquals((await process.end("SIGKILL")).signal, "SIGKILL");
  await assertLetGo("EDU");
  const again = `irq ${named("EDU")} watch --type msi --count 1 --timeout 10000 --poke ${RAISE}`;
  const { out } = await vfio(again.split(" "), { backend });
  assertMatch(out, /^msi 0 {2}\+1 /);
});

Deno.test("vfio faults -f tells what is blocked while it runs, until Ctrl-C", async () => {
  const isolation = ["selftest", named("EDU"), "--isolation"];
  await vfio(isolation, { backend });
  const before = (await vfio(["faults"], { backend })).out.trimEnd().split("\n").length;
  const process = new VfioProcess("faults -f");
  await process.prints(before);
  await vfio(isolation, { backend });
  assertMatch(await process.prints(before + 1), /^\[ *[\d.]+\] 0000:\S+ wanted to write IOVA 0x1000: /);
  const { code, signal } = await process.end("SIGINT");
  assertEquals([code, signal], [130, null]);
});
