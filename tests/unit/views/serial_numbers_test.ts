import { assert, assertEquals } from "@std/assert";
import { redactConfig, redactVpd } from "../../../views/serial_numbers.ts";
import { header, nonsense, space } from "../pci/spaces.ts";
import { CARD_SERIAL, configOf, sampleHost } from "./sample.ts";

Deno.test("redactConfig() takes out the Device Serial Number, and changes nothing else", () => {
  const config = configOf(sampleHost(), "0000:02:00.0");
  const before = config.slice();
  const { bytes, hidden } = redactConfig(config);
  assertEquals(hidden, [{ at: 0x144, size: 8, name: "serial number" }]);
  assertEquals(bytes.subarray(0x144, 0x14c), new Uint8Array(8));
  const put = bytes.slice();
  put.set(before.subarray(0x144, 0x14c), 0x144);
  assertEquals(put, before);
  assertEquals(config, before);
});

Deno.test("redactConfig() tells a serial number as it is written, with the MAC address in it", () => {
  const { serials } = redactConfig(configOf(sampleHost(), "0000:02:00.0"));
  assertEquals(serials, [
    "52-54-00-ff-ff-12-34-56",
    "52:54:00:ff:ff:12:34:56",
    CARD_SERIAL.toString(16),
    "563412ffff005452",
    "56 34 12 ff ff 00 54 52",
    "52:54:00:12:34:56",
    "52-54-00-12-34-56",
    "525400123456",
  ]);
});

Deno.test("redactConfig() takes out what was read of the Vital Product Data", () => {
  const bytes = space(256, { ...header(0x40), 0x40: 0x8000_0003 | 0, 0x44: 0x5357_5334 });
  const redacted = redactConfig(bytes);
  assertEquals(redacted.hidden, [{ at: 0x44, size: 4, name: "vital product data" }]);
  assertEquals(redacted.bytes.subarray(0x40, 0x48).toHex(), "0300008000000000");
});

Deno.test("redactConfig() knows no serial number that nobody set", () => {
  for (const word of [0, 0xffff_ffff | 0]) {
    const bytes = space(4096, { ...header(0), 0x100: 0x0001_0003, 0x104: word, 0x108: word });
    assertEquals(redactConfig(bytes).serials, []);
  }
});

Deno.test("redactConfig() takes whatever a device says", () => {
  for (const bytes of nonsense(400)) {
    const { hidden, bytes: redacted } = redactConfig(bytes);
    assertEquals(redacted.length, bytes.length);
    for (const { at, size } of hidden) assert(size > 0 && at + size <= bytes.length);
  }
});

/** A resource of vital product data: its tag, its length, its content. */
function resource(tag: number, ...content: readonly (string | number)[]): number[] {
  const bytes = content.flatMap((part) =>
    typeof part === "number" ? [part] : [...new TextEncoder().encode(part)]
  );
  return [tag, bytes.length & 0xff, bytes.length >> 8, ...bytes];
}

Deno.test("redactConfig() takes the system's GUID out of a Hierarchy ID", () => {
  const config = new Uint8Array(4096);
  config.set([0x28, 0, 1, 0], 0x100);
  config.fill(0xa5, 0x104, 0x120);
  const { bytes, hidden } = redactConfig(config);
  assertEquals(hidden, [{ at: 0x10c, size: 20, name: "system's GUID" }]);
  assertEquals([bytes[0x10b], bytes[0x10c], bytes[0x11f], config[0x11f]], [0xa5, 0, 0, 0xa5]);
});

Deno.test("redactVpd() stars serial numbers and asset tags, and keeps all else", () => {
  const vpd = Uint8Array.from([
    ...resource(0x82, "Card SN"),
    ...resource(0x90, "PN", 4, "1234", "SN", 6, "ABC123", "RV", 1, 0x55),
    ...resource(0x91, "YA", 3, "lab", "V0", 2, "ok"),
    0x78,
  ]);
  const text = new TextDecoder().decode(redactVpd(vpd));
  assertEquals(text, new TextDecoder().decode(vpd).replace("ABC123", "******").replace("lab", "***"));
});

Deno.test("redactVpd() ends where the data do, whatever lengths they give", () => {
  assertEquals(redactVpd(new Uint8Array()), new Uint8Array());
  assertEquals(redactVpd(Uint8Array.of(0x90, 0xff, 0xff, 0x53, 0x4e, 200, 1, 2)).toHex(), "90ffff534ec82a2a");
  assertEquals(redactVpd(Uint8Array.of(0x90, 0)).toHex(), "9000");
  assertEquals(redactVpd(new Uint8Array(4096).fill(0xff)), new Uint8Array(4096).fill(0xff));
});
