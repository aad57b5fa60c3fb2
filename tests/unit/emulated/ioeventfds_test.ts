import { assertEquals } from "@std/assert";
import type { Device, IoEventRequest } from "../../../core/device.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { passiveE1000e, passiveNvme } from "../../../devices/passive/shapes.ts";
import { codeOf, ready } from "./ready.ts";

const NVME = "0000:00:01.0";

function machine(kernel: "6.1" | "7.2" = "7.2"): EmulatedHost {
  return new EmulatedHost({ kernel }).plug(NVME, passiveNvme());
}

function ask(device: Device, request: Partial<IoEventRequest>): string {
  return codeOf(() =>
    device.ioeventfd({ region: 0, offset: 0, width: 4, data: 0n, signal: null, ...request })
  );
}

Deno.test("Device.ioeventfd() writes its data in its width, little-endian, and cuts what is above", () => {
  const host = machine("6.1");
  using open = ready(host, NVME);
  using signal = host.createSignal();
  const data = 0x1122_3344_5566_7788n;
  for (const [offset, width] of [[0, 1], [8, 2], [16, 4], [24, 8]] as const) {
    assertEquals(ask(open.device, { offset, width, data, signal }), "0");
  }
  using recent = ready(machine("7.2"), NVME);
  assertEquals(ask(recent.device, { width: 8 }), "EINVAL");
  signal.notify();
  const bar = open.device.region(0);
  assertEquals([0, 8, 16, 24].map((offset) => bar.read64(offset)), [0x88n, 0x7788n, 0x5566_7788n, data]);
});

Deno.test("Device.ioeventfd() takes a range up to a BAR's end and up to the MSI-X table, and nothing beyond", () => {
  using open = ready(machine(), NVME);
  const removal = (offset: number, width: number, region = 0) => ask(open.device, { region, offset, width });
  assertEquals([removal(0x3ffc, 4), removal(0x3ffd, 4), removal(0x4000, 1)], ["ENODEV", "EINVAL", "EINVAL"]);
  assertEquals([removal(0x1ffc, 4), removal(0x2000, 4), removal(0x1ffe, 4)], ["ENODEV", "EINVAL", "EINVAL"]);
  assertEquals([removal(0x2410, 4), removal(0x240c, 4)], ["ENODEV", "EINVAL"], "65 entries of 16 bytes");
  assertEquals([removal(0, 3), removal(0, 0), removal(0, 4, 6), removal(0, 4, 7)], Array(4).fill("EINVAL"));
  assertEquals(removal(0, 4, 5), "EINVAL", "it has no BAR 5");
});

Deno.test("Device.ioeventfd() makes 1000 at most", () => {
  const host = machine();
  using open = ready(host, NVME);
  using signal = host.createSignal();
  const codes = Array.from({ length: 1001 }, (_, i) => ask(open.device, { data: BigInt(i), signal }));
  assertEquals([codes[998], codes[999], codes[1000]], ["0", "0", "ENOSPC"]);
  assertEquals(ask(open.device, { data: 5n }), "0");
  assertEquals(ask(open.device, { data: 1000n, signal }), "0");
});

Deno.test("Device.ioeventfd() tells writes apart by place, width and data", () => {
  const host = machine();
  using open = ready(host, NVME);
  using signal = host.createSignal();
  const first = { offset: 8, width: 2, data: 3n, signal };
  assertEquals([ask(open.device, first), ask(open.device, first)], ["0", "EEXIST"]);
  for (const other of [{ offset: 4 }, { width: 4 }, { data: 4n }]) {
    assertEquals(ask(open.device, { ...first, ...other }), "0");
  }
  const removals = [
    ask(open.device, { ...first, signal: null }),
    ask(open.device, { ...first, signal: null }),
  ];
  assertEquals(removals, ["0", "ENODEV"]);
});

Deno.test("Device.ioeventfd() writes nothing while memory is not decoded, and after its signal or device is closed", () => {
  const host = machine();
  using signal = host.createSignal();
  const written = (act: (device: Device) => void) => {
    using open = ready(host, NVME);
    open.device.region(0).write32(0, 0);
    ask(open.device, { data: 7n, signal });
    act(open.device);
    open.device.region(7).write16(4, 2);
    return open.device.region(0).read32(0);
  };
  assertEquals(written(() => signal.notify()), 7);
  assertEquals(
    written((device) => {
      device.region(7).write16(4, 0);
      signal.notify();
    }),
    0,
  );
  signal.read();
  using open = ready(host, NVME);
  ask(open.device, { data: 7n, signal });
  open.device[Symbol.dispose]();
  signal.notify(3);
  assertEquals(signal.read(), 3, "nobody takes its counts any more");
});

Deno.test("Device.ioeventfd() forgets a write whose signal is closed", () => {
  const host = machine();
  using open = ready(host, NVME);
  const signal = host.createSignal();
  ask(open.device, { data: 7n, signal });
  signal[Symbol.dispose]();
  assertEquals(ask(open.device, { data: 7n }), "ENODEV");
});

Deno.test("Device.ioeventfd() writes to memory only while it is decoded, to I/O ports at any time", () => {
  const address = "0000:00:02.0";
  const host = new EmulatedHost().plug(address, passiveE1000e());
  using open = ready(host, address);
  using signal = host.createSignal();
  const codes = [0, 2].map((region) => ask(open.device, { region, width: 4, data: 0x5an, signal }));
  assertEquals(codes, ["0", "0"]);
  const config = open.device.region(7);
  config.write16(4, 1);
  signal.notify();
  config.write16(4, 3);
  assertEquals([0, 2].map((index) => open.device.region(index).read32(0)), [0, 0x5a]);
});
