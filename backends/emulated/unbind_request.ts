/** UnbindRequest: a device asked back from vfio-pci while somebody may have it open. */
import type { Timer } from "../../devices/device_model.ts";
import { leave } from "./binding.ts";
import { kernelError } from "./kernel_error.ts";
import type { Machine } from "./machine.ts";
import type { PciSlot } from "./pci_slot.ts";

/** The kernel repeats its request every 10 s. @see Linux, drivers/vfio/vfio_main.c, `vfio_unregister_group_dev` */
const REPEAT_NS = 10e9;
const NS_PER_MS = 1e6;

/** A write to sysfs that returns when the device is free. */
export interface UnbindRequest {
  /** Whether the device has left its driver. */
  readonly done: boolean;
  /** Waits at most `timeoutMs` of virtual time for it. @returns Whether it is done. */
  wait(timeoutMs: number): boolean;
}

/**
 * Asks a device back.
 *
 * @param free Called once it has left its driver.
 * @throws {VfioError} `EBUSY` while a virtual function of it is open, where the kernel would wait.
 */
export function requestUnbind(
  machine: Machine,
  address: string,
  free: (slot: PciSlot) => void,
): UnbindRequest {
  const slot = machine.slotAt(address);
  const { vfio } = slot;
  if (slot.virtualFunctions?.isOpen === true) {
    throw kernelError(
      "EBUSY",
      "unbind",
      slot.address,
      "a virtual function of it is open: the kernel would wait",
    );
  }
  let isDone = false;
  let repeat: Timer | undefined;
  const finish = () => {
    repeat?.cancel();
    if (slot.driver !== undefined) leave(machine, slot);
    slot.override = undefined;
    isDone = true;
    free(slot);
  };
  const ask = () => {
    vfio?.requestRelease();
    repeat = machine.queue.after(REPEAT_NS, ask, true);
  };
  if (vfio === undefined || vfio.holders === 0) finish();
  else {
    vfio.unbinding = true;
    vfio.closed = finish;
    ask();
  }
  return {
    get done() {
      return isDone;
    },
    wait: (timeoutMs) => machine.queue.runUntil(() => isDone, machine.queue.now + timeoutMs * NS_PER_MS),
  };
}
