import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { express, msi, msix, powerManagement } from "../../../devices/capabilities.ts";
import type { CapabilityDeclaration } from "../../../devices/config_space.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import { codeOf, hardware, ready } from "./ready.ts";

const ADDRESS = "0000:00:04.0";

/** A device that counts its resets. */
class Counting extends PassiveDevice {
  resets = 0;

  override reset(): void {
    this.resets++;
  }
}

/** An open device with these capabilities, and its config space as the user sees it. */
function openWith(...capabilities: readonly CapabilityDeclaration[]) {
  const space = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000 }).bar(0, {
    kind: "memory32",
    size: 4096,
  });
  for (const capability of capabilities) space.capability(capability);
  const model = new Counting(space);
  const host = new EmulatedHost().plug(ADDRESS, model);
  const open = ready(host, ADDRESS);
  const config = open.device.region(7);
  return { host, model, open, config, [Symbol.dispose]: () => open[Symbol.dispose]() };
}

/** Advanced Features, with these capabilities. */
function advanced(capabilities: number): CapabilityDeclaration {
  return {
    id: 0x13,
    body: new Uint8Array([6, capabilities, 0, 0]),
    writable: new Uint8Array([0, 0, 1, 0]),
    at: 0x50,
  };
}

Deno.test("VirtualConfig resets a function by Advanced Features, where it has both FLR and its pending bit", () => {
  const resets = (capabilities: number, value: number) => {
    using d = openWith(advanced(capabilities));
    const before = d.model.resets;
    d.config.write8(0x54, value);
    assertEquals(d.config.read8(0x54) & 1, 0);
    return d.model.resets - before;
  };
  assertEquals([resets(3, 1), resets(3, 0), resets(3, 2), resets(1, 1), resets(2, 1)], [1, 0, 0, 0, 0]);
});

Deno.test("VirtualConfig shows the chain of its own, also in accesses that begin at a capability's id", () => {
  const hidden = { id: 0x15, body: new Uint8Array(6), at: 0x60 };
  using d = openWith(msix({ vectors: 3, bar: 0, at: 0x40 }), hidden, powerManagement({ at: 0x70 }));
  assertEquals([d.config.read16(0x40), d.config.read32(0x40), d.config.read8(0x41)], [
    0x7011,
    0x2_7011,
    0x70,
  ]);
  assertEquals([hardware(d.host, ADDRESS, 0x40, 2), d.config.read8(0x40), d.config.read16(0x42)], [
    0x6011,
    0x11,
    2,
  ]);
});

Deno.test("VirtualConfig takes MSI's count from the user up to what was enabled, while it is", () => {
  using d = openWith(msi({ vectors: 8, at: 0x40 }));
  using signal = d.host.createSignal();
  const control = () => hardware(d.host, ADDRESS, 0x42, 2) & 0x71;
  d.config.write16(0x42, 0x31);
  assertEquals([d.config.read16(0x42) & 0x71, control()], [0x00, 0x00], "it was never enabled");
  d.open.device.setIrqs({ index: 1, action: "trigger", signals: [signal, signal, signal] });
  assertEquals(control(), 0x21);
  d.config.write16(0x42, 0x71);
  assertEquals([d.config.read16(0x42) & 0x71, control()], [0x21, 0x21]);
  d.config.write16(0x42, 0x11);
  assertEquals([d.config.read16(0x42) & 0x71, control()], [0x11, 0x11]);
});

/** PCI Express of an endpoint whose Device Control can be written as a whole. */
function writableExpress(): CapabilityDeclaration {
  const body = new Uint8Array(0x3a);
  body[0] = 2;
  return { id: 0x10, body, writable: new Uint8Array(0x3a).fill(0xff, 6, 8), at: 0x40 };
}

Deno.test("VirtualConfig lets the read request size through, but none below the payload's, and none that is not", () => {
  using d = openWith(writableExpress());
  const request = (size: number, payload: number) => {
    d.model.config.write(0x48, 16, (2 << 12) | (payload << 5) | 5);
    d.config.write16(0x48, (size << 12) | 0x000a);
    return [(d.config.read16(0x48) >> 12) & 7, hardware(d.host, ADDRESS, 0x48, 2)];
  };
  assertEquals(request(3, 0), [3, 0x300a]);
  assertEquals(request(5, 1), [5, 0x502a]);
  assertEquals(request(0, 1), [0, 0x102a]);
  assertEquals(request(1, 4), [1, 0x408a]);
  assertEquals(request(6, 0), [6, 0x200a], "4096 bytes are the most");
  assertEquals(
    [request(3, 0), request(3, 0)],
    [[3, 0x300a], [3, 0x200a]],
    "what does not change asks for nothing",
  );
});

Deno.test("MSI refuses vectors beyond those it was enabled with; MSI-X grows", () => {
  using d = openWith(msi({ vectors: 4, at: 0x40 }));
  using signal = d.host.createSignal();
  const connect = (start: number, count: number) =>
    codeOf(() =>
      d.open.device.setIrqs({ index: 1, action: "trigger", start, signals: Array(count).fill(signal) })
    );
  assertEquals([connect(0, 2), connect(1, 1), connect(2, 1), connect(1, 2)], ["0", "0", "EINVAL", "EINVAL"]);
});

Deno.test("VirtualConfig resets by PCI Express only when the reset bit is written", () => {
  using d = openWith(express({ flr: true, at: 0x40 }));
  const before = d.model.resets;
  d.config.write16(0x48, 0x000f);
  assertEquals([d.model.resets - before, hardware(d.host, ADDRESS, 0x48, 2)], [0, 0x000f]);
  d.config.write16(0x48, 0x8000);
  assertEquals([d.model.resets - before, d.config.read16(0x48) & 0x8000], [1, 0]);
  using other = openWith(express({ flr: false, at: 0x40 }));
  const resets = other.model.resets;
  other.config.write16(0x48, 0x8000);
  assertEquals(other.model.resets - resets, 0, "it has none");
});

Deno.test("VirtualConfig takes no bit that was set before for the reset bit", () => {
  const space = new ConfigSpace({ vendor: 1, device: 2, classCode: 0xff0000 })
    .bar(0, { kind: "memory32", size: 4096 }).capability(express({ flr: true, at: 0x40 }));
  space.write(0x48, 16, 0x000f);
  const model = new Counting(space);
  using open = ready(new EmulatedHost().plug(ADDRESS, model), ADDRESS);
  const before = model.resets;
  open.device.region(7).write16(0x48, 0x000e);
  assertEquals(model.resets, before);
});
