/** The command on the guest, in this process: a run of its own takes 5 seconds there. And what the guest looks like. */
import { linux } from "../../../backends/linux/mod.ts";
import type { Backend } from "../../../mod.ts";
import { vfio as run } from "../../unit/cli/captured_io.ts";
import type { Result, World } from "../../unit/cli/captured_io.ts";

/** Runs `vfio` with these words, as root. @param world More of what is around it. */
export function vfio(words: readonly string[], world: World = {}): Promise<Result> {
  const backend: Backend = world.backend ?? linux();
  return run(words, { ...world, backend });
}

/** Runs a command of the guest's shell. @throws {Error} when it fails. */
export function shell(command: string): string {
  const { success, stdout, stderr } = new Deno.Command("sh", { args: ["-c", command] }).outputSync();
  const text = new TextDecoder().decode(stdout);
  if (!success) throw new Error(`${command}\n${text}${new TextDecoder().decode(stderr)}`);
  return text.trimEnd();
}

/** What sysfs says of a device, and what is kept in mind of it. */
export interface SysfsState {
  readonly driver: string | undefined;
  readonly override: string;
  readonly remembered: string | undefined;
}

/** Looks at a device, past the library. */
export function stateOf(address: string): SysfsState {
  const folder = `/sys/bus/pci/devices/${address}`;
  const driver = ifThere(() => Deno.readLinkSync(`${folder}/driver`).split("/").at(-1));
  const override = Deno.readTextFileSync(`${folder}/driver_override`).trim();
  const remembered = ifThere(() => Deno.readTextFileSync(`/run/vfio/${address}`).trim());
  return { driver, override: override === "(null)" ? "" : override, remembered };
}

/** Who has a group's node, as "UID:GID MODE". */
export function nodeOf(group: string): string {
  return shell(`stat -c '%u:%g %a' /dev/vfio/${group}`);
}

/** All that binding changes: drivers, overrides, nodes, what is kept in mind, files for the next start. */
export function snapshot(): string {
  return shell(`
    vfio-ls; cat /sys/bus/pci/devices/*/driver_override
    find /dev/vfio -exec stat -c '%n %u:%g %a' {} +
    find /run/vfio /etc/udev /etc/driverctl.d -type f -exec head -n 99 {} + 2>/dev/null || true`);
}

function ifThere<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
