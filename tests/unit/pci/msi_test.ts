import { assertEquals } from "@std/assert";
import { registers } from "../../../core/registers.ts";
import { msi } from "../../../devices/capabilities.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import { configMemory } from "../../../pci/config_bytes.ts";
import { decodeMsi, MSI, MSI_32, MSI_64 } from "../../../pci/msi.ts";
import { bytesOf, nonsense, space } from "./spaces.ts";

Deno.test("decodeMsi() reads what a device declares", () => {
  for (const vectors of [1, 2, 4, 8, 16, 32]) {
    for (const address64 of [false, true]) {
      for (const maskable of [false, true]) {
        const config = new ConfigSpace({ vendor: 1, device: 2, classCode: 0 })
          .capability(msi({ vectors, address64, maskable, at: 0x48 }));
        assertEquals(decodeMsi(bytesOf(config), 0x48), {
          enabled: false,
          vectors,
          enabledVectors: 1,
          address64,
          maskable,
        });
      }
    }
  }
});

Deno.test("decodeMsi() tells what is enabled, and takes reserved numbers of vectors for 32", () => {
  assertEquals(decodeMsi(space(256, { 0x60: 0x0025_0005 }), 0x60), {
    enabled: true,
    vectors: 4,
    enabledVectors: 4,
    address64: false,
    maskable: false,
  });
  const reserved = decodeMsi(space(256, { 0x60: 0x007e_0005 }), 0x60);
  assertEquals([reserved?.vectors, reserved?.enabledVectors], [32, 32]);
});

Deno.test("decodeMsi() gives undefined when nobody answers, or the space ends before the capability", () => {
  assertEquals(decodeMsi(new Uint8Array(256).fill(0xff), 0x60), undefined);
  for (const [control, size] of [[0x0000, 0x0a], [0x0080, 0x0e], [0x0100, 0x14], [0x0180, 0x18]] as const) {
    const bytes = space(256, { 0x60: (control << 16) | 5 });
    assertEquals(decodeMsi(bytes.subarray(0, 0x60 + size), 0x60)?.vectors, 1);
    assertEquals(decodeMsi(bytes.subarray(0, 0x60 + size - 1), 0x60), undefined);
  }
  for (const bytes of nonsense(500)) {
    for (const at of [0x40, 0xfc, 0x100, 0xffc]) decodeMsi(bytes, at);
  }
});

Deno.test("MSI, MSI_32 and MSI_64 place their registers as Linux does", () => {
  // include/uapi/linux/pci_regs.h, PCI_MSI_FLAGS and following.
  assertEquals([MSI.control.at, MSI.address.at], [2, 4]);
  assertEquals([MSI_32.data.at, MSI_32.mask.at, MSI_32.pending.at], [8, 12, 16]);
  assertEquals([MSI_64.upperAddress.at, MSI_64.data.at, MSI_64.mask.at, MSI_64.pending.at], [8, 12, 16, 20]);
  const { control } = registers(configMemory(new Uint8Array(64)), MSI, 0x20);
  const written = Object.entries(MSI.control.fields).map(([name, field]) => {
    control.write({ [name]: typeof field === "number" ? true : 7 });
    return control.read().raw;
  });
  assertEquals(written, [0x0001, 0x000e, 0x0070, 0x0080, 0x0100]);
});
