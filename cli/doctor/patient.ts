/** What doctor looks at, gathered once. */
import type {
  DeviceDetails,
  DeviceEntry,
  Host,
  NodeDetails,
  ReservedRegion,
  SystemDetails,
} from "../../mod.ts";
import { groupsOf } from "../state.ts";
import type { GroupWithNode } from "../state.ts";

/** A device and all around it. */
export interface PatientDevice {
  readonly entry: DeviceEntry;
  readonly details: DeviceDetails;
  readonly group: GroupWithNode | undefined;
  readonly node: NodeDetails | undefined;
  readonly reserved: readonly ReservedRegion[];
  /** Details of the devices that block its group, by address. */
  readonly blockerDetails: ReadonlyMap<string, DeviceDetails>;
}

/** The machine. */
export interface Patient {
  readonly system: SystemDetails;
  readonly devices: readonly DeviceEntry[];
  readonly groups: readonly GroupWithNode[];
  /** Details of all devices, by address; only where no single device is asked about. */
  readonly details: ReadonlyMap<string, DeviceDetails>;
}

const NOTHING: DeviceDetails = {
  names: [],
  uses: [],
  driverOverride: undefined,
  resetMethods: [],
  iommu: undefined,
  virtualFunctions: 0,
  powerState: undefined,
  resources: [],
  errors: undefined,
};

/** Looks at the machine. */
export function patientOf(host: Host): Patient {
  const devices = host.list();
  return {
    system: host.system(),
    devices,
    groups: groupsOf(host, devices),
    details: new Map(devices.map(({ address }) => [address, host.details(address) ?? NOTHING])),
  };
}

/** Devices whose driver_override names another driver than the one that has them. */
export function stuckDevices({ devices, details }: Patient): readonly DeviceEntry[] {
  return devices.filter(({ address, driver }) => {
    const override = details.get(address)?.driverOverride;
    return override !== undefined && override !== driver;
  });
}

/** Looks at a device of it. */
export function deviceOf(host: Host, { groups, details }: Patient, entry: DeviceEntry): PatientDevice {
  const { group } = entry;
  const summary = group === undefined ? undefined : groups.find(({ id }) => id === group);
  const blockers = summary?.blockers ?? [];
  return {
    entry,
    details: details.get(entry.address) ?? NOTHING,
    group: summary,
    node: summary?.node,
    reserved: group === undefined ? [] : host.reservedRegions(group),
    blockerDetails: new Map(blockers.map(({ address }) => [address, details.get(address) ?? NOTHING])),
  };
}
