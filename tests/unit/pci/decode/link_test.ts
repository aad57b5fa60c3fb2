import { assertEquals } from "@std/assert";
import { decodeConfig } from "../../../../pci/decode/config.ts";
import { linkOf, linkText } from "../../../../pci/decode/link.ts";

/** A device with PCI Express at 0x40 that can 8 GT/s on 4 lanes. @param status Of its link. */
function express(status: number, size = 4096) {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  view.setUint32(0x00, 0x11e8_1234, true);
  view.setUint16(0x06, 0x10, true);
  bytes[0x34] = 0x40;
  view.setUint32(0x40, 0x0002_0010, true);
  view.setUint32(0x4c, 0x43, true);
  view.setUint16(0x52, status, true);
  return decodeConfig(bytes.subarray(0, size));
}

Deno.test("linkOf() tells whether a link is as fast and as wide as its device", () => {
  const states = [0x43, 0x41, 0x13, 0x03, 0x4f].map((status) => linkOf(express(status))?.state);
  assertEquals(states, ["full", "downgraded", "downgraded", "down", "full"]);
});

Deno.test("linkOf() tells nothing without a link, or where its registers are cut off", () => {
  assertEquals(linkOf(express(0x43, 0x50)), undefined);
  assertEquals(linkOf(decodeConfig(new Uint8Array(256))), undefined);
  assertEquals(linkOf(decodeConfig(new Uint8Array(256).fill(0xff))), undefined);
});

Deno.test("linkText() writes a link down as data sheets do", () => {
  const link = linkOf(express(0x11));
  assertEquals(link && linkText(link), "2.5 GT/s x1 of 8 GT/s x4");
});
