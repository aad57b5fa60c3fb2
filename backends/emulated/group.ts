/** EmulatedGroup: /dev/vfio/N's descriptor. */
import type { Container } from "../../core/container.ts";
import type { Device } from "../../core/device.ts";
import type { Group, GroupStatus } from "../../core/group.ts";
import { ContainerState } from "./container_state.ts";
import { Descriptor, lookUp } from "./descriptor.ts";
import { EmulatedDevice } from "./device.ts";
import type { VfioGroup } from "./iommu_group.ts";
import { kernelError } from "./kernel_error.ts";
import type { Task } from "./task.ts";
import { checkToken, matchName } from "./vf_token.ts";

const SET_CONTAINER = "VFIO_GROUP_SET_CONTAINER";
const GET_DEVICE = "VFIO_GROUP_GET_DEVICE_FD";

/** A descriptor of a group; one at a time. */
export class EmulatedGroup extends Descriptor implements Group {
  readonly id: number;
  /** The kernel's object. */
  readonly state: VfioGroup;
  readonly #task: Task;

  /** Opens `state`; a process does it. */
  constructor(task: Task, state: VfioGroup) {
    super(task, state.node);
    this.id = state.group.id;
    this.state = state;
    this.#task = task;
    state.acquire();
    state.opener = { pid: task.pid, command: task.command };
  }

  /** Tells whether the group is viable and has a container. */
  status(): GroupStatus {
    this.enter("VFIO_GROUP_GET_STATUS");
    const { dead, container, group } = this.state;
    if (dead) {
      throw kernelError("ENODEV", "VFIO_GROUP_GET_STATUS", this.subject, "its last device has left vfio-pci");
    }
    const containerSet = container !== undefined;
    return { viable: containerSet || group.blockers.length === 0, containerSet };
  }

  /** Attaches the group to a container. */
  setContainer(container: Container): void {
    this.enter(SET_CONTAINER);
    const other = lookUp(container, this.#task, SET_CONTAINER, this.subject);
    const { state } = this;
    if (state.container !== undefined) {
      throw kernelError("EINVAL", SET_CONTAINER, this.subject, "it has a container");
    }
    if (state.dead) throw kernelError("ENODEV", SET_CONTAINER, this.subject, "its devices are gone");
    if (!(other.state instanceof ContainerState)) {
      const { notAContainer } = this.#task.machine.facts;
      throw kernelError(notAContainer, SET_CONTAINER, this.subject, "what was given is no container");
    }
    this.#checkRights(SET_CONTAINER);
    const { noIommu, blockers } = state.group;
    if (other.state.noIommu === !noIommu) {
      throw kernelError("EPERM", SET_CONTAINER, this.subject, "its container has groups of the other kind");
    }
    if (blockers.length > 0) throw notViable(this.subject, state);
    other.state.add(state);
    state.container = other.state;
  }

  /** Detaches the group from its container. */
  unsetContainer(): void {
    const operation = "VFIO_GROUP_UNSET_CONTAINER";
    this.enter(operation);
    if (this.state.container === undefined) {
      throw kernelError("EINVAL", operation, this.subject, "it has no container");
    }
    if (this.state.openDevices > 0) {
      throw kernelError("EBUSY", operation, this.subject, "a device of it is open, or mapped");
    }
    this.state.detach();
  }

  /** Opens a device of the group. */
  openDevice(name: string): Device {
    this.enter(GET_DEVICE, name);
    const { state } = this;
    const { facts } = this.#task.machine;
    const matches = Array.from(state.group.slots, (slot) => ({ slot, match: matchName(slot.address, name) }));
    const found = matches.find(({ slot, match }) =>
      match !== undefined && slot.vfio !== undefined && (!slot.vfio.unbinding || facts.opensWhileUnbinding)
    );
    if (found === undefined || found.slot.vfio === undefined || state.dead) {
      throw kernelError("ENODEV", GET_DEVICE, name, `group ${this.id} has no such device with a VFIO driver`);
    }
    const { fault, token } = found.match ?? {};
    if (fault !== undefined) throw kernelError("EINVAL", GET_DEVICE, name, fault);
    const refusal = checkToken(found.slot, token);
    if (refusal !== undefined) throw kernelError(refusal.code, GET_DEVICE, name, refusal.detail);
    if (state.container === undefined) {
      throw kernelError("EINVAL", GET_DEVICE, name, "its group has no container");
    }
    if (state.container.instance === undefined) {
      throw kernelError("EINVAL", GET_DEVICE, name, "its container has no IOMMU driver");
    }
    this.#checkRights(GET_DEVICE);
    return new EmulatedDevice(this.#task, found.slot.vfio, state);
  }

  /** Without an IOMMU a device can do anything to the machine, so its user must be allowed to. */
  #checkRights(operation: string): void {
    if (!this.state.group.noIommu || this.#task.capable("CAP_SYS_RAWIO")) return;
    const facts = () => ({ group: this.id, noIommu: "yes" });
    throw kernelError("EPERM", operation, this.subject, "no-IOMMU needs CAP_SYS_RAWIO", facts);
  }

  /** Lets the group go, which detaches it unless a device keeps it. */
  protected override release(): void {
    this.state.release();
  }
}

function notViable(subject: string, { group }: VfioGroup) {
  const { blockers } = group;
  const names = blockers.map((slot) => `${slot.address} (${slot.driver})`);
  return kernelError(
    "EPERM",
    SET_CONTAINER,
    subject,
    `it is not viable: ${blockers.map((slot) => `${slot.address} is driven by ${slot.driver}`).join(", ")}`,
    () => ({
      group: group.id,
      blockers: names,
      blockerAddresses: blockers.map(({ address }) => address).join(" "),
    }),
  );
}
