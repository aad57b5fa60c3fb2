/** DeviceFile: an open device file, held by its descriptor and by each mapping. */
import type { VfioGroup } from "./iommu_group.ts";
import type { VfioPciDevice } from "./vfio_pci/vfio_pci_device.ts";

/** It keeps the device enabled and the group busy until the last holder lets go. */
export class DeviceFile {
  readonly vfio: VfioPciDevice;
  readonly #group: VfioGroup;
  #holders = 1;

  /** Opens the device, for one holder. */
  constructor(vfio: VfioPciDevice, group: VfioGroup) {
    this.vfio = vfio;
    this.#group = group;
    group.acquire();
    group.openDevices++;
    vfio.acquire();
  }

  /** Holds it once more. */
  acquire(): void {
    this.#holders++;
  }

  /** Lets go; the last holder closes it. */
  release(): void {
    this.#holders--;
    if (this.#holders > 0) return;
    this.vfio.release();
    this.#group.openDevices--;
    this.#group.release();
  }
}
