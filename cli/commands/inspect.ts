/** `vfio inspect`: what a config space says, of a device or of a dump. */
import { decodeConfig, formatDump, isAddress, parseAddress } from "../../pci/mod.ts";
import type { ConfigDump } from "../../pci/mod.ts";
import { ConfigMap } from "../../views/mod.ts";
import type { Input, VfioCommand } from "../command.ts";
import type { DeviceDetails, DeviceEntry } from "../../mod.ts";
import { dumpsOf } from "../config/compare.ts";
import { fieldsOf } from "../config/fields.ts";
import { copyConfig } from "../config/source.ts";
import type { Context } from "../context.ts";
import { findDevice, idsOf } from "../device.ts";
import { NoSuchDevice, UsageError } from "../errors.ts";
import { hexLines } from "../inspect/hex.ts";
import { configLines } from "../inspect/lines.ts";
import type { Json } from "../json.ts";
import { nameOf } from "../names.ts";
import { counted } from "../quantities.ts";
import { draw, SVG_OPTION } from "../svg.ts";
import { dim } from "../text.ts";
import type { Line } from "../text.ts";

/** A config space, and where it comes from. */
interface Found {
  readonly dump: ConfigDump;
  readonly source: "sysfs" | "vfio" | "file";
  /** What the machine knows beside it, in a word or two. */
  readonly extra: string;
  /** What it knows of the device; undefined: it is no device of this machine. */
  readonly device?: { readonly entry: DeviceEntry; readonly details: DeviceDetails | undefined };
}

const COLUMNS = 100;

export const inspect: VfioCommand = {
  name: "inspect",
  summary: "Show what the config space of a device says",
  description:
    "Shows the header, BARs, the link and all capabilities; with --verbose each field, with --json all of it as a " +
    "document. --from reads a dump of lspci -xxxx instead: it needs no device, and without DEVICE shows all in it.",
  arguments: [{ name: "device", text: "which device", values: "devices", optional: true }],
  options: [
    { flags: "--hex", text: "show the bytes, and what they belong to" },
    { flags: "--from <file>", text: "read a dump of lspci -xxxx; - for standard input" },
    SVG_OPTION,
    { flags: "--dump <file>", text: "write such a dump; - for standard output" },
    { flags: "--vfio", text: "read as a driver does, through VFIO; opening resets the device" },
  ],
  examples: [
    "vfio inspect 01:00.0",
    "lspci -s 01:00.0 -xxxx | vfio inspect --from -",
    "sudo vfio inspect 01:00.0 --dump before.txt",
    "vfio inspect 01:00.0 --svg config.svg",
    "vfio inspect 00:04.0 --hex --emulated nvme",
  ],
  async run(context, input) {
    const found = await find(context, input);
    const dump = input.text("dump");
    if (dump !== undefined) {
      await context.io.writeText(dump, formatDump(found.map(({ dump }) => dump)), false);
      return;
    }
    if (await draw(context, input, () => pictureOf(found))) return;
    const documents = found.map(documentOf);
    context.answer({ devices: documents }, () => found.flatMap((each) => linesOf(context, input, each)));
    if (!context.json && !input.flag("hex") && !context.verbose) {
      context.say(dim(hint(found)));
    }
  },
};

async function find(context: Context, input: Input): Promise<readonly Found[]> {
  const word = input.optional(0);
  const file = input.text("from");
  if (file === undefined) {
    if (word === undefined) throw new UsageError("inspect takes a device, or --from FILE");
    return [ofDevice(context, word, input.flag("vfio"))];
  }
  if (input.flag("vfio")) throw new UsageError("--vfio reads a device, --from a file: give one of them");
  const dumps = dumpsOf(await context.io.readText(file), file);
  const wanted = word === undefined ? dumps : dumps.filter(({ address }) => address === addressIn(word));
  if (wanted.length === 0) {
    throw new NoSuchDevice(
      `${file} has no ${word}: it has ${dumps.map(({ address }) => address).join(", ")}`,
    );
  }
  return wanted.map((dump) => ({ dump, source: "file", extra: dump.title }));
}

/** A dump knows addresses only. */
function addressIn(word: string): string {
  if (isAddress(word)) return parseAddress(word);
  throw new UsageError(`'${word}' is no address: with --from a device is named by its address, as 01:00.0`);
}

function ofDevice(context: Context, word: string, throughVfio: boolean): Found {
  const device = findDevice(context.host, word);
  const { bytes, source } = copyConfig(context, device, throughVfio);
  const group = device.group === undefined ? "no IOMMU group" : `group ${device.group}`;
  return {
    dump: { address: device.address, title: `${nameOf(context, device)} [${idsOf(device)}]`, bytes },
    source,
    extra: `${group}  ${device.driver ?? "no driver"}`,
    device: { entry: device, details: context.host.details(device.address) },
  };
}

function documentOf({ dump: { address, title, bytes }, source, device }: Found): Json {
  return {
    address,
    title,
    source,
    group: device?.entry.group ?? null,
    driver: device?.entry.driver ?? null,
    resources: device?.details?.resources.map((each) => ({ ...each })) ?? null,
    errors: device?.details?.errors === undefined ? null : { ...device.details.errors },
    // What is decoded has values of JSON only.
    config: decodeConfig(bytes) as unknown as Json,
  };
}

function linesOf(context: Context, input: Input, { dump, extra, device }: Found): Line[] {
  const { address, bytes } = dump;
  if (input.flag("hex")) {
    return hexLines(bytes);
  }
  const detail = { fields: context.verbose, columns: context.out.columns ?? COLUMNS };
  return configLines({ address, bytes, extra, details: device?.details }, context.names, detail);
}

/** Several config spaces are several drawings. */
function pictureOf([only, ...others]: readonly Found[]): ConfigMap {
  if (only === undefined || others.length > 0) {
    throw new UsageError("--svg draws one config space: name one of the dump's devices");
  }
  const { address, bytes } = only.dump;
  return new ConfigMap({ bytes, title: `Config space of ${address}` });
}

/** What there is that one look at the device does not show. */
function hint(found: readonly Found[]): string {
  const count = found.reduce((sum, { dump }) => sum + fieldsOf(decodeConfig(dump.bytes)).size, 0);
  return `--hex shows bytes, -v and --json all ${counted(count, "field")}`;
}
