import { assertEquals } from "@std/assert";
import {
  decodeEventCollector,
  decodeInternalLink,
  decodeLinkDeclaration,
} from "../../../../pci/decode/root_complex.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodeLinkDeclaration() reads links of both types", () => {
  const scope = scopeOf({
    4: 0x0201_0200,
    0x10: 0x0001_0001,
    0x18: 0xfed1_9000,
    0x20: 0x0500_0007,
    0x28: 0x0120_9003,
    0x2c: 0xf,
  });
  const { element, links } = decodeLinkDeclaration(scope);
  assertEquals(element, { type: "configuration space", links: 2, component: 1, port: 2 });
  assertEquals(links[0]?.description?.type, "memory-mapped");
  assertEquals([links[0]?.address, links[0]?.target], ["0x00000000fed19000", undefined]);
  // Three bits of the bus are counted.
  assertEquals([links[1]?.address, links[1]?.target], [
    "0x0000000f01209003",
    { bus: 2, device: 1, function: 1 },
  ]);
  assertEquals(scope.length, 0x30);
});

Deno.test("decodeLinkDeclaration() ends where the space does, whatever it counts", () => {
  const scope = scopeOf({ 4: 0x0000_ff00 }, { size: 0x24 });
  const { links } = decodeLinkDeclaration(scope);
  assertEquals([links.length, scope.truncated], [2, true]);
  assertEquals(Object.keys(links[1] ?? {}), ["description"]);
});

Deno.test("decodeInternalLink() reads speeds and power management as of any link", () => {
  const { capabilities, control, status } = decodeInternalLink(scopeOf({ 4: 0x0000_0c41, 8: 0x0041_0003 }));
  assertEquals([capabilities?.maxSpeed, capabilities?.maxWidth, capabilities?.aspm], [2.5, 4, "L0s and L1"]);
  assertEquals([control?.aspm, status?.speed, status?.width], ["L0s and L1", 2.5, 4]);
});

Deno.test("decodeEventCollector() lists devices, and buses from version 2 on", () => {
  const words = { 4: 0x8000_0005, 8: 0x0004_0200 };
  assertEquals(decodeEventCollector(scopeOf(words, { version: 2 })), {
    devices: [0, 2, 31],
    buses: { first: 2, last: 4 },
  });
  assertEquals(decodeEventCollector(scopeOf(words)), { devices: [0, 2, 31] });
  assertEquals(decodeEventCollector(scopeOf({ 8: 0x0000_ff00 }, { version: 2 })), { devices: [] });
});
