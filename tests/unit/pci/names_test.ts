import { assertEquals } from "@std/assert";
import { PciNames } from "../../../pci/names.ts";

const LIST = `#
# A comment, and 8086  Not Intel

0010  Allied Telesis, Inc (Wrong ID)
8086  Intel Corporation
\t10c9  82576 Gigabit Network Connection
\t\t103c 31ef  NC362i Integrated Dual port Gigabit Server Adapter
\t\t8086 a01c  Gigabit ET Dual Port Server Adapter
# between devices
\t10d3  82574L Gigabit Network Connection
\t\t103c 3250  NC112T PCI Express single Port Gigabit Server Adapter
\t\t8086 a01f  Gigabit CT Desktop Adapter
9004  Adaptec
\t10d3  Not Intel's

C 00  Unclassified device
\t00  Non-VGA unclassified device
C 02  Network controller
ffff  Illegal Vendor ID
`;

Deno.test("PciNames.vendor() finds a vendor wherever it stands", () => {
  const names = new PciNames(LIST);
  assertEquals(names.vendor(0x8086), "Intel Corporation");
  assertEquals(names.vendor(0x0010), "Allied Telesis, Inc (Wrong ID)");
  assertEquals(names.vendor(0xffff), "Illegal Vendor ID");
  assertEquals(new PciNames("1234  First").vendor(0x1234), "First");
  assertEquals(names.vendor(0x10c9), undefined);
});

Deno.test("PciNames.device() looks in its vendor's part alone", () => {
  const names = new PciNames(LIST);
  assertEquals(names.device(0x8086, 0x10d3), "82574L Gigabit Network Connection");
  assertEquals(names.device(0x9004, 0x10d3), "Not Intel's");
  assertEquals(names.device(0x9004, 0x10c9), undefined);
  assertEquals(names.device(0x0010, 0x10c9), undefined);
  // What looks like a device in the list of classes is none of the vendor's in front of it.
  assertEquals(names.device(0x9004, 0), undefined);
});

Deno.test("PciNames.subsystem() looks below its device alone", () => {
  const names = new PciNames(LIST);
  const card = (deviceId: number, subsystemVendorId: number, subsystemId: number) =>
    names.subsystem({ vendorId: 0x8086, deviceId, subsystemVendorId, subsystemId });
  assertEquals(card(0x10c9, 0x8086, 0xa01c), "Gigabit ET Dual Port Server Adapter");
  assertEquals(card(0x10d3, 0x8086, 0xa01f), "Gigabit CT Desktop Adapter");
  assertEquals(card(0x10c9, 0x8086, 0xa01f), undefined);
  assertEquals(card(0x10ff, 0x8086, 0xa01f), undefined);
  assertEquals(names.subsystem({ vendorId: 0x8086, deviceId: 0x10c9 }), undefined);
});

Deno.test("PciNames.title() falls back to numbers, one by one", () => {
  const names = new PciNames(LIST);
  assertEquals(
    names.title({ vendorId: 0x8086, deviceId: 0x10c9 }),
    "Intel Corporation 82576 Gigabit Network Connection",
  );
  assertEquals(names.title({ vendorId: 0x8086, deviceId: 0xb }), "Intel Corporation device 000b");
  assertEquals(names.title({ vendorId: 0x1234, deviceId: 0x11e8 }), "Device 1234:11e8");
  assertEquals(new PciNames(undefined).title({ vendorId: 0x8086, deviceId: 0x10c9 }), "Device 8086:10c9");
});

Deno.test("PciNames reads lists with other ends of lines, and cut off anywhere", () => {
  const windows = new PciNames(LIST.replaceAll("\n", "\r\n"));
  assertEquals(windows.device(0x8086, 0x10c9), "82576 Gigabit Network Connection");
  assertEquals(
    windows.subsystem({ vendorId: 0x8086, deviceId: 0x10d3, subsystemVendorId: 0x8086, subsystemId: 0xa01f }),
    "Gigabit CT Desktop Adapter",
  );
  for (let length = 0; length < LIST.length; length++) {
    const names = new PciNames(LIST.slice(0, length));
    names.subsystem({ vendorId: 0x8086, deviceId: 0x10d3, subsystemVendorId: 0x8086, subsystemId: 0xa01f });
    names.title({ vendorId: 0xffff, deviceId: 0 });
  }
});
