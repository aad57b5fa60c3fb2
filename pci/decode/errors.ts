/** Decoders of the capabilities that report and contain errors. */
import {
  CONTAINMENT,
  CONTAINMENT_MEANINGS,
  CONTAINMENT_ROOT,
  ERROR_REPORTING,
  ERROR_REPORTING_ROOT,
} from "./error_data.ts";
import type { Fields } from "./fields.ts";
import type { Scope } from "./scope.ts";

/** Advanced Error Reporting; the logs are words of 32 bits. */
export type ErrorReportingFields = Fields<typeof ERROR_REPORTING> & Fields<typeof ERROR_REPORTING_ROOT> & {
  readonly headerLog: readonly number[];
  readonly prefixLog?: readonly number[];
};

const WITH_ROOT: readonly (string | undefined)[] = ["root port", "root complex event collector"];

/** Reads Advanced Error Reporting. */
export function decodeErrorReporting(scope: Scope): ErrorReportingFields {
  const fields = scope.read(ERROR_REPORTING);
  return {
    ...fields,
    headerLog: scope.numbers(0x1c, 4, 32),
    ...(WITH_ROOT.includes(scope.facts.port) && scope.read(ERROR_REPORTING_ROOT)),
    ...(fields.control?.tlpPrefixLogPresent && { prefixLog: scope.numbers(0x38, 4, 32) }),
  };
}

/** Downstream Port Containment; the logs are words of 32 bits. */
export type ContainmentFields =
  & Fields<typeof CONTAINMENT, typeof CONTAINMENT_MEANINGS>
  & Fields<typeof CONTAINMENT_ROOT>
  & { readonly headerLog?: readonly number[] };

/** Reads Downstream Port Containment. */
export function decodeContainment(scope: Scope): ContainmentFields {
  const fields = scope.read(CONTAINMENT, CONTAINMENT_MEANINGS);
  if (!fields.capabilities?.rootPortExtensions) return fields;
  const { logSizeLower, logSizeUpper } = fields.capabilities;
  const size = 16 * logSizeUpper + logSizeLower;
  return {
    ...fields,
    ...scope.read(CONTAINMENT_ROOT),
    ...(size > 0 && { headerLog: scope.numbers(0x20, Math.min(size, 14), 32) }),
  };
}
