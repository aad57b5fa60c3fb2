/** `vfio selftest`: does this device work, with this machine, through VFIO? */
import type { DeviceEntry, IommuDriver, PciDevice } from "../../mod.ts";
import type { VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { findDevice, idsOf } from "../device.ts";
import { EXIT, UsageError } from "../errors.ts";
import { isBound, notBound, openEntry } from "../open.ts";
import { counted } from "../quantities.ts";
import type { Check, Outcome } from "../selftest/check.ts";
import { EDU_CHECKS, EDU_IDS, EDU_ISOLATION } from "../selftest/edu_checks.ts";
import { GENERIC_CHECKS } from "../selftest/generic_checks.ts";
import { junit } from "../selftest/junit.ts";
import { runCheck } from "../selftest/run.ts";
import { tapHead, tapLines } from "../selftest/tap.ts";
import { dim } from "../text.ts";
import type { Line } from "../text.ts";

const CLOSE_TIMEOUT_MS = 10_000;
const STANDARD = "-";

export const selftest: VfioCommand = {
  name: "selftest",
  summary: "Test that a device works through VFIO",
  description:
    "Tests what every device has: its config space, BARs, interrupts from the kernel on, mapping memory, reset. An edu " +
    "device (1234:11e8) does real DMA, too; with --isolation it writes to memory that is not mapped, which the IOMMU has " +
    "to block. The output is TAP, the status 3 when a test fails.",
  arguments: [{ name: "device", text: "which device", values: "devices" }],
  options: [
    { flags: "--isolation", text: "also test that the IOMMU blocks what is not mapped (edu)" },
    { flags: "--junit <file>", text: "write JUnit's XML, too; - writes it on standard output instead" },
  ],
  examples: [
    "vfio selftest 01:00.0",
    "vfio selftest 00:04.0 --isolation --emulated edu",
    "vfio selftest 01:00.0 --junit out.xml -q",
  ],
  async run(context, input) {
    const entry = findDevice(context.host, input.argument(0));
    if (!isBound(entry)) throw notBound(entry, "test");
    const checks = checksOf(entry, input.flag("isolation"));
    const file = input.text("junit");
    if (context.json && file === STANDARD) {
      throw new UsageError("--json and --junit - both want standard output");
    }
    const tap = context.json || file === STANDARD
      ? () => {}
      : (lines: readonly Line[]) => context.out.lines(lines);
    tap(tapHead(checks.length + 1));
    const outcomes = await runAll(context, entry, checks, tap);
    if (file !== undefined) {
      await context.io.writeText(file, junit(`vfio selftest ${entry.address}`, outcomes), true);
    }
    return finish(context, entry, outcomes);
  },
};

function checksOf({ vendor, device }: DeviceEntry, isolation: boolean): readonly Check[] {
  const isEdu = vendor === EDU_IDS.vendor && device === EDU_IDS.device;
  const profile = isEdu ? EDU_CHECKS : [];
  if (!isolation) return [...GENERIC_CHECKS, ...profile];
  const skip = "only edu can be told where to write: its profile is the only one";
  return [
    ...GENERIC_CHECKS,
    ...profile,
    isEdu ? EDU_ISOLATION : { name: EDU_ISOLATION.name, run: () => ({ skip }) },
  ];
}

async function runAll(
  context: Context,
  entry: DeviceEntry,
  checks: readonly Check[],
  tap: (lines: readonly Line[]) => void,
): Promise<Outcome[]> {
  const { signal } = context;
  const start = context.backend.clock.now();
  const device = open(context, entry, tap);
  const outcomes: Outcome[] = [];
  const add = (outcome: Outcome) => {
    outcomes.push(outcome);
    tap(tapLines(outcome, outcomes.length));
  };
  try {
    add({
      name: `open group ${entry.group}`,
      ok: true,
      ms: device.clock.now() - start,
      detail: typeOf(device),
    });
    for (const check of checks) add(await runCheck(check, { context, entry, device }));
  } finally {
    await device.close({ timeoutMs: CLOSE_TIMEOUT_MS });
  }
  signal.throwIfAborted();
  return outcomes;
}

/** The IOMMU's driver; Type1 is the only one that spaces have, and it has a type. */
function typeOf({ space }: PciDevice): string {
  return `container ${(space.dma as IommuDriver).type}`;
}

/** Without an open device there is nothing to test: TAP's readers are told so, and the error says what helps. */
function open(context: Context, entry: DeviceEntry, tap: (lines: readonly Line[]) => void): PciDevice {
  try {
    return openEntry(context, entry);
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    tap([[`not ok 1 - open group ${entry.group}`], [`Bail out! ${why}`]]);
    throw error;
  }
}

function finish(context: Context, entry: DeviceEntry, outcomes: readonly Outcome[]): number {
  const failed = outcomes.filter(({ ok }) => !ok).length;
  const skipped = outcomes.filter(({ skip }) => skip !== undefined).length;
  const document = {
    device: entry.address,
    ids: idsOf(entry),
    passed: outcomes.length - failed - skipped,
    failed,
    skipped,
    tests: outcomes.map(({ name, ok, ms, detail, skip, message, comments = [] }) => ({
      name,
      ok,
      ms,
      detail: detail ?? null,
      skip: skip ?? null,
      message: message ?? null,
      comments,
    })),
  };
  if (context.json) context.answer(document, () => []);
  context.say(dim(`${counted(outcomes.length, "test")}, ${failed} failed, ${skipped} skipped`));
  return failed === 0 ? EXIT.ok : EXIT.problems;
}
