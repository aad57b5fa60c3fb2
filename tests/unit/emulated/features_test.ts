import { assertEquals } from "@std/assert";
import type { Signal } from "../../../core/signal.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { passiveNvme } from "../../../devices/passive/shapes.ts";
import { codeOf, ready } from "./ready.ts";

const ADDRESS = "0000:00:04.0";

Deno.test("Device.feature() refuses GET and SET together before it looks for the feature", () => {
  const host = new EmulatedHost().plug(ADDRESS, passiveNvme());
  using open = ready(host, ADDRESS);
  const ask = (request: { feature: number; get?: boolean; set?: boolean; probe?: boolean }) =>
    codeOf(() => open.device.feature(request));
  assertEquals([ask({ feature: 99, get: true, set: true }), ask({ feature: 99, get: true })], [
    "EINVAL",
    "ENOTTY",
  ]);
  assertEquals([ask({ feature: 6, set: true }), ask({ feature: 2, set: true })], ["ENOTTY", "ENOTTY"]);
  assertEquals([ask({ feature: 12, probe: true }), ask({ feature: 11, probe: true, get: true })], [
    "EINVAL",
    "0",
  ]);
  assertEquals([ask({ feature: 11, get: true }), ask({ feature: 3, probe: true, get: true })], [
    "EINVAL",
    "EINVAL",
  ]);
});

Deno.test("Device.feature() enters low power with a wakeup of 8 bytes and a signal, and not without one", () => {
  const host = new EmulatedHost().plug(ADDRESS, passiveNvme());
  using open = ready(host, ADDRESS);
  using signal = host.createSignal();
  const enter = (size: number, given?: { at: number; signal: Signal | null }) =>
    codeOf(() =>
      open.device.feature({
        feature: 4,
        set: true,
        data: new Uint8Array(size),
        ...given === undefined ? {} : { signal: given },
      })
    );
  assertEquals(
    [enter(8), enter(8, { at: 0, signal: null }), enter(7, { at: 0, signal })],
    Array(3).fill("EINVAL"),
  );
  assertEquals([enter(8, { at: 0, signal }), enter(8, { at: 0, signal })], ["0", "EINVAL"]);
});
