import { assertEquals, assertThrows } from "@std/assert";
import { parseDriverName } from "../../backends/linux/driver_name.ts";

Deno.test("parseDriverName() takes the names that drivers have", () => {
  const names = [
    "nvme",
    "vfio-pci",
    "pci-stub",
    "mlx5_vfio_pci",
    "8250_lpss",
    "i915",
    "uio_pci_generic",
    "a".repeat(64),
  ];
  for (const name of names) assertEquals(parseDriverName(name), name);
});

Deno.test("parseDriverName() refuses what would be another path, another line or another command", () => {
  const hostile = [
    "",
    ".",
    "..",
    "../nvme",
    "nvme/..",
    "nvme/bind",
    "/etc/passwd",
    "nvme\n",
    "\nnvme",
    "nvme\nvfio-pci",
    "nvme\0",
    "nvme ",
    " nvme",
    "-nvme",
    "_nvme",
    "nvme;reboot",
    "$(reboot)",
    "`reboot`",
    "nvme*",
    "nvm\u00e9",
    "\u001b[31m",
    "a".repeat(65),
  ];
  for (const name of hostile) assertThrows(() => parseDriverName(name), TypeError, "Cannot use ");
  for (const value of [undefined, null, 3, {}, ["nvme"], { toString: () => "nvme" }]) {
    assertThrows(() => parseDriverName(value as unknown as string), TypeError);
  }
});
