/** A physical function with virtual ones, in the shape of QEMU's igb. */
import { errorReporting, express, msi, msix, powerManagement } from "../capabilities.ts";
import { ConfigSpace } from "../config_space.ts";
import type { DeviceModel } from "../device_model.ts";
import { singleRootIov } from "../sriov.ts";
import type { PhysicalFunctionModel } from "../sriov.ts";
import { PassiveDevice } from "./passive_device.ts";

const KIB = 1024;
const INTEL = 0x8086;
const ETHERNET = 0x020000;
const PF_DEVICE = 0x10c9;
const VF_DEVICE = 0x10ca;
/** BARs of each virtual function: registers, and the MSI-X table. */
const VF_BARS = {
  0: { kind: "memory64", size: 16 * KIB, prefetchable: true },
  3: { kind: "memory64", size: 16 * KIB, prefetchable: true },
} as const;
/** Alternative routing: functions beyond 7 of one device. */
const ARI = { id: 0x0e, body: new Uint8Array(4), at: 0x150 } as const;

/** QEMU's igb, an Intel 82576, without its behaviour: up to 8 virtual functions. */
export class PassiveIgb extends PassiveDevice implements PhysicalFunctionModel {
  /** Makes one to plug in, behind a root port. */
  constructor() {
    super(
      new ConfigSpace({
        vendor: INTEL,
        device: PF_DEVICE,
        classCode: ETHERNET,
        revision: 1,
        interruptPin: 1,
        gaps: "memory",
        subsystemVendor: 0x1af4,
        subsystemDevice: 0x1100,
      })
        .bar(0, { kind: "memory32", size: 128 * KIB })
        .bar(1, { kind: "memory32", size: 128 * KIB })
        .bar(2, { kind: "io", size: 32 })
        .bar(3, { kind: "memory64", size: 16 * KIB })
        .capability(powerManagement({ capabilities: 0x23, at: 0x40 }))
        .capability(msi({ vectors: 1, maskable: true, at: 0x50 }))
        .capability(msix({ vectors: 10, bar: 3, table: 0, pba: 0x2000, at: 0x70 }))
        .capability(express({ flr: true, at: 0xa0 }))
        .extendedCapability(errorReporting({ at: 0x100 }))
        .extendedCapability(ARI)
        .extendedCapability(
          singleRootIov({
            total: 8,
            firstOffset: 0x80,
            stride: 2,
            device: VF_DEVICE,
            bars: VF_BARS,
            at: 0x160,
          }),
        ),
    );
  }

  /** Makes a virtual function: three MSI-X vectors, FLR, no power management. */
  virtualFunction(): DeviceModel {
    const config = new ConfigSpace({ vendor: INTEL, device: VF_DEVICE, classCode: ETHERNET, revision: 1 })
      .bar(0, VF_BARS[0])
      .bar(3, VF_BARS[3])
      .capability(msix({ vectors: 3, bar: 3, table: 0, pba: 0x2000, at: 0x70 }))
      .capability(express({ flr: true, at: 0xa0 }))
      .extendedCapability(errorReporting({ at: 0x100 }))
      .extendedCapability(ARI);
    return new PassiveDevice(config);
  }
}
