/** Controllers that are looked through: at their registers, or at what they write to memory. */
import type { BarModel, DeviceBus, DeviceModel, EmulatedNvme } from "../../../../devices/mod.ts";

/** A controller whose BAR is looked through. */
export function withBar(nvme: EmulatedNvme, bar: (inner: BarModel) => BarModel): DeviceModel {
  const inner = nvme.bars[0] as BarModel;
  return {
    config: nvme.config,
    bars: { 0: bar(inner) },
    plug: (bus) => nvme.plug(bus),
    reset: () => nvme.reset(),
  };
}

/** A controller whose writes to memory are changed on their way. */
export function withWrites(nvme: EmulatedNvme, change: (bytes: Uint8Array) => Uint8Array): DeviceModel {
  const through = (bus: DeviceBus): DeviceBus => ({
    address: bus.address,
    get interruptMode() {
      return bus.interruptMode;
    },
    now: () => bus.now(),
    after: (nanoseconds, action) => bus.after(nanoseconds, action),
    readMemory: (address, into) => bus.readMemory(address, into),
    writeMemory: (address, from) => bus.writeMemory(address, change(from)),
    setIntx: (asserted) => bus.setIntx(asserted),
    sendMessage: (vector) => bus.sendMessage(vector),
  });
  return {
    config: nvme.config,
    bars: nvme.bars,
    plug: (bus) => nvme.plug(through(bus)),
    reset: () => nvme.reset(),
  };
}
