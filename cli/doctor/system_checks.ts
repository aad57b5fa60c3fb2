/** What doctor looks at of the machine. */
import type { SystemDetails } from "../../mod.ts";
import { formatSize } from "../../views/mod.ts";
import { rightsText } from "../state.ts";
import { ok, problem, warning } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { stuckDevices } from "./patient.ts";
import type { Patient } from "./patient.ts";

/** Without them there is no way to a device. */
const MODULES = ["vfio", "vfio_iommu_type1", "vfio_pci"];
/** Less is soon used up. */
const AMPLE_MEMLOCK = 64n * 2n ** 20n;
/** Older kernels allow as much, and hardly a driver starts with it. */
const POOR_MEMLOCK = 64n * 2n ** 10n;
const PAGE = 4096n;
/** What switches an IOMMU off on the kernel's command line. */
export const SWITCHED_OFF = /\b(?:intel_iommu|amd_iommu|iommu)=off\b/;

/** Looks at the machine. */
export function checkSystem({ system }: Patient): Finding[] {
  return [checkIommu(system), ...checkInterrupts(system), checkModules(system), ...checkContainer(system)];
}

/** Looks at what this process may lock. */
export function checkMemlock({ memlock }: SystemDetails): Finding {
  const subject = "Memory lock";
  if (memlock === undefined) return ok(subject, "no limit");
  const text = `${formatSize(memlock)}: enough for ${memlock / PAGE} pages of DMA`;
  if (memlock <= POOR_MEMLOCK) return problem(subject, text, "MEMLOCK");
  return memlock < AMPLE_MEMLOCK ? warning(subject, text, "MEMLOCK") : ok(subject, text);
}

/** Looks for devices that a forgotten driver_override keeps from their drivers, and for groups that are blocked. */
export function checkAllDevices(patient: Patient): Finding[] {
  const { details, groups } = patient;
  const blocked = groups.filter(({ state }) => state === "blocked");
  return [
    ...blocked.map(({ id, blockers }) =>
      problem(
        `Group ${id} viable`,
        blockers.map(({ address, driver }) => `${address} is driven by ${driver}`).join(", "),
        "NOT-VIABLE",
      )
    ),
    ...stuckDevices(patient).map(({ address, driver }) =>
      warning(
        "Override",
        `${address}: driver_override names ${details.get(address)?.driverOverride}, ${
          driver ?? "no driver"
        } has it`,
        "REBIND-LOST",
      )
    ),
  ];
}

function checkIommu(
  { groups, iommus, iommuTable, interruptRemapping, commandLine }: SystemDetails,
): Finding {
  const subject = "IOMMU";
  const kinds = [...new Set(iommus.map(({ kind }) => kind))].join(", ");
  if (groups === 0) {
    const said = SWITCHED_OFF.exec(commandLine)?.[0];
    if (said !== undefined) {
      return problem(subject, `no IOMMU groups: the kernel was told ${said}`, "NO-GROUPS");
    }
    return iommuTable === undefined
      ? problem(subject, "no IOMMU groups: the firmware describes no IOMMU", "IOMMU-NO-DMAR")
      : problem(
        subject,
        `no IOMMU groups: the firmware has one (${iommuTable}), the kernel does not use it`,
        "NO-GROUPS",
      );
  }
  const parts = [
    kinds === "" ? "of a kind unknown here" : kinds,
    `${groups} group${groups === 1 ? "" : "s"}`,
    ...(interruptRemapping === true ? ["interrupt remapping on"] : []),
    ...(/\biommu=pt\b/.test(commandLine) ? ["iommu=pt is fine for VFIO"] : []),
  ];
  return ok(subject, parts.join(", "));
}

function checkInterrupts({ groups, interruptRemapping, unsafeInterrupts }: SystemDetails): Finding[] {
  if (groups === 0 || interruptRemapping !== false) return [];
  const subject = "Interrupts";
  return unsafeInterrupts
    ? [
      warning(
        subject,
        "not remapped, and allowed all the same: a device can raise any interrupt",
        "INTREMAP",
      ),
    ]
    : [problem(subject, "not remapped: VFIO hands no device out", "INTREMAP")];
}

/** Those of VFIO's modules that are not loaded. */
export function missingModules(modules: readonly string[]): readonly string[] {
  return MODULES.filter((name) => !modules.includes(name));
}

function checkModules({ modules }: SystemDetails): Finding {
  const missing = missingModules(modules);
  const [first] = missing;
  if (first !== undefined) {
    const id = missing.length === 1 && first === "vfio_iommu_type1" ? "IOMMU-TYPE" : "NO-MODULE";
    return problem("Modules", `not loaded: ${missing.join(", ")}`, id);
  }
  const way = modules.includes("iommufd") ? "and iommufd" : "no iommufd: groups are used";
  return ok("Modules", `${MODULES.join(", ")} (${way})`);
}

/** Without the modules it is not there, which they say. */
function checkContainer({ container, modules }: SystemDetails): Finding[] {
  if (container === undefined) {
    const isLoaded = modules.includes("vfio");
    return isLoaded
      ? [
        problem(
          "Container",
          "/dev/vfio/vfio is not there; in a container, pass it on by --device",
          "CONTAINER-ENV",
        ),
      ]
      : [];
  }
  const { path, accessible } = container;
  return accessible ? [] : [problem("Container", `${path} is ${rightsText(container)}`, "NO-CONTAINER-PERM")];
}
