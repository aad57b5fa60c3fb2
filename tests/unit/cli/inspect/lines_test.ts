import { assertEquals, assertStringIncludes } from "@std/assert";
import { PciNames } from "../../../../pci/mod.ts";
import { configLines } from "../../../../cli/inspect/lines.ts";
import { render } from "../../../../cli/text.ts";

/** A device with PCI Express at 0x40. */
function express(change: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  view.setUint32(0x00, 0x11e8_1234, true);
  view.setUint16(0x06, 0x10, true);
  bytes[0x34] = 0x40;
  view.setUint32(0x40, 0x0002_0010, true);
  view.setUint32(0x4c, 0x43, true); // 8 GT/s, x4
  view.setUint16(0x52, 0x43, true);
  change(view);
  return bytes;
}

function text(bytes: Uint8Array, names = new PciNames(undefined)): string {
  const lines = configLines({ address: "0000:01:00.0", bytes, extra: "" }, names, {
    fields: false,
    columns: 100,
  });
  return lines.map((line) => render(line, false)).join("\n");
}

Deno.test("configLines() tells a link that runs below what the device can", () => {
  assertStringIncludes(text(express(() => {})), "  Link     8 GT/s x4 of 8 GT/s x4\n");
  assertStringIncludes(
    text(express((view) => view.setUint16(0x52, 0x41, true))),
    "Link     2.5 GT/s x4 of 8 GT/s x4  ⚠ downgraded",
  );
  assertStringIncludes(
    text(express((view) => view.setUint16(0x52, 0x13, true))),
    "8 GT/s x1 of 8 GT/s x4  ⚠ downgraded",
  );
  assertStringIncludes(text(express((view) => view.setUint16(0x52, 0x03, true))), "✗ no link");
});

Deno.test("configLines() tells that DMA is off, and errors that were seen", () => {
  assertStringIncludes(
    text(express(() => {})),
    "  Command  0x0000  IO- Mem- BusMaster- DisINTx-  ← DMA is off",
  );
  const bytes = express((view) => {
    view.setUint16(0x04, 0x06, true);
    view.setUint16(0x06, 0x2010, true);
  });
  assertStringIncludes(
    text(bytes),
    "Command  0x0006  IO- Mem+ BusMaster+ DisINTx-\n  Status   receivedMasterAbort",
  );
});

Deno.test("configLines() says that nobody answers, that bytes are missing, and that a list is broken", () => {
  assertStringIncludes(text(new Uint8Array(256).fill(0xff)), "nobody answers: all bytes are ff");
  assertStringIncludes(
    text(express(() => {}).slice(0, 64)),
    "Only 64 bytes are there: root may read all of it",
  );
  const loop = express((view) => view.setUint8(0x41, 0x40));
  assertStringIncludes(text(loop), "The list of capabilities does not end well: loop");
});

Deno.test("configLines() shows no name from a list that a terminal would obey", () => {
  const names = new PciNames("1234  Vendor\x1b[2J\n\t11e8  Card\u202e\n");
  const shown = text(express(() => {}), names);
  assertEquals(["\x1b", "\u202e"].some((mark) => shown.includes(mark)), false);
  assertStringIncludes(shown, "Vendor\\x1b[2J Card\\u202e [1234:11e8]");
});
