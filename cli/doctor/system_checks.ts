/** What doctor looks at of the machine. */
import type { SystemDetails } from "../../mod.ts";
import { formatSize } from "../../views/mod.ts";
import { ok, problem, warning } from "./finding.ts";
import type { Finding } from "./finding.ts";
import type { Patient } from "./patient.ts";

/** Without them there is no way to a device. */
const MODULES = ["vfio", "vfio_iommu_type1", "vfio_pci"];
/** Less is soon used up. */
const AMPLE_MEMLOCK = 64n * 2n ** 20n;
const PAGE = 4096n;
const SWITCHED_OFF = /\b(?:intel_iommu|amd_iommu|iommu)=off\b/;

/** Looks at the machine. */
export function checkSystem({ system }: Patient): Finding[] {
  return [checkIommu(system), ...checkInterrupts(system), checkModules(system)];
}

/** Looks at what this process may lock. */
export function checkMemlock({ memlock }: SystemDetails): Finding {
  const subject = "Memory lock";
  if (memlock === undefined) return ok(subject, "no limit");
  const text = `${formatSize(memlock)}: enough for ${memlock / PAGE} pages of DMA`;
  return memlock < AMPLE_MEMLOCK ? warning(subject, text, "MEMLOCK") : ok(subject, text);
}

/** Looks for devices that a forgotten driver_override keeps from their drivers, and for groups that are blocked. */
export function checkAllDevices({ devices, details, groups }: Patient): Finding[] {
  const stuck = devices.filter(({ address, driver }) => {
    const override = details.get(address)?.driverOverride;
    return override !== undefined && override !== driver;
  });
  const blocked = groups.filter(({ state }) => state === "blocked");
  return [
    ...blocked.map(({ id, blockers }) =>
      problem(
        `Group ${id} viable`,
        blockers.map(({ address, driver }) => `${address} is driven by ${driver}`).join(", "),
        "NOT-VIABLE",
      )
    ),
    ...stuck.map(({ address, driver }) =>
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

function checkIommu({ groups, iommus, interruptRemapping, commandLine }: SystemDetails): Finding {
  const subject = "IOMMU";
  const kinds = [...new Set(iommus.map(({ kind }) => kind))].join(", ");
  if (groups === 0) {
    const said = SWITCHED_OFF.exec(commandLine)?.[0];
    const why = said === undefined
      ? "it is off in the firmware, or the kernel was not told"
      : `the kernel was told ${said}`;
    return problem(subject, `no IOMMU groups: ${why}`, "NO-GROUPS");
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

function checkModules({ modules }: SystemDetails): Finding {
  const missing = MODULES.filter((name) => !modules.includes(name));
  if (missing.length > 0) return problem("Modules", `not loaded: ${missing.join(", ")}`, "NO-MODULE");
  const way = modules.includes("iommufd") ? "and iommufd" : "no iommufd: groups are used";
  return ok("Modules", `${MODULES.join(", ")} (${way})`);
}
