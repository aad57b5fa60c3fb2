/** What is promised of everything that comes out of decodeConfig(). */
import { assertEquals } from "@std/assert";
import type { DecodedConfig } from "../../../pci/decode/config.ts";

/** Sees to it. */
export function checkPromises(bytes: Uint8Array, decoded: DecodedConfig): void {
  const text = JSON.stringify(decoded);
  assertEquals(JSON.stringify(JSON.parse(text)), text);
  assertEquals(/null|:"\(/.test(text.replaceAll('"kind":"null","name":"Null"', "")), false, text);
  assertEquals(JSON.parse(text), decoded);
  assertEquals(decoded.size, bytes.length);
  for (
    const [list, end] of [[decoded.capabilities, 0x100], [decoded.extendedCapabilities, 0x1000]] as const
  ) {
    for (const { at, length, truncated } of list) {
      assertEquals(at + length > Math.min(end, bytes.length), truncated === true);
    }
  }
}
