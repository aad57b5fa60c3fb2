/** Features: the controller's settings. */
import type { Command, Step } from "./command.ts";
import { SUCCESS } from "./command.ts";
import type { Controller } from "./controller.ts";
import { NAMESPACE_IDS, TEMPERATURE, WARNING_TEMPERATURE } from "./limits.ts";
import { NVME_ALL_NAMESPACES, NVME_COMMANDS } from "./registers_commands.ts";
import { NVME_EVENT_TYPE, NVME_HEALTH_EVENT } from "./registers_entries.ts";
import { NVME_FEATURE, NVME_FEATURES } from "./registers_features.ts";
import { packFields, unpackFields } from "./registers_fields.ts";
import { NVME_LOG } from "./registers_logs.ts";
import { NVME_STATUS } from "./registers_status_data.ts";
import { Timestamp } from "./timestamp.ts";

/** What can be done with each feature there is. None is saveable. */
const FEATURES: ReadonlyMap<number, { readonly changeable: boolean; readonly namespaceSpecific?: boolean }> =
  new Map([
    [NVME_FEATURE.arbitration, { changeable: false }],
    [NVME_FEATURE.powerManagement, { changeable: false }],
    [NVME_FEATURE.temperatureThreshold, { changeable: true }],
    [NVME_FEATURE.errorRecovery, { changeable: true, namespaceSpecific: true }],
    [NVME_FEATURE.volatileWriteCache, { changeable: true }],
    [NVME_FEATURE.numberOfQueues, { changeable: true }],
    [NVME_FEATURE.interruptCoalescing, { changeable: false }],
    [NVME_FEATURE.interruptVector, { changeable: false }],
    [NVME_FEATURE.writeAtomicity, { changeable: false }],
    [NVME_FEATURE.asyncEvents, { changeable: true }],
    [NVME_FEATURE.timestamp, { changeable: true }],
  ]);

/** What `sel` of Get Features asks for. */
const SELECT = { current: 0, saved: 2, capabilities: 3 } as const;
/** 0 is not allowed for the number of queues, nor is all of them. */
const TOO_MANY = 0xffff;
const NO_LIMIT = packFields(NVME_FEATURES.arbitration, { ab: 7 });
const CACHE_ON = packFields(NVME_FEATURES.volatileWriteCache, { wce: true });

/** Get and Set Features. @see NVM Express Base Specification 1.4, sections 5.13 and 5.21 */
export class Features {
  readonly #controller: Controller;
  readonly #timestamp: Timestamp;
  readonly #errorRecovery = new Map<number, number>();
  #threshold = [WARNING_TEMPERATURE, 0];
  #cache = CACHE_ON;
  #asyncEvents = 0;
  #queuesFixed = false;

  /** Serves a controller. */
  constructor(controller: Controller) {
    this.#controller = controller;
    this.#timestamp = new Timestamp(controller.bus);
  }

  /** Whether the temperature is not between its thresholds. */
  get temperatureWarning(): boolean {
    const [over = 0, under = 0] = this.#threshold;
    return TEMPERATURE >= over || TEMPERATURE <= under;
  }

  /** Says that there were I/O queues: their number can no longer be asked for. */
  queuesCreated(): void {
    this.#queuesFixed = true;
  }

  /** Puts everything to its default. */
  reset(): void {
    this.#timestamp.reset();
    this.#errorRecovery.clear();
    this.#threshold = [WARNING_TEMPERATURE, 0];
    this.#cache = CACHE_ON;
    this.#asyncEvents = 0;
    this.#queuesFixed = false;
  }

  /** Works on Get Features. */
  get(command: Command): Step {
    const { cdw10, value } = command.words(NVME_COMMANDS.getFeatures);
    const { fid, sel } = cdw10.read();
    const feature = FEATURES.get(fid);
    if (feature === undefined || sel > SELECT.capabilities) return { status: NVME_STATUS.invalidField };
    if (feature.namespaceSpecific) {
      const status = this.#namespaceFault(command.nsid);
      if (status !== undefined) return { status };
    }
    if (sel === SELECT.capabilities) {
      return { ...SUCCESS, result: packFields(NVME_FEATURES.capabilities, feature) };
    }
    if (fid === NVME_FEATURE.timestamp) {
      const bytes = sel === SELECT.current ? this.#timestamp.encode() : new Uint8Array(8);
      return { status: this.#controller.data.deliver(command, bytes) };
    }
    const result = sel === SELECT.current
      ? this.#current(fid, value.read(), command.nsid)
      : fallback(this.#controller, fid, value.read());
    return result === undefined ? { status: NVME_STATUS.invalidField } : { ...SUCCESS, result };
  }

  /** Works on Set Features. */
  set(command: Command): Step {
    const { nsid } = command;
    const { cdw10, value } = command.words(NVME_COMMANDS.setFeatures);
    const { fid, sv } = cdw10.read();
    const feature = FEATURES.get(fid);
    if (feature === undefined) return { status: NVME_STATUS.invalidField };
    if (sv) return { status: NVME_STATUS.featureNotSaveable };
    if (nsid !== NVME_ALL_NAMESPACES && (feature.namespaceSpecific || nsid !== 0)) {
      const status = this.#namespaceFault(nsid);
      if (status !== undefined) return { status };
      if (!feature.namespaceSpecific) return { status: NVME_STATUS.featureNotNamespaceSpecific };
    }
    if (!feature.changeable) return { status: NVME_STATUS.featureNotChangeable };
    if (fid === NVME_FEATURE.numberOfQueues) return this.#setQueues(value.read());
    if (fid === NVME_FEATURE.timestamp) return this.#setTimestamp(command);
    return { status: this.#set(fid, value.read(), nsid) };
  }

  #current(fid: number, value: number, nsid: number): number | undefined {
    switch (fid) {
      case NVME_FEATURE.temperatureThreshold: {
        const { thsel, tmpsel } = unpackFields(NVME_FEATURES.temperatureThreshold, value);
        return tmpsel === 0 ? this.#threshold[thsel] : 0;
      }
      case NVME_FEATURE.errorRecovery:
        return this.#errorRecovery.get(nsid) ?? 0;
      case NVME_FEATURE.volatileWriteCache:
        return this.#cache;
      case NVME_FEATURE.asyncEvents:
        return this.#asyncEvents;
      default:
        return fallback(this.#controller, fid, value);
    }
  }

  #set(fid: number, value: number, nsid: number): number {
    switch (fid) {
      case NVME_FEATURE.temperatureThreshold:
        return this.#setThreshold(value);
      case NVME_FEATURE.errorRecovery: {
        if (unpackFields(NVME_FEATURES.errorRecovery, value).dulbe) return NVME_STATUS.invalidField;
        const all = nsid === NVME_ALL_NAMESPACES;
        for (const id of all ? this.#controller.namespaces.keys() : [nsid]) {
          this.#errorRecovery.set(id, value);
        }
        return NVME_STATUS.success;
      }
      case NVME_FEATURE.volatileWriteCache:
        this.#cache = value & CACHE_ON;
        return NVME_STATUS.success;
      default:
        this.#asyncEvents = value;
        return NVME_STATUS.success;
    }
  }

  #setThreshold(value: number): number {
    const { thsel, tmpsel, tmpth } = unpackFields(NVME_FEATURES.temperatureThreshold, value);
    if (thsel > 1) return NVME_STATUS.invalidField;
    // There are no other sensors.
    if (tmpsel !== 0) return NVME_STATUS.success;
    this.#threshold[thsel] = tmpth;
    const { temperature: info } = NVME_HEALTH_EVENT;
    const { health } = unpackFields(NVME_FEATURES.asyncEvents, this.#asyncEvents);
    if (this.temperatureWarning && (health & 2) !== 0) {
      this.#controller.events.report({ type: NVME_EVENT_TYPE.health, info, page: NVME_LOG.health });
    }
    return NVME_STATUS.success;
  }

  /** However many are asked for, there are as many as there are. */
  #setQueues(value: number): Step {
    if (this.#queuesFixed) return { status: NVME_STATUS.commandSequenceError };
    const { ncq, nsq } = unpackFields(NVME_FEATURES.numberOfQueues, value);
    if (ncq === TOO_MANY || nsq === TOO_MANY) return { status: NVME_STATUS.invalidField };
    return { ...SUCCESS, result: queues(this.#controller) };
  }

  #setTimestamp(command: Command): Step {
    const bytes = new Uint8Array(8);
    const status = this.#controller.data.fetch(command, bytes);
    if (status === NVME_STATUS.success) this.#timestamp.set(bytes);
    return { status };
  }

  #namespaceFault(nsid: number): number | undefined {
    const valid = nsid !== 0 && nsid <= NAMESPACE_IDS;
    if (!valid) return NVME_STATUS.invalidNamespaceOrFormat;
    return this.#controller.namespaces.has(nsid) ? undefined : NVME_STATUS.invalidField;
  }
}

/** The default, for those that cannot be changed the value; undefined when `value` asks for what there is not. */
function fallback(controller: Controller, fid: number, value: number): number | undefined {
  switch (fid) {
    case NVME_FEATURE.arbitration:
      return NO_LIMIT;
    case NVME_FEATURE.temperatureThreshold: {
      const { thsel, tmpsel } = unpackFields(NVME_FEATURES.temperatureThreshold, value);
      if (thsel > 1) return undefined;
      return thsel === 0 && tmpsel === 0 ? WARNING_TEMPERATURE : 0;
    }
    case NVME_FEATURE.volatileWriteCache:
      return CACHE_ON;
    case NVME_FEATURE.numberOfQueues:
      return queues(controller);
    case NVME_FEATURE.interruptVector: {
      const { iv } = unpackFields(NVME_FEATURES.interruptVector, value);
      return iv < controller.settings.vectors
        ? packFields(NVME_FEATURES.interruptVector, { iv, cd: iv === 0 })
        : undefined;
    }
    default:
      return 0;
  }
}

function queues({ settings }: Controller): number {
  return packFields(NVME_FEATURES.numberOfQueues, { ncq: settings.queues - 1, nsq: settings.queues - 1 });
}
