import { assertEquals } from "@std/assert";
import type { DeviceEntry } from "../../../core/host.ts";
import type { Context } from "../../../cli/context.ts";
import { nameOf } from "../../../cli/names.ts";
import { PciNames } from "../../../pci/mod.ts";

const LIST = `\
1002  Advanced Micro Devices, Inc. [AMD/ATI]
	1478  Bridge
10de  NVIDIA Corporation
	2684  AD102 [GeForce RTX 4090] with a name that goes on and on and on
8086  Intel Corporation
`;

function name(list: string | undefined, vendor: number, device: number, classCode: number): string {
  const entry = { vendor, device, classCode } as DeviceEntry;
  return nameOf({ names: new PciNames(list) } as Context, entry);
}

Deno.test("nameOf() gives a vendor's short name, and the device's", () => {
  assertEquals(name(LIST, 0x1002, 0x1478, 0x060400), "AMD/ATI Bridge");
  assertEquals(name(LIST, 0x10de, 0x2684, 0x030000), "NVIDIA AD102 [GeForce RTX 4090] with a name tha…");
});

Deno.test("nameOf() says what a device is where nobody knows its name", () => {
  assertEquals(name(LIST, 0x8086, 0x0001, 0x020000), "Intel Ethernet controller");
  assertEquals(name(undefined, 0x8086, 0x0001, 0x020000), "Ethernet controller");
  assertEquals(name(undefined, 0xabcd, 0x0001, 0x990000), "Device abcd:0001");
  assertEquals(name(LIST, 0x8086, 0x0001, 0x990000), "Intel device");
});
