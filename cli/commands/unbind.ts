/** `vfio unbind`: gives devices back to the drivers that had them. */
import { driverSteps } from "../../mod.ts";
import type { DeviceEntry, DriverStep, Host } from "../../mod.ts";
import { checkUnused, isLent } from "../binding.ts";
import type { VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { findDevice } from "../device.ts";
import { UsageError } from "../errors.ts";
import { stepDocuments, stepLines } from "../steps.ts";
import { bold, cyan, dim, green } from "../text.ts";
import type { Line } from "../text.ts";
import { rest } from "../turn.ts";

/** The same that the host takes, so that wrong usage is told as such. */
const DRIVER = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** What is done with a device. */
interface Plan {
  readonly device: DeviceEntry;
  /** undefined: the driver that the kernel finds. */
  readonly to: string | undefined;
  readonly steps: readonly DriverStep[];
  /** Files that give it to vfio-pci at each start, and go away. */
  readonly startFiles: readonly string[];
}

export const unbind: VfioCommand = {
  name: "unbind",
  summary: "Give devices back to the drivers that had them",
  description:
    "Takes them from vfio-pci and gives them to the drivers that vfio bind kept in mind, or else to those that the kernel " +
    "finds; clears driver_override, and takes away what --persist left. A driver of the kernel's keeps its device, unless " +
    "--to names another. Refuses devices that a process has open: the kernel would wait.",
  arguments: [{ name: "devices", text: "which devices", variadic: true, values: "devices" }],
  options: [
    { flags: "-t, --to <driver>", text: "to this driver" },
    { flags: "--force", text: "also what is in use: the kernel asks for it, and takes it at its last close" },
  ],
  examples: ["sudo vfio unbind 01:00.0", "sudo vfio unbind 01:00.0 --to ixgbe"],
  changes: true,
  async run(context, input) {
    const { host, backend, signal } = context;
    const to = input.text("to");
    if (to !== undefined && !DRIVER.test(to)) throw new UsageError(`--to takes a driver's name, not '${to}'`);
    const plans = input.rest(0).map((word) => planOf(host, findDevice(host, word), to));
    for (const { device, to } of plans) {
      if (!input.flag("force") && leaves(device, to)) checkUnused(backend, device, "unbind");
    }
    for (const plan of context.dryRun ? [] : plans) {
      await rest(backend.clock, 0, signal);
      carryOut(host, plan);
    }
    context.answer({
      dryRun: context.dryRun,
      devices: plans.map(({ device, to, steps, startFiles }) => ({
        address: device.address,
        driver: (context.dryRun ? to : driverOf(host, device)) ?? null,
        previous: device.driver ?? null,
        steps: stepDocuments(steps),
        startFiles,
      })),
    }, () => plans.flatMap((plan) => linesOf(context, plan)));
  },
};

function planOf(host: Host, device: DeviceEntry, named: string | undefined): Plan {
  const { address, driver } = device;
  // What has become the kernel's again in another way stays where it is.
  const to = named ?? (isLent(device) ? host.rememberedDriver(address) ?? undefined : driver);
  const steps = driverSteps(address, driver, to, false);
  return {
    device,
    to,
    steps: leaves(device, to) ? steps : steps.slice(-1),
    startFiles: host.startFiles(address).map(({ path }) => path),
  };
}

function leaves({ driver }: DeviceEntry, to: string | undefined): boolean {
  return to === undefined || to !== driver;
}

/** The driver is kept in mind until the device has it: what fails before can be done again. */
function carryOut(host: Host, { device: { address }, to, startFiles }: Plan): void {
  host.unbind(address, to);
  if (startFiles.length > 0) host.giveAtStart(address, undefined);
  host.rememberDriver(address, undefined);
}

function driverOf(host: Host, { address }: DeviceEntry): string | undefined {
  return host.find(address)?.driver;
}

function linesOf({ dryRun, host }: Context, { device, to, steps, startFiles }: Plan): Line[] {
  const { driver = "no driver" } = device;
  const head = bold(device.address);
  if (!dryRun) {
    const change = leaves(device, to)
      ? [`  ${driver} → `, green(driverOf(host, device) ?? "no driver")]
      : [`  stays ${driver}'s, driver_override is clear`];
    const gone = startFiles.flatMap((path) => [dim("  no more at each start: "), path]);
    return [[head, ...change, ...gone]];
  }
  const change = leaves(device, to)
    ? [`  would go from ${driver} to `, green(to ?? "the driver that the kernel finds")]
    : [`  would stay ${driver}'s, driver_override would be clear`];
  return [
    [head, ...change],
    ...startFiles.map((path): Line => ["  ", cyan(`rm ${path}`)]),
    ...stepLines(steps),
  ];
}
