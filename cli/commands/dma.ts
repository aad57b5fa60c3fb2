/** `vfio dma`: which memory a device can be given, and does it work? */
import type { IommuInfo, IovaRange, PciDevice } from "../../mod.ts";
import { DmaMap, formatSize, formatTime } from "../../views/mod.ts";
import type { Input, VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { parseSize } from "../dma/size.ts";
import { UsageError } from "../errors.ts";
import type { Json } from "../json.ts";
import { openNamed } from "../open.ts";
import { counted } from "../quantities.ts";
import { draw, SVG_OPTION } from "../svg.ts";
import { table } from "../table.ts";
import { dim, green } from "../text.ts";
import type { Line } from "../text.ts";

export const dma: VfioCommand = {
  name: "dma",
  summary: "Show where a device can do DMA, and try to map memory",
  description:
    "ranges shows the addresses that the device can be given, and which are reserved; limits what the IOMMU " +
    "and this user's rights allow; try maps memory of a size (4096, 64K, 16M, 2G), and takes it away again.",
  arguments: [
    { name: "device", text: "which device", values: "devices" },
    { name: "action", text: "what to do", values: ["ranges", "limits", "try"] },
    { name: "size", text: "try: how much", optional: true },
  ],
  options: [
    { flags: "--huge", text: "try: memory of huge pages where there are some" },
    SVG_OPTION,
    { flags: "--max-iova <address>", text: "try: the last address that the device can send" },
  ],
  examples: [
    "vfio dma 01:00.0 ranges",
    "vfio dma 01:00.0 ranges --svg dma.svg",
    "vfio dma 01:00.0 try 64M --max-iova 0xffffffff",
    "vfio dma 00:04.0 limits --emulated edu",
  ],
  async run(context, input) {
    const action = input.argument(1);
    const forTry = [input.optional(2), input.text("maxIova"), input.flag("huge") ? "" : undefined];
    if (action !== "try" && forTry.some((word) => word !== undefined)) {
      throw new UsageError(`A size, --huge and --max-iova are for try, not for ${action}`);
    }
    if (action !== "ranges" && input.text("svg") !== undefined) {
      throw new UsageError(`--svg is for ranges, not for ${action}`);
    }
    if (action === "try") return tryMapping(context, input);
    using device = openNamed(context, input.argument(0));
    if (action === "ranges") await ranges(context, input, device);
    else limits(context, device);
  },
};

async function ranges(context: Context, input: Input, device: PciDevice): Promise<void> {
  const { ranges } = infoOf(device);
  const reserved = reservedOf(context, device);
  if (await draw(context, input, () => new DmaMap({ mappings: [], ranges, reserved }))) return;
  context.answer({
    device: device.address,
    ranges: ranges?.map(rangeDocument) ?? null,
    reserved: reserved.map(({ type, ...range }) => ({ type, ...rangeDocument(range) })),
  }, () => {
    const rows = [
      ...(ranges ?? []).map((range) => ({ range, what: [green("usable")] as Line })),
      ...reserved.map((range) => ({ range, what: [`reserved: ${range.type}`] as Line })),
    ].sort((a, b) => a.range.start < b.range.start ? -1 : 1);
    return [
      ...table(
        [{ title: "FROM", align: "right" }, { title: "TO", align: "right" }, {
          title: "SIZE",
          align: "right",
        }, { title: "" }],
        rows.map(({ range: { start, last }, what }) => [
          `0x${start.toString(16)}`,
          `0x${last.toString(16)}`,
          formatSize(last - start + 1n),
          what,
        ]),
      ),
      ...(ranges === undefined ? [["The kernel does not tell which addresses are usable"]] : []),
    ];
  });
}

function limits(context: Context, device: PciDevice): void {
  const { alignment, pageSizes, capabilities, ranges } = infoOf(device);
  const { memlock, isRoot, user } = context.host.system();
  const available = capabilities.find((capability) => capability.id === "dma-avail");
  const mappings = available !== undefined && "available" in available ? available.available : undefined;
  const sizes = bitsOf(pageSizes);
  const last = ranges?.at(-1)?.last;
  context.answer({
    device: device.address,
    alignment,
    pageSizes: sizes,
    lastAddress: last ?? null,
    mappings: mappings ?? null,
    memlock: memlock ?? null,
  }, () => {
    const locked: Line = memlock === undefined || isRoot
      ? [green("✔ "), "Memory lock   no limit for ", user]
      : [
        green("✔ "),
        `Memory lock   ${formatSize(memlock)} for ${user}`,
        dim("  ulimit -l; vfio explain MEMLOCK"),
      ];
    return [
      [green("✔ "), `Page sizes    ${runsOf(sizes)}`],
      [green("✔ "), `Alignment     ${formatSize(alignment)}`],
      [
        green("✔ "),
        `Last address  ${
          last === undefined ? "not told" : `0x${last.toString(16)} (${last.toString(2).length} bits)`
        }`,
      ],
      [green("✔ "), `Mappings      ${mappings === undefined ? "not told" : `${mappings} left`}`],
      locked,
    ];
  });
}

function tryMapping(context: Context, input: Input): void {
  const word = input.optional(2);
  if (word === undefined) throw new UsageError("try takes a size: try 64M");
  const size = parseSize(word);
  const maxIova = input.text("maxIova");
  const options = {
    hugePages: input.flag("huge"),
    ...(maxIova === undefined ? {} : { maxIova: addressOf(maxIova) }),
  };
  using device = openNamed(context, input.argument(0));
  const { clock } = device;
  const start = clock.now();
  const buffer = device.allocate(size, options);
  const mapped = (clock.now() - start) * 1e6;
  const { iova, memory: { pageSize, pageFallbacks } } = buffer;
  const before = clock.now();
  buffer[Symbol.dispose]();
  const unmapped = (clock.now() - before) * 1e6;
  for (const { pages, reason } of pageFallbacks) context.say(dim(`No ${pages} pages: ${reason}`));
  context.answer(
    {
      device: device.address,
      size,
      iova,
      pageSize,
      mappedNs: Math.round(mapped),
      unmappedNs: Math.round(unmapped),
    },
    () => [[
      green("✔ "),
      `${formatSize(BigInt(size))} at 0x${iova.toString(16)}: mapped in ${formatTime(mapped)}, unmapped in ${
        formatTime(unmapped)
      }`,
      dim(`  ${counted(Math.ceil(size / pageSize), "page")} of ${formatSize(BigInt(pageSize))}`),
    ]],
  );
}

/** Type1 is the only driver that spaces have, and it tells more than a space must. */
function infoOf({ space }: PciDevice): IommuInfo {
  return space.dma.info() as IommuInfo;
}

function reservedOf(
  context: Context,
  { address }: PciDevice,
): readonly (IovaRange & { readonly type: string })[] {
  const group = context.host.find(address)?.group;
  return group === undefined ? [] : context.host.reservedRegions(group);
}

function rangeDocument({ start, last }: IovaRange): { readonly [key: string]: Json } {
  return { start, last };
}

function bitsOf(mask: bigint): bigint[] {
  return Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit)).filter((size) => (mask & size) !== 0n);
}

/** Sizes that follow each other, each double the one before, are a run: "4 KiB to 128 GiB". */
function runsOf(sizes: readonly bigint[]): string {
  const runs: bigint[][] = [];
  for (const size of sizes) {
    const run = runs.at(-1);
    if (run?.at(-1) === size / 2n) run.push(size);
    else runs.push([size]);
  }
  return runs.map((run) =>
    run.length < 3
      ? run.map(formatSize).join(", ")
      : `${formatSize(run[0] ?? 0n)} to ${formatSize(run.at(-1) ?? 0n)}`
  ).join(", ");
}

function addressOf(text: string): bigint {
  if (/^(0x[0-9a-f]{1,16}|\d{1,20})$/i.test(text) && BigInt(text) < 1n << 64n) return BigInt(text);
  throw new UsageError(`--max-iova takes an address of up to 64 bits, as 0xffffffff, not '${text}'`);
}
