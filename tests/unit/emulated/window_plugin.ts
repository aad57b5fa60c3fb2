/**
 * An IOMMU driver of another kind than Type1, as POWER's sPAPR is: each container has one group, with one fixed window
 * for DMA, and what was mapped is unmapped as it was mapped, not by range.
 *
 * It is made of what `@vfio/vfio` and `@vfio/vfio/iommu` export, as anybody's would be.
 */
import { VfioError } from "@vfio/vfio";
import type { ErrorCode, IommuInfo } from "@vfio/vfio";
import type {
  CheckedMap,
  CheckedUnmap,
  Fault,
  IommuDirtyTracking,
  IommuGroup,
  IommuHost,
  IommuInstance,
  IommuPlugin,
  IommuProcess,
  PinnedMemory,
  Translation,
} from "@vfio/vfio/iommu";

/** VFIO_SPAPR_TCE_IOMMU. */
export const SPAPR_TCE = 2;
/** Where the window lies. */
export const WINDOW = { start: 0x10_0000n, last: 0x10_ffffn } as const;
const PAGE = 4096n;

/** The driver. */
export class WindowPlugin implements IommuPlugin {
  readonly name = "window";
  /** Who opened it, call by call. */
  readonly opened: number[] = [];

  supports(extension: number): boolean {
    return extension === SPAPR_TCE;
  }

  open(type: number, host: IommuHost): IommuInstance {
    this.opened.push(type);
    return new Window(host);
  }
}

interface Page {
  readonly memory: PinnedMemory;
  readonly process: IommuProcess;
  readonly request: CheckedMap;
}

class Window implements IommuInstance {
  readonly type = SPAPR_TCE;
  readonly dirty: IommuDirtyTracking = {
    start: () => refuse("ENOTTY", "VFIO_IOMMU_DIRTY_PAGES"),
    stop: () => refuse("ENOTTY", "VFIO_IOMMU_DIRTY_PAGES"),
    read: () => refuse("ENOTTY", "VFIO_IOMMU_DIRTY_PAGES"),
  };
  readonly #host: IommuHost;
  readonly #pages = new Map<bigint, Page>();
  #group: IommuGroup | undefined;

  constructor(host: IommuHost) {
    this.#host = host;
  }

  supports(extension: number): boolean {
    return extension === SPAPR_TCE;
  }

  attachGroup(group: IommuGroup, operation: string): void {
    if (this.#group !== undefined) refuse("EBUSY", operation);
    this.#group = group;
  }

  detachGroup(): void {
    this.#group = undefined;
    for (const iova of [...this.#pages.keys()]) this.#drop(iova);
  }

  info(): IommuInfo {
    return { alignment: PAGE, pageSizes: PAGE, ranges: [WINDOW], capabilities: [] };
  }

  map(request: CheckedMap, process: IommuProcess): void {
    const { iova, vaddr, size, write } = request;
    if (size !== PAGE || iova % PAGE !== 0n) refuse("EINVAL", "VFIO_IOMMU_MAP_DMA");
    if (iova < WINDOW.start || iova > WINDOW.last) refuse("EINVAL", "VFIO_IOMMU_MAP_DMA");
    if (this.#pages.has(iova)) refuse("EBUSY", "VFIO_IOMMU_MAP_DMA");
    this.#pages.set(iova, { memory: process.pin(vaddr, size, write), process, request });
  }

  unmap({ iova, size, all }: CheckedUnmap): bigint {
    if (all || size !== PAGE || !this.#pages.has(iova)) refuse("EINVAL", "VFIO_IOMMU_UNMAP_DMA");
    this.#drop(iova);
    return size;
  }

  translate(address: string, iova: bigint, write: boolean): Translation {
    const blocked: Fault = { fault: `EEH: DMA of ${address} outside its window, or without right` };
    const page = this.#pages.get(iova - iova % PAGE);
    const [run] = page?.memory.runs ?? [];
    if (page === undefined || run === undefined || !(write ? page.request.write : page.request.read)) {
      return blocked;
    }
    return { physical: run.physical + iova % PAGE, size: Number(PAGE - iova % PAGE) };
  }

  #drop(iova: bigint): void {
    const page = this.#pages.get(iova);
    if (page === undefined) return;
    this.#pages.delete(iova);
    this.#host.unpin(page.memory);
    page.process.uncharge(page.memory.charged);
  }
}

function refuse(code: ErrorCode, operation: string): never {
  throw new VfioError({ code, operation, subject: "the window" });
}
