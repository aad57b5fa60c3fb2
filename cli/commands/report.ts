/** `vfio report`: all that helps somebody else to see what is wrong, in one file. */
import { reportHtml, reportJson } from "../../views/mod.ts";
import type { ReportData } from "../../views/mod.ts";
import type { Input, VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";
import { toJson } from "../json.ts";
import { counted } from "../quantities.ts";
import { gatherReport } from "../report/gather.ts";
import { dim } from "../text.ts";

/** Where a report goes, and in which form. */
interface Target {
  /** undefined: standard output. */
  readonly file: string | undefined;
  readonly format: "html" | "json";
}

const STANDARD = "-";

export const report: VfioCommand = {
  name: "report",
  summary: "Write all about devices and the machine into one file, to be shown to somebody",
  description:
    "Machine, IOMMU groups, what is wrong and what helps, and of each device its config space, capabilities, " +
    "BARs, link and interrupts, as one HTML page that runs and fetches nothing; or, where FILE ends with .json, the " +
    "same for programs. It is about all devices, or about those that are named and their groups. Serial numbers are " +
    "taken out. Nothing is opened or changed; root sees whole config spaces, and DMA that was blocked.",
  arguments: [{ name: "devices", text: "which devices", optional: true, variadic: true, values: "devices" }],
  options: [
    {
      flags: "-o, --output <file>",
      text: "where to: a file that ends with .html or .json; without it standard output",
    },
    { flags: "--keep-serials", text: "leave serial numbers in it" },
  ],
  examples: [
    "sudo vfio report -o report.html",
    "vfio report 01:00.0 > report.html",
    "vfio report -o report.html --emulated edu,nvme:nvme+edu,igb",
  ],
  changes: true,
  async run(context, input) {
    const target = targetOf(context, input);
    const data = gatherReport(context, input.rest(0), minute(new Date()));
    const keepSerials = input.flag("keepSerials");
    const text = textOf(data, target, keepSerials);
    if (!context.dryRun && target.file === undefined) return context.out.verbatim(text);
    if (!context.dryRun && target.file !== undefined) await context.io.writeText(target.file, text, true);
    tell(context, data, target, { bytes: new TextEncoder().encode(text).length, keepSerials });
  },
};

function targetOf(context: Context, input: Input): Target {
  const file = input.text("output");
  if (file === undefined || file === STANDARD) {
    if (!context.json && !context.dryRun && context.out.columns !== undefined) {
      throw new UsageError(
        "A report is no text for a terminal: -o report.html, or vfio report > report.html",
      );
    }
    return { file: undefined, format: context.json ? "json" : "html" };
  }
  const [, extension] = /\.(html?|json)$/i.exec(file) ?? [];
  if (extension === undefined) {
    throw new UsageError(`--output takes a file that ends with .html or .json, not '${file}'`);
  }
  return { file, format: extension.toLowerCase() === "json" ? "json" : "html" };
}

function textOf(data: ReportData, { format }: Target, keepSerials: boolean): string {
  if (format === "html") return reportHtml(data, { keepSerials });
  // What the command prints as JSON is safe to look at on a terminal.
  return `${toJson(JSON.parse(reportJson(data, { keepSerials })), "document")}\n`;
}

function tell(
  context: Context,
  { devices }: ReportData,
  { file, format }: Target,
  { bytes, keepSerials }: { readonly bytes: number; readonly keepSerials: boolean },
): void {
  const { dryRun } = context;
  const addresses = devices.map(({ entry }) => entry.address);
  if (context.json) {
    context.answer(
      { file: file ?? null, format, bytes, serials: keepSerials, dryRun, devices: addresses },
      () => [],
    );
    return;
  }
  const where = file ?? "standard output";
  const serials = keepSerials ? "serial numbers are in it" : "serial numbers are taken out";
  const what = `${counted(devices.length, "device")}, ${Math.ceil(bytes / 1024)} KiB, ${serials}`;
  context.say(dryRun ? `Would write ${where}: ${what}` : `${where}: ${what}`);
  context.detail(dim(addresses.join(" ")));
}

/** A date and time as people write it, of the one zone that all know: "2026-11-26 10:20 UTC". */
function minute(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
