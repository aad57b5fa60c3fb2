/** The numbered list: how long it is, and which numbers have no case, with the reason. */

/** The list runs from 1 to this. */
export const LAST = 190;

const IOMMUFD = "needs /dev/iommu and device nodes, which Debian's kernels lack";

/** Numbers without a case. */
export const WITHOUT_CASE: ReadonlyMap<number, string> = new Map([
  [171, IOMMUFD],
  [172, IOMMUFD],
  [173, IOMMUFD],
  [174, IOMMUFD],
  [175, IOMMUFD],
  [176, IOMMUFD],
  [177, IOMMUFD],
  [178, IOMMUFD],
]);
