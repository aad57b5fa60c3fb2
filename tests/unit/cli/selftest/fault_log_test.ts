import { assertEquals } from "@std/assert";
import type { Context } from "../../../../cli/context.ts";
import { faultsAfter, lastLine } from "../../../../cli/selftest/fault_log.ts";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";
import type { Backend } from "../../../../mod.ts";

const EDU = "0000:00:04.0";

function contextOf(backend: Backend): Context {
  return { backend, host: backend.host, signal: new AbortController().signal } as unknown as Context;
}

function fault(address: string, iova: string): string {
  return `DMAR: [DMA Write NO_PASID] Request device [${address}] fault addr ${iova} [fault reason 0x05] no`;
}

Deno.test("faultsAfter() finds the lines about a device's page behind a line", async () => {
  const host = new EmulatedHost();
  const context = contextOf(host);
  assertEquals(lastLine(context), -1);
  host.log(fault(EDU, "0x5000"));
  const line = lastLine(context);
  const lines = [fault(EDU, "0x5000"), fault(EDU, "0x6000"), fault("0000:00:05.0", "0x5000"), "usb 1-1: new"];
  for (const each of lines) host.log(each);
  assertEquals(await faultsAfter(context, { line, address: EDU, iova: 0x5010n }), lines.slice(0, 1));
});

Deno.test("faultsAfter() gives what else is told of the device where no line has the address", async () => {
  const host = new EmulatedHost();
  const context = contextOf(host);
  // AMD-Vi logs a transfer piece by piece.
  for (let piece = 0; piece < 3; piece++) host.log(fault(EDU, "0x0"));
  const query = { line: -1, address: EDU, iova: 0x5000n };
  assertEquals(await faultsAfter(context, query), [fault(EDU, "0x0")]);
  assertEquals(await faultsAfter(context, { ...query, address: "0000:00:05.0" }), []);
});

Deno.test("faultsAfter() gives nothing to whom the log does not belong", async () => {
  const user = new EmulatedHost().process({ uid: 1000 });
  assertEquals(await faultsAfter(contextOf(user), { line: -1, address: EDU, iova: 0n }), undefined);
});
