import { attempt } from "./attempt.ts";
import { copyCheckout } from "./checkout.ts";
import { emulator } from "./emulator.ts";
import { initrd, type Job, TOOLS_MOUNT } from "./initrd.ts";
import { defaultKernel, type Kernel, kernelFor } from "./kernel.ts";
import { checkTools } from "./missing.ts";
import type { BootOptions, BootResult } from "./options.ts";
import { qemuArguments, type Share, unsafeInterrupts } from "./qemu.ts";
import { makeScratch } from "./scratch.ts";
import { busybox, denoTools } from "./tools.ts";
import { say } from "./say.ts";

/** How much of the console is shown when a guest is booted once more. */
const CONSOLE_LINES = 40;

/** What an unprivileged login may lock on a stock system. */
const USER_MEMLOCK_KIB = 8192;

/**
 * Boots a real Linux with an emulated IOMMU and PCI devices bound to vfio-pci, runs a shell script there, and
 * brings back what it printed and its status.
 *
 * The script runs in /src, a copy of the checkout. It finds deno in its PATH, `VFIO_<NAME>` with the address of
 * each device (`VFIO_EDU`, `VFIO_EDU_2`, ...), `VFIO_<NAME>_GROUP`, `VFIO_<NAME>_CDEV`, `VFIO_DEVICES`, and the
 * commands `vfio-bind`, `vfio-unbind`, `vfio-ls`, `hmp` and `as-user`.
 *
 * @throws {Missing} when this machine lacks a tool or the kernel.
 */
export async function boot(options: BootOptions, script: string): Promise<BootResult> {
  const { kernel, tools } = await prepare(options.kernel ?? defaultKernel());
  const limit = options.attempts ?? 2;
  for (let attempts = 1;; attempts++) {
    const result = { ...await bootOnce(options, script, kernel, tools), attempts };
    if (result.reason === undefined || attempts >= limit) return result;
    say(`${result.reason}; once more. The console's end:`);
    for (const line of result.console.trimEnd().split("\n").slice(-CONSOLE_LINES)) say(`| ${line.trimEnd()}`);
  }
}

/** Fills the cache with all that booting `kernelName` takes. */
export async function prepare(kernelName: string): Promise<{ kernel: Kernel; tools: string }> {
  await checkTools();
  const kernel = await kernelFor(kernelName);
  await busybox();
  return { kernel, tools: await denoTools() };
}

async function bootOnce(
  options: BootOptions,
  script: string,
  kernel: Kernel,
  tools: string,
): Promise<Omit<BootResult, "attempts">> {
  const directory = await makeScratch();
  try {
    await Deno.mkdir(`${directory}/src`);
    await copyCheckout(`${directory}/src`);
    for (const [path, content] of Object.entries(options.files ?? {})) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${directory}/src/${path}`, bytes);
    }
    const shares: Share[] = [
      { tag: "tools", path: tools, mount: TOOLS_MOUNT, readOnly: true },
      { tag: "src", path: `${directory}/src`, mount: "/src", readOnly: false },
    ];
    const end = `\n${crypto.randomUUID()}\n`;
    await Deno.writeFile(
      `${directory}/initrd`,
      await initrd(jobOf(options, script, shares, end), kernel.modules),
    );
    const program = await emulator(options.qemuVersion ?? "installed");
    const qemu = [...program, ...qemuArguments(options, kernel.image, shares, directory)];
    return await attempt(options, qemu, directory, end);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function jobOf(options: BootOptions, script: string, shares: readonly Share[], end: string): Job {
  const memlock = options.memlockKib ?? (options.user ? USER_MEMLOCK_KIB : "unlimited");
  return {
    conf: {
      SHARES: shares.map(({ tag, mount, readOnly }) => `${tag},${mount},${readOnly ? "ro" : "rw"}`).join(" "),
      LOAD: (options.load ?? []).join(" "),
      BIND: options.bind?.join(" ") ?? "*",
      UNSAFE: unsafeInterrupts(options) ? "1" : "",
      NOIOMMU: options.iommu === "none" ? "1" : "",
      AS_USER: options.user ? "1" : "",
      MEMLOCK: `${memlock}`,
      END: end,
    },
    env: options.env ?? {},
    script,
  };
}
