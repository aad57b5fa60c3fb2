import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DeviceEntry, Host } from "../../../core/host.ts";
import type { Backend } from "../../../core/mod.ts";
import type { Context } from "../../../cli/context.ts";
import { render } from "../../../cli/text.ts";
import { tree } from "../../../cli/table.ts";
import { topologyOf } from "../../../cli/topology.ts";
import { PciNames } from "../../../pci/mod.ts";
import { altered } from "./altered.ts";
import { vfio } from "./captured_io.ts";
import { machine, PORT } from "./machine.ts";

/** Draws the buses of a machine whose bridges lead to these buses. */
function draw(addresses: readonly string[], bridges: Readonly<Record<string, number>>): string[] {
  const devices = addresses.map((address) =>
    ({ address, vendor: 1, device: 2, classCode: address in bridges ? 0x060400 : 0x020000 }) as DeviceEntry
  );
  const readConfig = (address: string, _offset: number, into: Uint8Array) => {
    into[0] = bridges[address] ?? 0;
    return 1;
  };
  const context = { host: { readConfig }, names: new PciNames(undefined) } as unknown as Context;
  return topologyOf(context, devices).flatMap(({ branch }) => tree(branch))
    .map((line) => render(line, false).replace(/ {2}(Ethernet|PCI).*/, ""));
}

Deno.test("topologyOf() puts a bus below the bridge that leads to it", () => {
  const lines = draw(["0000:00:01.0", "0000:00:02.0", "0000:01:00.0", "0000:02:00.0", "0001:01:00.0"], {
    "0000:00:01.0": 1,
    "0000:01:00.0": 2,
  });
  assertEquals(lines, [
    "0000:00",
    "├─ 0000:00:01.0",
    "│  └─ 0000:01:00.0",
    "│     └─ 0000:02:00.0",
    "└─ 0000:00:02.0",
    "0001:01",
    "└─ 0001:01:00.0",
  ]);
});

Deno.test("topologyOf() ends where bridges lead in a circle, and shows each device once", () => {
  const addresses = ["0000:01:00.0", "0000:02:00.0", "0000:03:00.0"];
  const lines = draw(addresses, { "0000:01:00.0": 2, "0000:02:00.0": 1, "0000:03:00.0": 3 });
  assertEquals(lines.filter((line) => line.endsWith("01:00.0")).length, 1);
  assertEquals(lines.filter((line) => /^\d/.test(line)), ["0000:01", "0000:03"]);
});

Deno.test("vfio groups names the bridge that a device is behind, and that it does not count", async () => {
  const backend = machine();
  // The firmware has given the port a bus.
  const readConfig = (address: string, offset: number, into: Uint8Array<ArrayBuffer>) => {
    const count = backend.host.readConfig(address, offset, into);
    if (address === PORT && offset === 0x19) into[0] = 1;
    return count;
  };
  const { out } = await vfio(["groups"], {
    backend: altered<Backend>(backend, { host: altered<Host>(backend.host, { readConfig }) }),
  });
  assertStringIncludes(out, "igb  behind 0000:00:06.0 (bridge, group 2, does not count)\n");
});
