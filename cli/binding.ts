/** What `vfio bind` and `vfio unbind` refuse, and why: what the machine lives on, and what others hold. */
import { isVfioDriver, REMEDIES, remediesOf, VfioError } from "../mod.ts";
import type { Backend, DeviceEntry, Facts, NodeDetails } from "../mod.ts";
import { isBridge } from "../views/mod.ts";
import { Refusal } from "./errors.ts";
import { isBound } from "./open.ts";
import { describeUse, describeUses, holderText } from "./state.ts";

/** Refuses what vfio-pci cannot take, and without `force` what is in use or has no IOMMU. @throws {Refusal} with what helps. */
export function checkBindable(backend: Backend, device: DeviceEntry, force: boolean): void {
  const { host } = backend;
  const { address } = device;
  if (isBridge(device)) throw refusal("bind", address, "it is a bridge", "BIND-BRIDGE", { address });
  if ((host.details(address)?.virtualFunctions ?? 0) > 0) {
    throw refusal("bind", address, "its virtual functions are switched on", "BIND-PF-SRIOV", { address });
  }
  if (force) return;
  // VFIO's unsafe mode makes a group up, once vfio-pci has the device.
  if (device.group === undefined) {
    throw refusal("bind", address, "it has no IOMMU group", "NO-GROUPS", { address });
  }
  checkUnused(backend, device, "bind");
}

/** Refuses what is in use. @throws {Refusal} with what helps. */
export function checkUnused(backend: Backend, device: DeviceEntry, operation: "bind" | "unbind"): void {
  const { host } = backend;
  const { address } = device;
  const uses = (host.details(address)?.uses ?? []).map(describeUse);
  if (uses.length > 0) {
    throw refusal(operation, address, `the machine uses it: ${uses.join(", ")}`, "BIND-INUSE", {
      address,
      uses,
    });
  }
  const node = nodeOf(backend, device);
  if (node === undefined) return;
  const holders = node.holders.map(holderText);
  if (holders.length === 0 && !isHeld(backend, device)) return;
  // A device keeps its group open when the group's own descriptor is closed.
  const who = holders.length === 0 ? "a process that does not show it" : holders.join(", ");
  const text = `${node.path} is open in ${who}: the kernel would wait for its close`;
  throw refusal(operation, address, text, "UNBIND-HANG", { address, node: node.path });
}

/** Only while VFIO has the device does its group's node stand for it. */
function nodeOf({ host }: Backend, device: DeviceEntry): NodeDetails | undefined {
  const { group } = device;
  return group === undefined || !isBound(device) ? undefined : host.groupNode(group);
}

/** A group has one opener at a time. */
function isHeld({ groups }: Backend, { group, noIommu }: DeviceEntry): boolean {
  if (groups === undefined || group === undefined) return false;
  try {
    groups.openGroup(group, { noIommu })[Symbol.dispose]();
    return false;
  } catch (error) {
    return error instanceof VfioError && error.code === "EBUSY";
  }
}

/** What the machine does with a device that is taken all the same: the danger by its name. */
export function dangersOf({ host }: Backend, { address }: DeviceEntry): string | undefined {
  const uses = host.details(address)?.uses ?? [];
  return uses.length === 0 ? undefined : describeUses(uses);
}

/** Whether nobody of the kernel's works with a device: it can be given back. */
export function isLent({ driver }: DeviceEntry): boolean {
  return driver === undefined || driver === "pci-stub" || isVfioDriver(driver);
}

function refusal(operation: string, address: string, why: string, id: string, facts: Facts): Refusal {
  const row = REMEDIES.find((each) => each.id === id);
  return new Refusal(
    `Cannot ${operation} ${address}: ${why}`,
    row === undefined ? [] : remediesOf(row, facts),
  );
}
