import { assertEquals } from "@std/assert";
import { startPath, startText } from "../../../core/start_files.ts";

const EDU = { address: "0000:00:04.0", vendor: 0x1234, device: 0x1e8 };

/** Reads a rule as udev(7) has it: lines end at a newline without a backslash, pairs are KEY OPERATOR "VALUE". */
function parseRules(text: string): string[][] {
  const lines = text.replaceAll("\\\n", "").split("\n").filter((line) =>
    line !== "" && !line.startsWith("#")
  );
  return lines.map((line) => {
    const pairs = line.split(/,\s*(?=[A-Z]+(?:\{[^}]*\})?(?:==|\+=|=)")/);
    for (const pair of pairs) {
      if (!/^[A-Z]+(?:\{\w+\})?(?:==|\+=|=)"[^"]*"$/.test(pair.trim())) throw new Error(pair);
    }
    return pairs.map((pair) => pair.trim());
  });
}

Deno.test("startText() is a rule of udev's for one device at one address", () => {
  assertEquals(parseRules(startText("udev", EDU, "vfio-pci")), [[
    'ACTION=="add"',
    'SUBSYSTEM=="pci"',
    'KERNEL=="0000:00:04.0"',
    'ATTR{vendor}=="0x1234"',
    'ATTR{device}=="0x01e8"',
    'ATTR{driver_override}="vfio-pci"',
    'RUN{builtin}+="kmod load vfio-pci"',
    `RUN+="/bin/sh -c 'echo 0000:00:04.0 > /sys/bus/pci/drivers_probe'"`,
  ]]);
});

Deno.test("startText() for driverctl is the driver's name", () => {
  assertEquals(startText("driverctl", EDU, "vfio-pci"), "vfio-pci\n");
});

Deno.test("startPath() names a file for each device, as each way wants it", () => {
  assertEquals(startPath("udev", EDU.address), "/etc/udev/rules.d/70-vfio-0000:00:04.0.rules");
  assertEquals(startPath("driverctl", EDU.address), "/etc/driverctl.d/pci-0000:00:04.0");
});
