/** LinuxContainer: /dev/vfio/vfio. */
import type { Container, Extension, IommuType } from "../../core/container.ts";
import type { IommuDriver } from "../../core/iommu_driver.ts";
import { extensionNumber } from "../../iommu/extensions.ts";
import { O_RDWR } from "../../os/constants_data.ts";
import { Descriptor } from "../../os/descriptor.ts";
import { openFile } from "../../os/files.ts";
import { interruptFacts, nodeFacts } from "./facts.ts";
import { ioctl } from "./ioctl.ts";
import { Type1 } from "./type1.ts";

const NODE = "/dev/vfio/vfio";

/** An open container. */
export class LinuxContainer extends Descriptor implements Container {
  readonly #iommu: Type1;

  /** Owns `fd` from here on. */
  constructor(fd: number) {
    super(fd, NODE);
    this.#iommu = new Type1(this);
  }

  /** Opens /dev/vfio/vfio. */
  static open(): LinuxContainer {
    const facts = () => ({ container: NODE, node: NODE, ...nodeFacts(NODE) });
    return new LinuxContainer(openFile(NODE, O_RDWR, { facts }));
  }

  /** The IOMMU's side. */
  get iommu(): IommuDriver {
    return this.#iommu;
  }

  /** Tells the version of the API. */
  apiVersion(): number {
    return ioctl(this.fd, "VFIO_GET_API_VERSION", 0n, this.subject);
  }

  /** Tells whether an extension is there. */
  supports(extension: Extension): boolean {
    return ioctl(this.fd, "VFIO_CHECK_EXTENSION", BigInt(extensionNumber(extension)), this.subject) > 0;
  }

  /** Chooses the IOMMU driver. */
  setIommu(type: IommuType): IommuDriver {
    const number = BigInt(extensionNumber(type));
    ioctl(this.fd, "VFIO_SET_IOMMU", number, this.subject, { facts: interruptFacts });
    this.#iommu.wasSet(type);
    return this.#iommu;
  }
}
