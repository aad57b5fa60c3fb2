import { assertEquals, assertRejects } from "@std/assert";
import { openDevice } from "../../../../mod.ts";
import { EmulatedEdu } from "../../../../devices/mod.ts";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";
import { Interrupted } from "../../../../cli/errors.ts";
import type { Context } from "../../../../cli/context.ts";
import { expect } from "../../../../cli/selftest/check.ts";
import type { Bench } from "../../../../cli/selftest/check.ts";
import { GENERIC_CHECKS } from "../../../../cli/selftest/generic_checks.ts";
import { EDU_CHECKS, EDU_ISOLATION } from "../../../../cli/selftest/edu_checks.ts";
import { runCheck } from "../../../../cli/selftest/run.ts";

const EDU = "0000:00:04.0";

function bench(host: EmulatedHost, signal: AbortSignal = new AbortController().signal): Bench & Disposable {
  const device = openDevice(EDU, { backend: host });
  const entry = host.host.find(EDU);
  if (entry === undefined) throw new Error("edu is plugged in");
  const context = { signal, backend: host, host: host.host, detail: () => {} } as unknown as Context;
  return { context, entry, device, [Symbol.dispose]: () => device[Symbol.dispose]() };
}

function machine(): EmulatedHost {
  return new EmulatedHost().plug(EDU, new EmulatedEdu());
}

Deno.test("runCheck() makes an outcome of what a check finds, and of how it fails", async () => {
  using given = bench(machine());
  const good = await runCheck({ name: "good", run: () => ({ detail: "fine" }) }, given);
  assertEquals([good.name, good.ok, good.detail], ["good", true, "fine"]);
  const bad = await runCheck({ name: "bad", run: () => (expect(false, "it is bad"), {}) }, given);
  assertEquals([bad.ok, bad.message], [false, "it is bad"]);
  const refused = await runCheck({ name: "vfio", run: ({ device }) => (device.model.reset(), {}) }, given);
  assertEquals([refused.ok, refused.message?.includes("EINVAL")], [false, true]);
});

Deno.test("runCheck() passes on what is a mistake of the check itself, and the end that the user wants", async () => {
  using given = bench(machine());
  const mistake = () => {
    throw new TypeError("oops");
  };
  await assertRejects(() => runCheck({ name: "wrong", run: mistake }, given), TypeError);
  using ended = bench(
    new EmulatedHost().plug(EDU, new EmulatedEdu()),
    AbortSignal.abort(new Interrupted("end")),
  );
  await assertRejects(() => runCheck({ name: "good", run: () => ({}) }, ended), Interrupted);
});

Deno.test("GENERIC_CHECKS find a device that does not answer any more", async () => {
  const host = machine();
  using given = bench(host);
  host.inject(EDU, "answers-all-ones");
  const [config] = GENERIC_CHECKS;
  if (config === undefined) throw new Error("there are checks");
  const { ok, message } = await runCheck(config, { ...given, entry: { ...given.entry, vendor: 0x8086 } });
  assertEquals(ok, false);
  assertEquals(message?.startsWith("read 1 gave vendor id "), true);
});

Deno.test("EDU_CHECKS find DMA that does not arrive", async () => {
  const host = machine();
  using given = bench(host);
  const [dma] = EDU_CHECKS;
  if (dma === undefined) throw new Error("there are checks");
  assertEquals((await runCheck(dma, given)).ok, true);
  host.inject(EDU, "answers-all-ones");
  assertEquals((await runCheck(dma, given)).ok, false);
});

Deno.test("EDU_ISOLATION tells what the kernel's log says", async () => {
  using given = bench(machine());
  const { ok, comments = [] } = await runCheck(EDU_ISOLATION, given);
  assertEquals([ok, comments.length], [true, 1]);
  assertEquals(comments[0]?.startsWith("DMAR: [DMA Write NO_PASID] Request device [0000:00:04.0]"), true);
});
