/** What can be checked on every device: all but what the device itself does. */
import { VfioError } from "../../mod.ts";
import type { PciDevice } from "../../mod.ts";
import { formatSize, formatTime } from "../../views/mod.ts";
import type { Context } from "../context.ts";
import { chooseKind, enable, KINDS, kindsOf } from "../irq/kinds.ts";
import { loopback } from "../irq/trigger.ts";
import { expect } from "./check.ts";
import type { Check, Found } from "./check.ts";

const READS = 1000;
const INTERRUPTS = 1000;
const MAPPED = 2 ** 20;
const RESET_TIMEOUT_MS = 10_000;
const NOBODY = 0xffff;
const BARS = ["bar0", "bar1", "bar2", "bar3", "bar4", "bar5"] as const;

/** Checks of every device, in the order in which they make sense. */
export const GENERIC_CHECKS: readonly Check[] = [
  {
    name: "config space readable, vendor id stable",
    run: ({ device, entry }) => checkConfig(device, entry.vendor),
  },
  { name: "BARs mapped", run: ({ device }) => mapBars(device) },
  { name: "interrupt loopback", run: ({ context, device }) => checkInterrupts(context, device) },
  { name: "map and unmap, overlap and misalignment refused", run: ({ device }) => checkMapping(device) },
  { name: "reset, and the device answers", run: ({ device }) => checkReset(device) },
];

function checkConfig(device: PciDevice, vendor: number): Found {
  for (let i = 0; i < READS; i++) {
    const read = device.config.vendorId.read();
    expect(read === vendor, `read ${i + 1} gave vendor id ${read.toString(16)}, not ${vendor.toString(16)}`);
  }
  return { detail: `${READS} reads` };
}

function mapBars(device: PciDevice): Found {
  const mapped = BARS.flatMap((name, index) => {
    const { size } = device.model.regionInfo(index);
    if (size === 0) return [];
    // Which registers may be read, without harm, only the device's driver knows.
    device.region(name);
    return [`${name} ${formatSize(BigInt(size))}`];
  });
  return mapped.length === 0 ? { skip: "the device has none" } : { detail: mapped.join(", ") };
}

async function checkInterrupts(context: Context, device: PciDevice): Promise<Found> {
  if (!kindsOf(device).some(({ kind }) => (KINDS as readonly string[]).includes(kind))) {
    return { skip: "the device has none" };
  }
  const kind = chooseKind(device, undefined);
  using interrupts = enable(context, device, kind);
  const { times, arrived, triggered } = await loopback(
    context,
    device.clock,
    interrupts.vectors[0],
    INTERRUPTS,
  );
  expect(arrived === triggered, `${kind}: interrupt ${triggered} did not arrive within 1 s`);
  return {
    detail: `${kind}, ${arrived}/${triggered} interrupts, p50 ${formatTime(times.percentile(50))} p99 ${
      formatTime(times.percentile(99))
    }`,
  };
}

function checkMapping(device: PciDevice): Found {
  using buffer = device.allocate(MAPPED);
  const { dma } = device.space;
  const { alignment } = dma.info();
  const request = { iova: buffer.iova, vaddr: buffer.vaddr, size: BigInt(MAPPED), read: true, write: true };
  refuses("EEXIST", "mapping the same addresses again", () => dma.map(request));
  refuses("EINVAL", "mapping half a page", () => dma.map({ ...request, size: alignment / 2n }));
  buffer[Symbol.dispose]();
  const left = dma.unmap({ iova: request.iova, size: request.size });
  expect(left === 0n, `${left} bytes were still mapped after unmapping`);
  return { detail: formatSize(BigInt(MAPPED)) };
}

async function checkReset(device: PciDevice): Promise<Found> {
  if (!device.model.info().resettable) return { skip: "the device has no reset of its own" };
  const start = device.clock.now();
  await device.resetAsync({ timeoutMs: RESET_TIMEOUT_MS });
  expect(device.config.vendorId.read() !== NOBODY, "the device does not answer after the reset");
  return { detail: formatTime((device.clock.now() - start) * 1e6) };
}

function refuses(code: string, what: string, action: () => void): void {
  let got = "nothing";
  try {
    action();
  } catch (error) {
    if (!(error instanceof VfioError)) throw error;
    got = error.code;
  }
  expect(got === code, `${what} gave ${got}, not ${code}`);
}
