/** A config space in a few lines, as somebody with a new board on the bench wants to see it. */
import { registers } from "../../mod.ts";
import type { DeviceDetails } from "../../mod.ts";
import { CONFIG_HEADER, configMemory, decodeConfig, linkOf, linkText } from "../../pci/mod.ts";
import type { DecodedConfig, LinkSummary, PciNames } from "../../pci/mod.ts";
import { fieldsOf, fieldText } from "../config/fields.ts";
import type { NamedField } from "../config/fields.ts";
import { wrap } from "../config/shown.ts";
import { hex } from "../json.ts";
import { bold, dim, red, yellow } from "../text.ts";
import type { Line, Span } from "../text.ts";
import { barLines } from "./bars.ts";
import { capabilityLine, flag, setBits } from "./summary.ts";
import type { AnyCapability } from "./summary.ts";

/** Whose config space it is. */
export interface Subject {
  readonly address: string;
  readonly bytes: Uint8Array;
  /** What the machine knows of it in a word or two, or the dump's title. */
  readonly extra: string;
  /** What the machine knows of it; undefined: no machine has it. */
  readonly details?: DeviceDetails | undefined;
}

/** How much to show. */
export interface Detail {
  /** Each field of each capability. */
  readonly fields: boolean;
  readonly columns: number;
}

/** Writes a config space down. */
export function configLines(subject: Subject, names: PciNames, detail: Detail): Line[] {
  const config = decodeConfig(subject.bytes);
  if (!config.answered) {
    return [[
      bold(subject.address),
      "  ",
      red("nobody answers: all bytes are ff"),
      dim("  vfio explain ALL-ONES"),
    ]];
  }
  const capabilities = [...config.capabilities, ...config.extendedCapabilities];
  const fields = detail.fields ? [...fieldsOf(config)] : [];
  return [
    titleLine(subject, config, names),
    ...commandLines(subject, config),
    ...barLines(config, subject.details?.resources, detail),
    ...linkLines(config),
    ...capabilities.flatMap((each) => [
      capabilityLine(each, subject.details?.errors),
      ...fieldLines(fields, each, detail),
    ]),
    ...endLines(config),
  ];
}

function titleLine({ address, extra }: Subject, { header }: DecodedConfig, names: PciNames): Line {
  const { vendorId = 0, deviceId = 0, revisionId = 0, className = "" } = header;
  const known = names.vendor(vendorId) === undefined ? className : names.title({ vendorId, deviceId });
  return [
    bold(address),
    `  ${known} [${hex(vendorId, 4)}:${hex(deviceId, 4)}] rev ${hex(revisionId, 2)}`,
    dim(extra === "" ? "" : `  ${extra}`),
  ];
}

function commandLines({ bytes }: Subject, { header: { command, status } }: DecodedConfig): Line[] {
  if (command === undefined) return [];
  const { raw } = registers(configMemory(bytes), CONFIG_HEADER).command.read();
  const words = [
    flag("IO", command.ioSpace),
    flag("Mem", command.memorySpace),
    flag("BusMaster", command.busMaster),
    flag("DisINTx", command.interruptDisable),
  ];
  const errors = setBits(status).filter((name) => /Abort|Error|signaled/.test(name));
  return [
    [`  Command  0x${hex(raw, 4)}  `, words.join(" "), ...(command.busMaster ? [] : [dim("  ← DMA is off")])],
    ...(errors.length === 0 ? [] : [["  Status   ", yellow(errors.join(", "))]]),
  ];
}

/** What the link runs at, of what the device can. */
function linkLines(config: DecodedConfig): Line[] {
  const link = linkOf(config);
  if (link === undefined) return [];
  return [[`  Link     ${linkText(link)}`, ...LINK_WARNINGS[link.state]]];
}

const LINK_WARNINGS: Readonly<Record<LinkSummary["state"], readonly Span[]>> = {
  full: [],
  downgraded: [yellow("  ⚠ downgraded")],
  down: [red("  ✗ no link")],
};

/** Each register of a capability, with its fields. @param all Those of the whole config space, by their keys. */
function fieldLines(
  all: readonly (readonly [key: string, field: NamedField])[],
  { at }: AnyCapability,
  { columns }: Detail,
): Line[] {
  const key = `${hex(at)} `;
  const own = all.filter(([each]) => each.startsWith(key)).map(([, field]) => field);
  return [...Map.groupBy(own, ({ name }) => name.split(".")[0] ?? "")].flatMap(([register, fields]) => {
    const words = fields.map(({ name, value }) =>
      fieldText({ name: name.slice(register.length + 1), value })
    );
    // A register without fields is its own only field.
    if (fields[0]?.name === register) return [[dim(`${INDENT}${fieldText(fields[0])}`)]];
    const lines = wrap(words, columns - DEEPER.length);
    return [[dim(`${INDENT}${register}`)], ...lines.map((line): Line => [dim(`${DEEPER}${line}`)])];
  });
}

const INDENT = "      ";
const DEEPER = "        ";

function endLines({ ends, size }: DecodedConfig): Line[] {
  const lines: Line[] = [];
  const wrong = Object.entries(ends).filter(([, end]) => end !== "complete");
  if (size < 256) {
    return [[
      dim(`  Only ${size} bytes are there: root may read all of it, and --vfio of a device on vfio-pci`),
    ]];
  }
  for (const [list, end] of wrong) {
    lines.push(["  ", yellow(`The list of ${list} does not end well: ${end}`)]);
  }
  return lines;
}
