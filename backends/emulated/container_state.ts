/** ContainerState: the kernel's container, which lives while a descriptor or a group holds it. */
import type { IommuHost, IommuInstance, IommuPlugin, IommuProcess } from "../../iommu/iommu_plugin.ts";
import { VfioError } from "../../core/errors.ts";
import type { VfioGroup } from "./iommu_group.ts";
import { kernelError } from "./kernel_error.ts";

const SET_IOMMU = "VFIO_SET_IOMMU";

/** @see Linux, drivers/vfio/container.c */
export class ContainerState {
  readonly #plugins: readonly IommuPlugin[];
  readonly #host: IommuHost;
  readonly #groups = new Set<VfioGroup>();
  #instance: IommuInstance | undefined;

  /** Makes a container without groups. */
  constructor(plugins: readonly IommuPlugin[], host: IommuHost) {
    this.#plugins = plugins;
    this.#host = host;
  }

  /** What SET_IOMMU made. */
  get instance(): IommuInstance | undefined {
    return this.#instance;
  }

  /** Answers CHECK_EXTENSION. */
  supports(extension: number): boolean {
    if (this.#instance !== undefined) return this.#instance.supports(extension);
    return this.#allowed().some((plugin) => plugin.supports(extension, this.#host));
  }

  /** Answers SET_IOMMU: the first plug-in that takes the type and all groups; else the last one's error. */
  setIommu(type: number, subject: string, process: IommuProcess): void {
    if (this.#groups.size === 0) throw kernelError("EINVAL", SET_IOMMU, subject, "no group is attached");
    if (this.#instance !== undefined) {
      throw kernelError("EINVAL", SET_IOMMU, subject, "an IOMMU driver is set already");
    }
    let failure = kernelError("ENODEV", SET_IOMMU, subject, "no IOMMU driver has that type");
    for (const plugin of this.#allowed()) {
      if (!plugin.supports(type, this.#host)) continue;
      try {
        this.#instance = this.#open(plugin, type, process);
        return;
      } catch (error) {
        if (!(error instanceof VfioError)) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  /** Whether its groups have no IOMMU; undefined: there are none. The two kinds do not mix. */
  get noIommu(): boolean | undefined {
    for (const { group } of this.#groups) return group.noIommu;
    return undefined;
  }

  /** Takes a group in; its devices use the mappings from here on. */
  add(group: VfioGroup): void {
    this.#instance?.attachGroup(group.group, "VFIO_GROUP_SET_CONTAINER");
    this.#groups.add(group);
  }

  /** Lets a group go; the last one ends the IOMMU. */
  remove(group: VfioGroup): void {
    this.#groups.delete(group);
    this.#instance?.detachGroup(group.group);
    if (this.#groups.size === 0) this.#instance = undefined;
  }

  /** The drivers that groups of its kind may have; all while there are none. */
  #allowed(): readonly IommuPlugin[] {
    const { noIommu } = this;
    return this.#plugins.filter((plugin) => noIommu === undefined || (plugin.noIommu ?? false) === noIommu);
  }

  #open(plugin: IommuPlugin, type: number, process: IommuProcess): IommuInstance {
    const instance = plugin.open(type, this.#host, process);
    const attached: VfioGroup[] = [];
    try {
      for (const group of this.#groups) {
        instance.attachGroup(group.group, SET_IOMMU);
        attached.push(group);
      }
    } catch (error) {
      for (const group of attached) instance.detachGroup(group.group);
      throw error;
    }
    return instance;
  }
}
