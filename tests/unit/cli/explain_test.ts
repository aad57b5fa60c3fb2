import { assertEquals, assertStringIncludes } from "@std/assert";
import { REMEDIES } from "../../../core/mod.ts";
import { documentOf, vfio } from "./captured_io.ts";

const FAULT =
  "DMAR: [DMA Write NO_PASID] Request device [0000:00:04.0] fault addr 0x5000000 [fault reason 0x05] PTE Write access is not set";
const MEMLOCK = "vfio_pin_pages_remote: RLIMIT_MEMLOCK (65536) exceeded";

Deno.test("vfio explain shows each entry of the catalogue, in whatever case", async () => {
  for (const { id, title, cause } of REMEDIES) {
    const { status, out } = await vfio(["explain", id.toLowerCase()]);
    assertEquals(status, 0);
    assertStringIncludes(out, `${id}  ${title}\n  ${cause}\n`);
  }
});

Deno.test("vfio explain lists all entries when it is asked for none", async () => {
  const { out } = await vfio(["explain"]);
  assertEquals(out.trim().split("\n").length, REMEDIES.length + 1);
});

Deno.test("vfio explain takes an errno by name or number", async () => {
  for (const word of ["EBUSY", "ebusy", "16"]) {
    const { status, out } = await vfio(["explain", word]);
    assertEquals(status, 0);
    assertStringIncludes(out, "EBUSY  errno 16, device or resource busy\n");
    assertStringIncludes(out, "GROUP-BUSY");
  }
  assertStringIncludes((await vfio(["explain", "ESPIPE"])).out, "No entry of the catalogue is about it");
});

Deno.test("vfio explain ties a fault to what the IOMMU says", async () => {
  const { status, out } = await vfio(["explain", FAULT]);
  assertEquals(status, 0);
  assertStringIncludes(
    out,
    "0000:00:04.0 wanted to write IOVA 0x5000000: [fault reason 0x05] PTE Write access",
  );
  assertStringIncludes(out, "DMA-FAULT  The IOMMU blocked a DMA access");
  const { fault, rows } = documentOf(await vfio(["explain", "--json", FAULT]));
  assertEquals(fault, {
    address: "0000:00:04.0",
    iova: "0x5000000",
    write: true,
    reason: "[fault reason 0x05] PTE Write access is not set",
  });
  assertEquals((rows as { id: string }[]).map(({ id }) => id), ["DMA-FAULT"]);
});

Deno.test("vfio explain - reads a log, and says what helps once", async () => {
  const input = ["usb 1-1: new device", FAULT, MEMLOCK, FAULT, ""].join("\n");
  const { status, out } = await vfio(["explain", "-"], { input });
  assertEquals(status, 0);
  assertEquals(out.split("DMA-FAULT  ").length, 2);
  assertEquals(out.split("wanted to write").length, 3);
  assertStringIncludes(out, MEMLOCK);
  assertEquals(out.includes("usb 1-1"), false);
  const lines = (await vfio(["explain", "-", "--json"], { input })).out.trim().split("\n");
  assertEquals(lines.map((line) => JSON.parse(line).line), [FAULT, MEMLOCK, FAULT]);
  assertStringIncludes(
    (await vfio(["explain", "-"], { input: "x\n" })).err,
    "Nothing that the catalogue speaks of",
  );
});

Deno.test("vfio explain says which commands need root, and what takes protection away", async () => {
  const { rows } = documentOf(await vfio(["explain", "--json", "INTREMAP"]));
  const [{ remedies: [remedy] }] = rows as [{ remedies: Record<string, unknown>[] }];
  assertEquals([remedy?.["needsRoot"], remedy?.["needsReboot"], remedy?.["unsafe"]], [true, false, true]);
});

Deno.test("vfio explain fails for what nobody can explain", async () => {
  const { status, out, err } = await vfio(["explain", "it does\x1b[2J not work"]);
  assertEquals([status, out], [1, ""]);
  assertStringIncludes(err, "Cannot explain 'it does\\x1b[2J not work'");
});
