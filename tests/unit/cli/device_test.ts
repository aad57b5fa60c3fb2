import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { findDevice } from "../../../cli/device.ts";
import { NoSuchDevice, UsageError } from "../../../cli/errors.ts";
import { EDU, machine, NIC, NVME } from "./machine.ts";

const { host } = machine();

Deno.test("findDevice() takes an address, long or short, ids, and a name that the kernel gave", () => {
  for (
    const [word, address] of [
      [EDU, EDU],
      ["00:04.0", EDU],
      ["8086:10C9", NIC],
      ["eth0", NIC],
      ["nvme0", NVME],
    ] as const
  ) assertEquals(findDevice(host, word).address, address);
});

Deno.test("findDevice() says which devices are meant where there are several", () => {
  const error = assertThrows(() => findDevice(host, "1234:11e8"), UsageError);
  assertStringIncludes(error.message, `say which: ${EDU}, 0000:00:05.1`);
});

Deno.test("findDevice() tells what is not there from what names nothing", () => {
  for (const word of ["00:1f.7", "abcd:0001", "eth7"]) {
    assertThrows(() => findDevice(host, word), NoSuchDevice);
  }
  for (const word of ["", "..", "04.0", "eth0;reboot", "\x1b[2J", "--force"]) {
    assertThrows(() => findDevice(host, word), UsageError);
  }
});
