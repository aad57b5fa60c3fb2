/** Containers, groups and device handles: opened, attached, closed in any order. */
import type { Container, Extension, IommuType } from "../../core/container.ts";
import type { Device } from "../../core/device.ts";
import type { Group } from "../../core/group.ts";
import type { HostMemory } from "../../core/memory.ts";
import type { Mapping } from "../../core/region.ts";
import type { Fixture, Slot } from "../conformance/fixture.ts";
import { addressOf, openContainer, openGroup, PAGE } from "../conformance/ready.ts";
import { answer } from "./family.ts";
import type { Family, Session } from "./family.ts";
import type { Random } from "./random.ts";

/** Two devices alone in their groups, and two that share one. */
const ROLES = ["edu", "edu2", "bridge-a", "bridge-b"] as const;
type Role = typeof ROLES[number];

const P = BigInt(PAGE);

/** An operation. Numbers name containers, roles name groups and devices. */
export type GroupOp =
  | { readonly do: "open" | "close" | "info" | "map" | "unmap" | "version"; readonly container: number }
  | { readonly do: "set"; readonly container: number; readonly type: IommuType }
  | { readonly do: "supports"; readonly container: number; readonly extension: Extension }
  | { readonly do: "openGroup" | "closeGroup" | "status" | "detach"; readonly role: Role }
  | { readonly do: "attach"; readonly role: Role; readonly container: number }
  | { readonly do: "openDevice"; readonly role: Role; readonly name: "own" | "other" | "none" | "options" }
  | { readonly do: "closeDevice" | "readConfig" | "mapBar" | "unmapBar" | "reset"; readonly role: Role };

class GroupSession implements Session<GroupOp> {
  readonly #machine: Fixture;
  readonly #memory: HostMemory;
  readonly #containers: (Container | undefined)[] = [];
  readonly #groups = new Map<Role, Group>();
  readonly #devices = new Map<Role, Device>();
  readonly #mappings = new Map<Role, Mapping>();

  constructor(machine: Fixture) {
    this.#machine = machine;
    this.#memory = machine.backend.allocate(PAGE);
  }

  run(op: GroupOp): string {
    if ("container" in op && op.do !== "attach") return this.#onContainer(op);
    return this.#onGroup(op as Exclude<GroupOp, { do: "open" }>);
  }

  [Symbol.dispose](): void {
    for (const all of [this.#mappings, this.#devices, this.#groups] as const) {
      for (const handle of all.values()) handle[Symbol.dispose]();
    }
    for (const container of this.#containers) container?.[Symbol.dispose]();
    this.#memory[Symbol.dispose]();
    this.#machine.settle();
  }

  #onContainer(op: Extract<GroupOp, { readonly container: number }>): string {
    if (op.do === "open") {
      this.#containers[op.container]?.[Symbol.dispose]();
      return answer(() => void (this.#containers[op.container] = openContainer(this.#machine)));
    }
    const container = this.#containers[op.container];
    if (container === undefined) return "no such container";
    const { iommu } = container;
    switch (op.do) {
      case "close":
        return answer(() => container[Symbol.dispose]());
      case "version":
        return answer(() => container.apiVersion());
      case "set":
        return answer(() => void container.setIommu(op.type));
      case "supports":
        return answer(() => String(container.supports(op.extension)));
      case "info":
        return answer(() => String(iommu.info().ranges?.length));
      case "map":
        return answer(() => iommu.map({ iova: P, vaddr: this.#memory.vaddr, size: P, read: true }));
      case "unmap":
        return answer(() => iommu.unmap({ iova: P, size: P }));
      default:
        throw new Error(op.do);
    }
  }

  #onGroup(op: Exclude<GroupOp, { readonly do: "open" }>): string {
    if (!("role" in op)) throw new Error(op.do);
    const { role } = op;
    // Bridged devices share a group, which opens once.
    const owner = role === "bridge-b" ? "bridge-a" : role;
    if (op.do === "openGroup") {
      return answer(() => {
        const group = openGroup(this.#machine, owner as Slot);
        this.#groups.get(owner)?.[Symbol.dispose]();
        this.#groups.set(owner, group);
      });
    }
    const group = this.#groups.get(owner);
    const device = this.#devices.get(role);
    switch (op.do) {
      case "closeDevice":
        return answer(() => device?.[Symbol.dispose]());
      case "readConfig":
        return answer(() => device?.region(7).read16(0));
      case "reset":
        return answer(() => device?.reset());
      case "mapBar":
        return answer(() => {
          if (device === undefined) return;
          const mapping = device.region(0).map({ size: PAGE });
          this.#mappings.get(role)?.[Symbol.dispose]();
          this.#mappings.set(role, mapping);
        });
      case "unmapBar":
        return answer(() => this.#mappings.get(role)?.[Symbol.dispose]());
    }
    if (group === undefined) return "no such group";
    switch (op.do) {
      case "closeGroup":
        return answer(() => group[Symbol.dispose]());
      case "status":
        return answer(() => JSON.stringify(group.status()));
      case "detach":
        return answer(() => group.unsetContainer());
      case "attach": {
        const container = this.#containers[op.container];
        return container === undefined ? "no such container" : answer(() => group.setContainer(container));
      }
      case "openDevice":
        return answer(() => {
          const opened = group.openDevice(this.#name(role, op.name));
          this.#devices.get(role)?.[Symbol.dispose]();
          this.#devices.set(role, opened);
        });
      default:
        throw new Error(op.do);
    }
  }

  #name(role: Role, name: "own" | "other" | "none" | "options"): string {
    const own = addressOf(this.#machine, role);
    const names = {
      own,
      other: addressOf(this.#machine, role === "edu" ? "edu2" : "edu"),
      none: "x",
      options: `${own} x`,
    };
    return names[name];
  }
}

function drawOp(random: Random): GroupOp {
  const container = random.below(2);
  const role = random.of(...ROLES);
  switch (random.below(20)) {
    case 0:
      return { do: random.of("open", "open", "close"), container };
    case 1:
    case 2:
      return { do: "set", container, type: random.of<IommuType>("type1v2", "type1v2", "type1", 0, 9, 6, 8) };
    case 3:
      return { do: "supports", container, extension: random.of<Extension>(1, 3, 4, 6, 9, 10, 8, 99) };
    case 4:
      return { do: random.of("info", "map", "unmap", "version"), container };
    case 5:
      return { do: "map", container };
    case 6:
    case 7:
      return { do: "openGroup", role };
    case 8:
      return { do: "closeGroup", role };
    case 9:
    case 10:
      return { do: "status", role };
    case 11:
    case 12:
    case 13:
      return { do: "attach", role, container };
    case 14:
      return { do: "detach", role };
    case 15:
    case 16:
      return {
        do: "openDevice",
        role,
        name: random.of("own", "own", "own", "own", "other", "none", "options"),
      };
    case 17:
      return { do: "closeDevice", role };
    case 18:
      return { do: random.of("mapBar", "unmapBar", "unmapBar"), role };
    default:
      return { do: random.of("readConfig", "readConfig", "reset"), role };
  }
}

/** The family. */
export const groups: Family<GroupOp> = {
  name: "groups",
  draw(random) {
    const length = 20 + random.below(80);
    return [
      { do: "open", container: 0 },
      { do: "open", container: 1 },
      ...ROLES.map((role) => ({ do: "openGroup", role }) as const),
      ...Array.from({ length }, () => drawOp(random)),
    ];
  },
  begin: (machine) => new GroupSession(machine),
  corners: (op, result) => [`${op.do} ${result.replace(/^0x.+/, "OK")}`],
};
