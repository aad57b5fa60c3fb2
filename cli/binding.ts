/** What `vfio bind` and `vfio unbind` refuse, and why: what the machine lives on, and what others hold. */
import { isVfioDriver, REMEDIES, remediesOf } from "../mod.ts";
import type { DeviceEntry, Facts, Host } from "../mod.ts";
import { isBridge } from "../views/mod.ts";
import { Refusal } from "./errors.ts";
import { describeUse, holderText } from "./state.ts";

/** Refuses what vfio-pci cannot take, and without `force` what is in use or has no IOMMU. @throws {Refusal} with what helps. */
export function checkBindable(host: Host, device: DeviceEntry, force: boolean): void {
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
  checkUnused(host, device, "bind");
}

/** Refuses what is in use. @throws {Refusal} with what helps. */
export function checkUnused(host: Host, device: DeviceEntry, operation: "bind" | "unbind"): void {
  const { address, group, driver } = device;
  const uses = (host.details(address)?.uses ?? []).map(describeUse);
  if (uses.length > 0) {
    throw refusal(operation, address, `the machine uses it: ${uses.join(", ")}`, "BIND-INUSE", {
      address,
      uses,
    });
  }
  // Only while VFIO has the device does its group's node stand for it.
  const node = group === undefined || driver === undefined || !isVfioDriver(driver)
    ? undefined
    : host.groupNode(group);
  const holders = (node?.holders ?? []).map(holderText);
  if (node === undefined || holders.length === 0) return;
  const text = `${node.path} is open in ${holders.join(", ")}: the kernel would wait for its close`;
  throw refusal(operation, address, text, "UNBIND-HANG", { address, node: node.path });
}

function refusal(operation: string, address: string, why: string, id: string, facts: Facts): Refusal {
  const row = REMEDIES.find((each) => each.id === id);
  return new Refusal(
    `Cannot ${operation} ${address}: ${why}`,
    row === undefined ? [] : remediesOf(row, facts),
  );
}
