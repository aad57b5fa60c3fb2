/** A machine on which every text that others choose is the same one. */
import type { Backend, Host } from "../../../mod.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { passiveRootPort } from "../../../devices/passive/shapes.ts";
import type { World } from "./captured_io.ts";
import { hostileDump, hostileMaps } from "./hostile_files.ts";
import { EDU, NVME, PORT, SIBLING } from "./machine.ts";

/** Free, and has a driver of that name in mind. */
export const FREE = "0000:00:07.0";

/** Who asks. */
export interface Viewer {
  readonly uid: number;
}

/** A terminal on such a machine, with files and an input that say the same. */
export function hostileWorld(text: string, viewer: Viewer): World {
  return {
    backend: hostileMachine(text, viewer),
    colour: true,
    input: hostileLog(text).join("\n"),
    files: new Map([...hostileMaps(text), ["dump", hostileDump(text)]]),
  };
}

/** A machine whose drivers, names, mounts, users, processes, log and pci.ids say `text`. */
export function hostileMachine(text: string, viewer: Viewer): Backend {
  const machine = new EmulatedHost()
    .plug(EDU, new EmulatedEdu())
    .plug(NVME, new EmulatedEdu(), { driver: text })
    .plug(SIBLING, new EmulatedEdu())
    .plug(FREE, new EmulatedEdu(), { driver: null })
    .plug(PORT, passiveRootPort(), { driver: text });
  for (const address of [EDU, NVME]) machine.surroundings.name(address, text);
  for (const kind of ["mount", "swap", "volume", "route", "network", "console"] as const) {
    machine.surroundings.use(NVME, { kind, name: text, place: text });
  }
  machine.surroundings.power(NVME, text);
  machine.surroundings.remembered.set(FREE, text);
  machine.sysfs.driverOverride(SIBLING, text);
  for (const line of hostileLog(text)) machine.log(line);
  const process = machine.process({ ...viewer, command: text });
  const host = hostileHost(process.host, text);
  return new Proxy(process, {
    get: (target, name) => {
      if (name === "host") return host;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Lines of a kernel's log that quote `text`. */
export function hostileLog(text: string): string[] {
  return [
    text,
    `DMAR: [DMA Write NO_PASID] Request device [${EDU}] fault addr 0x5000000 [fault reason 0x05] ${text}`,
    `DMAR: [DMA Read NO_PASID] Request device [${text}] fault addr 0x5000000 [fault reason 0x06] x`,
    `vfio-pci ${text}: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0001 address=0x1000 flags=0x0020]`,
    `virtio_iommu: ${text} from EP ${EDU} at 0x1000`,
    `${text}: BAR 0: can't reserve [mem 0x80000000-0x800fffff]`,
    `vfio-pci ${EDU}: BAR 0: can't reserve ${text}`,
    `${text} group 12 is not viable ${text}`,
    `vfio_pin_pages_remote: RLIMIT_MEMLOCK (${text}) exceeded`,
    `${text} exists in vfio-pci device denylist`,
    `DMAR: [DMA Write NO_PASID] Request device [${EDU}] fault addr 0x7000000 [fault reason 0x05] the last`,
  ];
}

/** A pci.ids in which everybody is called so. */
function hostileIds(text: string): string {
  return `1234  ${text}\n\t11e8  ${text}\n1b36  ${text} [${text}]\n\t000c  ${text}\nC 00  ${text}\n\t00  ${text}\n`;
}

function hostileHost(host: Host, text: string): Host {
  const told: Partial<Host> = {
    pciIds: () => hostileIds(text),
    groupType: () => text,
    reservedRegions: (group) => [
      ...host.reservedRegions(group),
      { start: 0x1000n, last: 0x1fffn, type: text },
      { start: 0x2000n, last: 0x2fffn, type: "direct" },
    ],
    faults: () => [{ address: text, iova: 0x1000n, write: true, reason: text }],
    system: () => {
      const system = host.system();
      const iommus = system.iommus.map((each) => ({ ...each, name: text, kind: text }));
      return {
        ...system,
        kernel: text,
        commandLine: text,
        modules: [...system.modules, text],
        iommus,
        user: text,
      };
    },
    details: (address) => {
      const details = host.details(address);
      return details && { ...details, resetMethods: [...details.resetMethods, text], iommu: text };
    },
    groupNode: (group) => {
      const node = host.groupNode(group);
      return node && { ...node, owner: text, holders: [...node.holders, { pid: 7, command: text }] };
    },
    kernelLog: (after = -1) =>
      hostileLog(text).map((line, sequence) => ({ sequence, seconds: 1, text: line }))
        .filter(({ sequence }) => sequence > after),
    rememberedDriver: () => text,
  };
  return new Proxy(host, {
    get: (target, name) => {
      if (name in told) return told[name as keyof Host];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
