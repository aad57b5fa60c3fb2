/** uapi/ against the headers of the newest kernel that Debian has, as gcc sees them. */
import { assertEquals } from "@std/assert";
import iommufdLayout from "../unit/uapi/iommufd_layout.txt" with { type: "text" };
import { layoutOf, textOf } from "../unit/uapi/layout.ts";
import vfioLayout from "../unit/uapi/vfio_layout.txt" with { type: "text" };
import { compiledLayout, HEADERS, kernelHeaders, namesIn, versionOf } from "./harness/header_layout.ts";
import { say } from "./harness/say.ts";

const TABLES = new Map([["vfio", vfioLayout], ["iommufd", iommufdLayout]]);

/** What of a header uapi/ does not repeat, and why. */
const LEFT_OUT: ReadonlyMap<string, RegExp> = new Map([
  ["the header's own", /^VFIO_(H|TYPE|BASE)$/],
  ["POWER", /_(EEH_PE|IOMMU_SPAPR)_|^vfio_(eeh|iommu_spapr)_/],
  ["s390 and other buses", /^VFIO_(AP|CCW)_|_SUBTYPE_CCW_|^VFIO_DEVICE_API_/],
  ["displays of mediated devices", /_GFX_(?!PLANE$|DMABUF$)|^vfio_(region_gfx|device_gfx)_/],
  ["NVLink, which is gone", /NVLINK2|nvlink2/],
  [
    "the first migration, which is gone",
    /_STATE_(V1_|MASK|VALID|IS_ERROR|SET_ERROR)|MIGRATION_DEPRECATED|_migration_info$/,
  ],
  [
    "nested page tables of a maker",
    /^IOMMU_VTD_|vtd_s1|smmuv3|SMMUV3$|tegra241|TEGRA241|amd_guest|_INVALIDATE_DATA_/,
  ],
  ["page faults", /PGFAULT|pgfault|page_response|^iommu_fault_/],
  [
    "virtual IOMMUs",
    /^IOMMU_(VIOMMU|VEVENTQ|HW_QUEUE)_|^iommu_(hwpt_invalidate|vi|vd|ve|hw_queue)|^iommufd_vevent/,
  ],
]);

/** What uapi/ repeats. A newer kernel may add to the end of a struct and of a header, but change nothing. */
const KNOWN = "7.2.";

for (const header of HEADERS) {
  const { name, module } = header;

  Deno.test(`uapi/${name}.ts is what gcc makes of linux/${name}.h`, async () => {
    const headers = await kernelHeaders();
    const version = await versionOf(headers);
    const compiled = await compiledLayout(headers, header);
    if (!version.startsWith(KNOWN)) {
      say(`Linux ${version}: sizes of linux/${name}.h are not compared, they are those of ${KNOWN}x`);
      for (const [line, value] of layoutOf(module)) if (isSize(line)) compiled.set(line, value);
    }
    assertEquals(textOf(layoutOf(module)), textOf(compiled), `Linux ${version}`);
    // The unit tests have no compiler: they compare with this table.
    assertEquals(TABLES.get(name), textOf(compiled), "run: deno run -A tests/vm/harness/header_layout.ts");
  });

  Deno.test(`uapi/${name}.ts leaves out of linux/${name}.h nothing that a driver needs`, async () => {
    const headers = await kernelHeaders();
    const version = await versionOf(headers);
    const absent = (await namesIn(headers, header))
      .filter((each) => !Object.hasOwn(module, each))
      .filter((each) => ![...LEFT_OUT.values()].some((reason) => reason.test(each)));
    if (version.startsWith(KNOWN)) assertEquals(absent, [], `Linux ${version}`);
    else say(`Linux ${version}: new in linux/${name}.h: ${absent.join(", ") || "nothing"}`);
  });
}

function isSize(line: string): boolean {
  return /^[a-z]\w*$/.test(line);
}
