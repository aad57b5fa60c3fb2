/** `vfio unbind`: gives devices back to the drivers that had them. */
import type { DeviceEntry, Host } from "../../mod.ts";
import { checkUnused } from "../binding.ts";
import type { VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { findDevice } from "../device.ts";
import { UsageError } from "../errors.ts";
import { bold, green } from "../text.ts";
import type { Line } from "../text.ts";

/** The same that the host takes, so that wrong usage is told as such. */
const DRIVER = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

export const unbind: VfioCommand = {
  name: "unbind",
  summary: "Give devices back to the drivers that had them",
  description:
    "Takes them from their driver, clears driver_override and lets the kernel choose; where that is not the driver that " +
    "vfio bind kept in mind, that one gets the device. Refuses devices that a process has open: the kernel would wait.",
  arguments: [{ name: "devices", text: "which devices", variadic: true, values: "devices" }],
  options: [
    { flags: "-t, --to <driver>", text: "to this driver" },
    { flags: "--force", text: "also what is in use; the kernel waits until it is closed" },
  ],
  examples: ["sudo vfio unbind 01:00.0", "sudo vfio unbind 01:00.0 --to ixgbe"],
  changes: true,
  run(context, input) {
    const { host } = context;
    const to = input.text("to");
    if (to !== undefined && !DRIVER.test(to)) throw new UsageError(`--to takes a driver's name, not '${to}'`);
    const devices = input.rest(0).map((word) => findDevice(host, word));
    if (!input.flag("force")) { for (const device of devices) checkUnused(host, device, "unbind"); }
    const results = devices.map((device) => ({ device, driver: unbindOne(context, device, to) }));
    context.answer({
      dryRun: context.dryRun,
      devices: results.map(({ device, driver }) => ({
        address: device.address,
        driver: driver ?? null,
        previous: device.driver ?? null,
      })),
    }, () => results.map(({ device, driver }) => lineOf(context, device, driver)));
  },
};

/** @returns The driver that has the device then; on a dry run, that it should have. */
function unbindOne(
  { host, dryRun }: Context,
  { address }: DeviceEntry,
  to: string | undefined,
): string | undefined {
  const wanted = to ?? host.rememberedDriver(address) ?? undefined;
  if (dryRun) return wanted;
  host.unbind(address);
  if (wanted !== undefined && driverOf(host, address) !== wanted) host.bind(address, wanted);
  host.rememberDriver(address, undefined);
  return driverOf(host, address);
}

function driverOf(host: Host, address: string): string | undefined {
  return host.find(address)?.driver;
}

function lineOf(
  { dryRun }: Context,
  { address, driver: before = "no driver" }: DeviceEntry,
  driver: string | undefined,
): Line {
  if (!dryRun) return [bold(address), `  ${before} → `, green(driver ?? "no driver")];
  return [
    bold(address),
    `  would go from ${before} to `,
    green(driver ?? "the driver that the kernel chooses"),
  ];
}
