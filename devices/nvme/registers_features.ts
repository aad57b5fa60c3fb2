/** NVMe features: settings of a controller. */
import type { RegisterMap } from "../../core/registers.ts";

/** Feature identifiers. @see NVM Express Base Specification 1.4, figure 271 */
export const NVME_FEATURE = {
  arbitration: 0x01,
  powerManagement: 0x02,
  temperatureThreshold: 0x04,
  errorRecovery: 0x05,
  volatileWriteCache: 0x06,
  numberOfQueues: 0x07,
  interruptCoalescing: 0x08,
  interruptVector: 0x09,
  writeAtomicity: 0x0a,
  asyncEvents: 0x0b,
  timestamp: 0x0e,
} as const;

/**
 * Values of features: what Set Features takes in its `value`, and what the result of Get Features is. Each is laid
 * over that word alone.
 */
export const NVME_FEATURES = {
  /** `hpw`, `mpw`, `lpw`: weights less one; `ab`: commands at a time, as a power of two, 7: no limit. */
  arbitration: { at: 0, width: 32, fields: { hpw: [31, 24], mpw: [23, 16], lpw: [15, 8], ab: [2, 0] } },
  /** `thsel`: 0 above, 1 below; `tmpsel`: 0 the composite temperature; `tmpth`: kelvin. */
  temperatureThreshold: { at: 0, width: 32, fields: { thsel: [21, 20], tmpsel: [19, 16], tmpth: [15, 0] } },
  /** `dulbe`: reading a deallocated block is an error; `tler`: how long to retry, in 100 ms. */
  errorRecovery: { at: 0, width: 32, fields: { dulbe: 16, tler: [15, 0] } },
  /** `wce`: the volatile write cache is on. */
  volatileWriteCache: { at: 0, width: 32, fields: { wce: 0 } },
  /** Completion and submission queues, less one: asked for, and given. */
  numberOfQueues: { at: 0, width: 32, fields: { ncq: [31, 16], nsq: [15, 0] } },
  /** `time` in 100 microseconds; `thr`: completions, less one. */
  interruptCoalescing: { at: 0, width: 32, fields: { time: [15, 8], thr: [7, 0] } },
  /** `cd`: this vector is not coalesced; `iv` the vector. */
  interruptVector: { at: 0, width: 32, fields: { cd: 16, iv: [15, 0] } },
  /** `health`: critical warnings that cause an event, as in {@linkcode NVME_HEALTH_LOG}. */
  asyncEvents: { at: 0, width: 32, fields: { health: [7, 0] } },
  /** What can be done with a feature: `sel` 3. */
  capabilities: { at: 0, width: 32, fields: { changeable: 2, namespaceSpecific: 1, saveable: 0 } },
} as const satisfies RegisterMap;

/** The 8 bytes of the timestamp. `origin`: 1 when a host set it; `timestamp`: milliseconds since 1970. */
export const NVME_TIMESTAMP = {
  value: { at: 0, width: 64, fields: { origin: [51, 49], synch: 48, timestamp: [47, 0] } },
} as const satisfies RegisterMap;
