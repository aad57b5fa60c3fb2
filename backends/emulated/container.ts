/** EmulatedContainer: /dev/vfio/vfio's descriptor. */
import type { Container, Extension, IommuType } from "../../core/container.ts";
import type { DirtyTracking, DmaMap, DmaUnmap, IommuDriver, IommuInfo } from "../../core/iommu_driver.ts";
import { readBitmap, readMap, readUnmap } from "../../core/requests.ts";
import { checkU64 } from "../../core/checks.ts";
import { extensionNumber } from "../../iommu/extensions.ts";
import type { IommuInstance } from "../../iommu/iommu_plugin.ts";
import type { ContainerState } from "./container_state.ts";
import { Descriptor } from "./descriptor.ts";
import { kernelError } from "./kernel_error.ts";
import type { Task } from "./task.ts";

/** A descriptor of a container. */
export class EmulatedContainer extends Descriptor implements Container {
  /** The kernel's object. */
  readonly state: ContainerState;
  /** The IOMMU's side. */
  readonly iommu: IommuDriver;
  readonly #task: Task;

  /** Opens `state`; a process does it. */
  constructor(task: Task, state: ContainerState) {
    super(task, "/dev/vfio/vfio");
    this.state = state;
    this.#task = task;
    this.iommu = new ContainerIommu(this, task);
  }

  /** Tells the version of the API. */
  apiVersion(): number {
    this.enter("VFIO_GET_API_VERSION");
    return 0;
  }

  /** Tells whether an extension is there. */
  supports(extension: Extension): boolean {
    const number = extensionNumber(extension);
    this.enter("VFIO_CHECK_EXTENSION");
    return this.state.supports(number);
  }

  /** Chooses the IOMMU driver. */
  setIommu(type: IommuType): IommuDriver {
    const number = extensionNumber(type);
    this.enter("VFIO_SET_IOMMU");
    this.state.setIommu(number, this.subject, this.#task);
    return this.iommu;
  }

  /** Groups keep the kernel's object; without any it is gone. */
  protected override release(): void {}
}

/** The container's calls that go to its IOMMU driver. */
class ContainerIommu implements IommuDriver {
  readonly dirty: DirtyTracking;
  readonly #container: EmulatedContainer;
  readonly #task: Task;

  constructor(container: EmulatedContainer, task: Task) {
    this.#container = container;
    this.#task = task;
    const operation = "VFIO_IOMMU_DIRTY_PAGES";
    this.dirty = {
      start: () => this.#enter(operation).dirty.start(),
      stop: () => this.#enter(operation).dirty.stop(),
      read: ({ iova, size, bitmap }) => {
        const request = {
          iova: checkU64("iova", iova),
          size: checkU64("size", size),
          bitmap: readBitmap(bitmap),
        };
        this.#enter(operation).dirty.read(request, this.#task);
      },
    };
  }

  get type(): IommuType | undefined {
    return this.#container.closed ? undefined : this.#container.state.instance?.type;
  }

  info(): IommuInfo {
    return this.#enter("VFIO_IOMMU_GET_INFO").info();
  }

  map(request: DmaMap): void {
    const checked = readMap(request);
    this.#enter("VFIO_IOMMU_MAP_DMA").map(checked, this.#task);
  }

  unmap(request: DmaUnmap): bigint {
    const checked = readUnmap(request);
    return this.#enter("VFIO_IOMMU_UNMAP_DMA").unmap(checked, this.#task);
  }

  #enter(operation: string): IommuInstance {
    this.#container.enter(operation);
    const { instance } = this.#container.state;
    if (instance !== undefined) return instance;
    throw kernelError("EINVAL", operation, this.#container.subject, "no IOMMU driver is set");
  }
}
