/** Decoders of the capabilities about power and time, where two fields say something together. */
import type { Fields } from "./fields.ts";
import {
  DYNAMIC_POWER_ALLOCATION,
  DYNAMIC_POWER_ALLOCATION_MEANINGS,
  L1_SUBSTATES,
  L1_SUBSTATES_2,
  L1_SUBSTATES_MEANINGS,
  LATENCY_TOLERANCE,
  LATENCY_TOLERANCE_MEANINGS,
  POWER_BUDGETING,
  POWER_BUDGETING_MEANINGS,
  READINESS_TIME,
  READINESS_TIME_MEANINGS,
} from "./power_data.ts";
import { scaled, slotPower } from "./quantities.ts";
import type { Scope } from "./scope.ts";

/** Power Budgeting; `watts` is what the selected data say. */
export type PowerBudgetingFields = Fields<typeof POWER_BUDGETING, typeof POWER_BUDGETING_MEANINGS> & {
  readonly watts?: number | ">600";
};

/** Reads Power Budgeting. */
export function decodePowerBudgeting(scope: Scope): PowerBudgetingFields {
  const fields = scope.read(POWER_BUDGETING, POWER_BUDGETING_MEANINGS);
  if (fields.data === undefined) return fields;
  return { ...fields, watts: slotPower(fields.data.basePower, fields.data.dataScale) };
}

/** Dynamic Power Allocation; the allocations are in units of the scale. */
export type PowerAllocationFields =
  & Fields<typeof DYNAMIC_POWER_ALLOCATION, typeof DYNAMIC_POWER_ALLOCATION_MEANINGS>
  & { readonly allocations: readonly number[] };

/** Reads Dynamic Power Allocation. */
export function decodePowerAllocation(scope: Scope): PowerAllocationFields {
  const fields = scope.read(DYNAMIC_POWER_ALLOCATION, DYNAMIC_POWER_ALLOCATION_MEANINGS);
  const count = fields.capabilities === undefined ? 0 : fields.capabilities.lastSubstate + 1;
  return { ...fields, allocations: scope.numbers(0x10, count, 8) };
}

/** Latency Tolerance Reporting. */
export type LatencyToleranceFields = Fields<typeof LATENCY_TOLERANCE, typeof LATENCY_TOLERANCE_MEANINGS> & {
  readonly maxSnoopNs?: number;
  readonly maxNoSnoopNs?: number;
};

/** Reads Latency Tolerance Reporting. */
export function decodeLatencyTolerance(scope: Scope): LatencyToleranceFields {
  const fields = scope.read(LATENCY_TOLERANCE, LATENCY_TOLERANCE_MEANINGS);
  return {
    ...fields,
    ...time("maxSnoopNs", fields.maxSnoop?.value, fields.maxSnoop?.scale),
    ...time("maxNoSnoopNs", fields.maxNoSnoop?.value, fields.maxNoSnoop?.scale),
  };
}

/** L1 PM Substates; `powerOnUs` is the time a port asks for, `enabledPowerOnUs` what it is given. */
export type L1SubstatesFields =
  & Fields<typeof L1_SUBSTATES, typeof L1_SUBSTATES_MEANINGS>
  & Fields<typeof L1_SUBSTATES_2>
  & {
    readonly powerOnUs?: number;
    readonly enabledPowerOnUs?: number;
    readonly ltrThresholdNs?: number;
  };

/** Reads L1 PM Substates. */
export function decodeL1Substates(scope: Scope): L1SubstatesFields {
  const fields = scope.read(L1_SUBSTATES, L1_SUBSTATES_MEANINGS);
  const { capabilities, control1, control2 } = fields;
  return {
    ...fields,
    ...(scope.version >= 2 && scope.read(L1_SUBSTATES_2)),
    ...time("powerOnUs", capabilities?.powerOnValue, capabilities?.powerOnScale),
    ...time("enabledPowerOnUs", control2?.powerOnValue, control2?.powerOnScale),
    ...time("ltrThresholdNs", control1?.ltrThresholdValue, control1?.ltrThresholdScale),
  };
}

/** Readiness Time Reporting: after so long a function answers configuration requests. */
export type ReadinessTimeFields = Fields<typeof READINESS_TIME, typeof READINESS_TIME_MEANINGS> & {
  readonly resetNs?: number;
  readonly linkUpNs?: number;
  readonly functionLevelResetNs?: number;
  readonly d3HotToD0Ns?: number;
};

/** Reads Readiness Time Reporting. */
export function decodeReadinessTime(scope: Scope): ReadinessTimeFields {
  const fields = scope.read(READINESS_TIME, READINESS_TIME_MEANINGS);
  const { times1, times2 } = fields;
  return {
    ...fields,
    ...time("resetNs", times1?.resetValue, times1?.resetScale),
    ...time("linkUpNs", times1?.linkUpValue, times1?.linkUpScale),
    ...time("functionLevelResetNs", times2?.functionLevelResetValue, times2?.functionLevelResetScale),
    ...time("d3HotToD0Ns", times2?.d3HotToD0Value, times2?.d3HotToD0Scale),
  };
}

/** Names a time, where its value is there and its scale has a meaning. */
function time<Name extends string>(
  name: Name,
  value: number | undefined,
  scale: number | string | undefined,
): { readonly [Key in Name]?: number } {
  const known = value === undefined || scale === undefined ? undefined : scaled(value, scale);
  return (known === undefined ? {} : { [name]: known }) as { readonly [Key in Name]?: number };
}
