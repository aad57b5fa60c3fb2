import { assertEquals } from "@std/assert";
import { decodeContainment, decodeErrorReporting } from "../../../../pci/decode/errors.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodeErrorReporting() reads the root's registers of what has them", () => {
  const words = { 4: 0x0010_0000, 0x1c: 0x6000_0001, 0x30: 0x0800_0001, 0x34: 0x0010_0008 };
  for (const [port, length] of [[undefined, 0x2c], ["endpoint", 0x2c], ["root port", 0x38]] as const) {
    const scope = scopeOf(words, port === undefined ? {} : { port });
    const fields = decodeErrorReporting(scope);
    assertEquals(scope.length, length);
    assertEquals(fields.uncorrectableStatus?.unsupportedRequest, true);
    assertEquals(fields.headerLog, [0x6000_0001, 0, 0, 0]);
    assertEquals(fields.rootStatus?.interruptMessage, length === 0x38 ? 1 : undefined);
  }
  const collector = decodeErrorReporting(scopeOf(words, { port: "root complex event collector" }));
  assertEquals([collector.correctableSource, collector.uncorrectableSource], [8, 0x10]);
});

Deno.test("decodeErrorReporting() reads the log of prefixes when there is something in it", () => {
  const scope = scopeOf({ 0x18: 1 << 11, 0x38: 7 });
  assertEquals(decodeErrorReporting(scope).prefixLog, [7, 0, 0, 0]);
  assertEquals(decodeErrorReporting(scopeOf({ 0x38: 7 })).prefixLog, undefined);
});

Deno.test("decodeContainment() reads the root port's extensions and as much log as it has", () => {
  const plain = scopeOf({ 4: 0x0001_0000, 8: 0x1234_0001 });
  const { control, status, errorSource } = decodeContainment(plain);
  assertEquals([control?.trigger, status?.reason, errorSource], ["ERR_FATAL", "uncorrectable error", 0x1234]);
  assertEquals(plain.length, 12);
  const root = scopeOf({ 4: 0x0000_0420, 0x0c: 1 << 18, 0x20: 5, 0x2c: 6 });
  const fields = decodeContainment(root);
  assertEquals([fields.programmedIoStatus?.memoryTimeout, fields.headerLog], [true, [5, 0, 0, 6]]);
  const longest = scopeOf({ 4: 0x0000_2f20 });
  assertEquals(decodeContainment(longest).headerLog?.length, 14);
  assertEquals(longest.length, 0x58);
});
