/** Reports without what identifies the one machine. */
import type { HiddenBytes } from "./config_areas.ts";
import { LatencyHistogram } from "./latency_histogram.ts";
import { reportCapabilities } from "./report_capabilities.ts";
import type { ReportCapability, ReportData, ReportDevice, ReportFact, ReportOptions } from "./report_data.ts";
import { redactConfig } from "./serial_numbers.ts";

/** What stands where something was taken out. */
const REDACTED = "(redacted)";
/** Names of what is a serial number, in whatever decoder's spelling: NVMe's SN, EUI-64 and NGUID among them. */
const SERIAL_NAME =
  /serial$|serial[ _-]?(number|no\b|num\b)|^s\/?n$|^(eui-?64|f?n?guid|uuid|unique ?id|asset ?tag)$/i;
/** What is shorter stands in too many words that are no serial numbers. */
const SHORTEST = 5;
/** What is longer is none. */
const LONGEST = 128;

/**
 * Takes serial numbers out of a report: out of config spaces ({@linkcode redactConfig}), out of all that is called one, as an
 * NVMe controller's, and out of every text in which one of these, or one of `serials`, stands.
 *
 * Capabilities of config spaces are decoded before, where nobody did. {@linkcode reportHtml} and {@linkcode reportJson} do all
 * that by themselves.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { redactReport } from "@vfio/vfio/views";
 *
 * const machine = [
 *   { name: "Disk serial number", value: "S4EWNX0R123456" },
 *   { name: "Kernel log", value: "nvme0: S4EWNX0R123456 is ready" },
 * ];
 * assertEquals(redactReport({ machine, devices: [] }).machine, [
 *   { name: "Disk serial number", value: "(redacted)" },
 *   { name: "Kernel log", value: "nvme0: (redacted) is ready" },
 * ]);
 * ```
 */
export function redactReport(given: ReportData): ReportData {
  const data = { ...given, devices: given.devices.map(withCapabilities) };
  const configs = data.devices.map(({ config }) => config === undefined ? undefined : redactConfig(config));
  const serials = [
    ...data.serials ?? [],
    ...configs.flatMap((config) => config?.serials ?? []),
    ...serialsIn(factsOf(data)),
  ];
  const { serials: _, ...rest } = data;
  const devices = data.devices.map((device, index) => {
    const config = configs[index];
    if (config === undefined) return withoutFields(device, device.hidden ?? []);
    const hidden = [...device.hidden ?? [], ...config.hidden];
    return { ...withoutFields(device, hidden), config: config.bytes, hidden };
  });
  const machine = data.machine.map(withoutSerial);
  return replacer(serials)({ ...rest, machine, devices });
}

/** Gives a report as it is to be written: its capabilities decoded, its serial numbers taken out unless they are to stay. */
export function prepareReport(data: ReportData, { keepSerials = false }: ReportOptions): ReportData {
  if (!keepSerials) return redactReport(data);
  const { serials: _, ...rest } = data;
  return { ...rest, devices: data.devices.map(withCapabilities) };
}

/** Decoded before anything is taken out: zeros would be read as a serial number. */
function withCapabilities(device: ReportDevice): ReportDevice {
  const { config, capabilities } = device;
  if (config === undefined || capabilities !== undefined) return device;
  return { ...device, capabilities: reportCapabilities(config) };
}

function factsOf({ machine, devices }: ReportData): ReportFact[] {
  const ofDevices = devices.flatMap(({ facts = [], capabilities = [] }) => [
    ...facts,
    ...capabilities.flatMap(({ fields }) => fields),
  ]);
  return [...machine, ...ofDevices];
}

function serialsIn(facts: readonly ReportFact[]): string[] {
  return facts.flatMap(({ name, value }) => {
    if (typeof value === "object") return serialsIn(value);
    return SERIAL_NAME.test(name) ? [String(value).trim()] : [];
  });
}

/** Takes out fields that are serial numbers by name, or all of a capability whose bytes were taken out. */
function withoutFields(device: ReportDevice, hidden: readonly HiddenBytes[]): ReportDevice {
  const { facts, capabilities } = device;
  const redact = (capability: ReportCapability) => {
    const isHidden = hidden.some(({ at }) => ownerOf(at, capabilities ?? []) === capability);
    const fields = capability.fields.map((field) =>
      isHidden ? { ...field, value: REDACTED } : withoutSerial(field)
    );
    return { ...capability, fields };
  };
  return {
    ...device,
    ...facts === undefined ? {} : { facts: facts.map(withoutSerial) },
    ...capabilities === undefined ? {} : { capabilities: capabilities.map(redact) },
  };
}

/** The capability that begins closest below. */
function ownerOf(at: number, capabilities: readonly ReportCapability[]): ReportCapability | undefined {
  return capabilities.filter((capability) => capability.at <= at)
    .reduce<ReportCapability | undefined>(
      (best, one) => best !== undefined && best.at > one.at ? best : one,
      undefined,
    );
}

function withoutSerial(fact: ReportFact): ReportFact {
  if (SERIAL_NAME.test(fact.name)) return { ...fact, value: REDACTED };
  return typeof fact.value === "object" ? { ...fact, value: fact.value.map(withoutSerial) } : fact;
}

/** Makes what replaces serial numbers in every text of a value. */
function replacer(serials: readonly string[]): <T>(value: T) => T {
  const patterns = [...new Set(serials)].filter(isSerial).sort((one, other) => other.length - one.length)
    .map((serial) => new RegExp(RegExp.escape(serial), "gi"));
  const replace = (value: unknown): unknown => {
    if (typeof value === "string") {
      return patterns.reduce((text, pattern) => text.replace(pattern, REDACTED), value);
    }
    if (value instanceof Uint8Array || value instanceof LatencyHistogram) return value;
    if (Array.isArray(value)) return value.map(replace);
    if (value instanceof Map) return new Map(Array.from(value, ([key, entry]) => [key, replace(entry)]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, replace(entry)]));
  };
  return (value) => replace(value) as typeof value;
}

/** What is told instead of a serial number, as "unknown", must not be taken out of all texts. */
function isSerial(text: string): boolean {
  return text.length >= SHORTEST && text.length <= LONGEST && /\d/.test(text);
}
