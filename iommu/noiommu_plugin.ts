/** NoIommuPlugin: the driver of groups that have no IOMMU. It maps nothing: what a device is given are physical addresses. */
import { VfioError } from "../core/errors.ts";
import type { IommuInfo, Iova } from "../core/iommu_driver.ts";
import { EXTENSIONS } from "./extensions.ts";
import { offsetInFrame, PAGE_SIZE } from "./frames.ts";
import type {
  IommuDirtyTracking,
  IommuHost,
  IommuInstance,
  IommuPlugin,
  IommuProcess,
  Translation,
} from "./iommu_plugin.ts";

/**
 * The kernel's own driver for devices without an IOMMU, while its unsafe mode is on.
 *
 * @see Linux, drivers/vfio/container.c, `vfio_noiommu_ops`
 */
export class NoIommuPlugin implements IommuPlugin {
  readonly name: string = "vfio-noiommu";
  readonly noIommu: boolean = true;

  /** Tells whether an extension is there: only its type, and only while the mode is on. */
  supports(extension: number, host: IommuHost): boolean {
    return extension === EXTENSIONS.noiommu && host.noIommuMode;
  }

  /** Opens it. @throws {VfioError} `EPERM` without CAP_SYS_RAWIO. */
  open(_type: number, host: IommuHost, process: IommuProcess): IommuInstance {
    if (process.capable("CAP_SYS_RAWIO")) return new NoIommu(host);
    const [operation, subject] = ["VFIO_SET_IOMMU", "the container"];
    throw new VfioError({ code: "EPERM", operation, subject, detail: "no-IOMMU needs CAP_SYS_RAWIO" });
  }
}

/** What stands behind a container of groups without an IOMMU: nothing. */
class NoIommu implements IommuInstance {
  readonly type = "noiommu";
  readonly dirty: IommuDirtyTracking = {
    start: () => refuse("VFIO_IOMMU_DIRTY_PAGES"),
    stop: () => refuse("VFIO_IOMMU_DIRTY_PAGES"),
    read: () => refuse("VFIO_IOMMU_DIRTY_PAGES"),
  };
  readonly #host: IommuHost;

  constructor(host: IommuHost) {
    this.#host = host;
  }

  supports(extension: number): boolean {
    return extension === EXTENSIONS.noiommu && this.#host.noIommuMode;
  }

  attachGroup(): void {}

  detachGroup(): void {}

  info(): IommuInfo {
    return refuse("VFIO_IOMMU_GET_INFO");
  }

  map(): void {
    refuse("VFIO_IOMMU_MAP_DMA");
  }

  unmap(): bigint {
    return refuse("VFIO_IOMMU_UNMAP_DMA");
  }

  translate(_address: string, iova: Iova): Translation {
    return { physical: iova, size: PAGE_SIZE - offsetInFrame(iova) };
  }
}

function refuse(operation: string): never {
  const detail = "without an IOMMU there is nothing to map: devices use physical addresses";
  throw new VfioError({ code: "ENOTTY", operation, subject: "the container", detail });
}
