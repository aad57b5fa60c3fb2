/** Extensions by their names and by the kernel's numbers. */
import type { Extension, ExtensionName } from "../core/container.ts";

/**
 * The kernel's numbers of what VFIO_CHECK_EXTENSION and VFIO_SET_IOMMU take.
 *
 * @see Linux, include/uapi/linux/vfio.h, `VFIO_TYPE1_IOMMU` and following
 */
export const EXTENSIONS: Readonly<Record<ExtensionName, number>> = {
  "type1": 1,
  "type1v2": 3,
  "dma-cc": 4,
  "type1-nesting": 6,
  "noiommu": 8,
  "unmap-all": 9,
  "update-vaddr": 10,
};

/** Tells an extension's number. @throws {TypeError} for a name that is none, or a number the call cannot carry. */
export function extensionNumber(extension: Extension): number {
  const number = typeof extension === "number" ? extension : EXTENSIONS[extension];
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new TypeError(`Cannot use ${String(extension)} as an extension: no such name`);
  }
  return number;
}
