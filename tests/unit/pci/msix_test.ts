import { assertEquals } from "@std/assert";
import { msix } from "../../../devices/capabilities.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import { decodeMsix, MSIX } from "../../../pci/msix.ts";
import { bytesOf, nonsense, space } from "./spaces.ts";

Deno.test("decodeMsix() reads what a device declares", () => {
  const config = new ConfigSpace({ vendor: 1, device: 2, classCode: 0 })
    .capability(msix({ vectors: 65, bar: 0, table: 0x2000, pbaBar: 4, pba: 0x3008, at: 0x44 }));
  assertEquals(decodeMsix(bytesOf(config), 0x44), {
    enabled: false,
    functionMasked: false,
    vectors: 65,
    table: { bar: 0, offset: 0x2000 },
    pending: { bar: 4, offset: 0x3008 },
  });
});

Deno.test("decodeMsix() reads both ends of every field", () => {
  assertEquals(decodeMsix(space(256, { 0x40: 0xc7ff_0011, 0x44: 0xffff_fffd, 0x48: 0x8000_0001 }), 0x40), {
    enabled: true,
    functionMasked: true,
    vectors: 2048,
    table: { bar: 5, offset: 0xffff_fff8 },
    pending: { bar: 1, offset: 0x8000_0000 },
  });
  assertEquals(decodeMsix(space(256), 0x40)?.vectors, 1);
});

Deno.test("decodeMsix() gives undefined for a BAR that does not exist, nobody's answer, or a space that ends", () => {
  assertEquals(decodeMsix(space(256, { 0x44: 6 }), 0x40), undefined);
  assertEquals(decodeMsix(space(256, { 0x48: 7 }), 0x40), undefined);
  assertEquals(decodeMsix(space(256, { 0x40: 0xffff_0011 }), 0x40), undefined);
  assertEquals(decodeMsix(new Uint8Array(256).fill(0xff), 0x40), undefined);
  assertEquals(decodeMsix(space(0x4c), 0x40)?.vectors, 1);
  assertEquals(decodeMsix(space(0x4b), 0x40), undefined);
  for (const bytes of nonsense(500)) {
    for (const at of [0x40, 0xfc, 0x100, 0xffc]) {
      const found = decodeMsix(bytes, at);
      if (found !== undefined) assertEquals(found.table.bar <= 5 && found.pending.bar <= 5, true);
    }
  }
});

Deno.test("MSIX places its registers as Linux does", () => {
  // include/uapi/linux/pci_regs.h, PCI_MSIX_FLAGS and following.
  assertEquals([MSIX.control.at, MSIX.table.at, MSIX.pending.at], [2, 4, 8]);
});
