/** Resetting a bus or slot, with all that is on it. */
import { AddressSpace } from "../../mod.ts";
import type { Container, DeadlineOptions, DeviceEntry, Group, GroupDoor, PciDevice } from "../../mod.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../errors.ts";
import { notBound } from "../open.ts";
import { shellCommand } from "../shell.ts";
import { planOf } from "./plan.ts";
import type { ResetPlan } from "./plan.ts";

/** An open device, and what a reset of its bus needs. */
export interface HotDevice {
  readonly device: PciDevice;
  readonly plan: ResetPlan;
  /** Opens the groups of all that is hit, and resets. @throws {VfioError} `ETIMEDOUT` after the deadline. */
  reset(options: DeadlineOptions): Promise<void>;
  /** Closes all of it. @throws {VfioError} `ETIMEDOUT` after the deadline. */
  close(options: DeadlineOptions): Promise<void>;
}

/** Opens a device with its group in hand: the kernel wants to see the groups of all that it resets. */
export function openForHotReset(context: Context, entry: DeviceEntry): HotDevice {
  const { groups } = context.backend;
  if (groups === undefined || entry.group === undefined) throw notBound(entry, "reset");
  using opening = new DisposableStack();
  const container: Container = opening.use(groups.openContainer());
  const own: Group = opening.use(groups.openGroup(entry.group));
  const given = { container, groups: [own] };
  const space = opening.use(new AddressSpace({ backend: context.backend, given }));
  const device = space.open(entry.address);
  const plan = planOf(context, device);
  const parts = opening.move();
  return {
    device,
    plan,
    async reset(options) {
      using others = new DisposableStack();
      await device.hotResetAsync([own, ...openOthers(groups, plan, own, others)], options);
    },
    async close(options) {
      using _parts = parts;
      await device.close(options);
    },
  };
}

/** @throws {Refusal} when there is no such reset, or something else has what it hits. */
export function checkHot({ hot }: ResetPlan, subject: string): void {
  if (hot === undefined) {
    throw new Refusal(`${subject} is where no bus or slot can be reset: at the root`, [
      { text: "What there is:", command: shellCommand("vfio", "reset", subject, "--list") },
    ]);
  }
  const blocking = hot.filter(({ blocks }) => blocks);
  if (blocking.length === 0) return;
  const names = blocking.map(({ address, entry }) => `${address} (${entry?.driver ?? "no driver"})`).join(
    ", ",
  );
  throw new Refusal(
    `The reset would hit ${names}, which vfio-pci does not have`,
    blocking.map(({ address }) => ({
      text: `${address} has to be on vfio-pci:`,
      command: shellCommand("sudo", "vfio", "bind", address),
    })),
  );
}

function openOthers(door: GroupDoor, { hot = [] }: ResetPlan, own: Group, stack: DisposableStack): Group[] {
  const ids = new Set(hot.map(({ group }) => group).filter((id) => id !== undefined && id !== own.id));
  return [...ids].map((id) => stack.use(door.openGroup(id as number)));
}
