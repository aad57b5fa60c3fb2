import { assertEquals, assertStringIncludes } from "@std/assert";
import { openDevice } from "../../../mod.ts";
import { Edu } from "../../../devices/edu/driver.ts";
import { vfio } from "./captured_io.ts";
import { EDU, machine } from "./machine.ts";

/** Lets edu write where nothing is mapped. */
async function blockedWrite(backend: ReturnType<typeof machine>): Promise<void> {
  using device = openDevice(EDU, { backend });
  await new Edu(device).store(0x5000n, 64);
}

Deno.test("vfio faults shows what the IOMMU blocked, and whose access it was", async () => {
  for (const iommu of ["vt-d", "amd-vi"] as const) {
    const backend = machine({ iommu });
    await blockedWrite(backend);
    const { status, out } = await vfio(["faults"], { backend });
    assertEquals(status, 0);
    assertStringIncludes(out, `${EDU} wanted to write IOVA 0x5000: `);
    assertStringIncludes(out, "QEMU edu");
    const [line] = (await vfio(["faults", "--json"], { backend })).out.split("\n");
    const { schemaVersion, seconds, address, iova, write, reason } = JSON.parse(line ?? "");
    assertEquals([schemaVersion, typeof seconds, address, iova, write], [1, "number", EDU, "0x5000", true]);
    assertEquals(reason, backend.faults()[0]?.reason);
  }
});

Deno.test("vfio faults says what a blocked address looks like", async () => {
  const backend = machine();
  for (const at of ["5000", "fee01000", "7f5a12345000"]) {
    backend.log(
      `DMAR: [DMA Write NO_PASID] Request device [${EDU}] fault addr 0x${at} [fault reason 0x05] no`,
    );
  }
  const { out, err } = await vfio(["faults"], { backend });
  assertEquals(out.split("\n").filter((line) => line.startsWith(" ")).map((line) => line.trim()), [
    "it is in a reserved range (msi), where nothing can be mapped",
    "it looks like a program's pointer: the device has to be given the IOVA",
  ]);
  assertEquals(err, "What helps: vfio explain DMA-FAULT\n");
});

Deno.test("vfio faults passes over all else in the log", async () => {
  const backend = machine();
  backend.log("usb 1-1: new high-speed USB device");
  const { status, out, err } = await vfio(["faults"], { backend });
  assertEquals([status, out, err], [0, "", "No faults in the kernel's log\n"]);
});

Deno.test("vfio faults ends with 4 where the log is not this user's to read", async () => {
  const { status, err } = await vfio(["faults"], { backend: machine().process({ uid: 1000 }) });
  assertEquals(status, 4);
  assertStringIncludes(err, "run: sudo vfio faults");
});

Deno.test("vfio faults --follow goes on until Ctrl-C with what comes, and stops listening for it", async () => {
  const backend = machine();
  await blockedWrite(backend);
  let press = () => {};
  let pauses = 0;
  const { status, out, listening } = await vfio(["faults", "--follow"], {
    backend,
    interrupt: (given) => press = given,
    paused: () => {
      pauses++;
      if (pauses === 2) {
        backend.log(
          `DMAR: [DMA Read NO_PASID] Request device [${EDU}] fault addr 0x9000 [fault reason 0x06] no`,
        );
      }
      if (pauses === 4) press();
    },
  });
  assertEquals([status, listening, pauses], [130, false, 4]);
  assertEquals(out.split("wanted to write IOVA 0x5000").length, 2);
  assertEquals(out.split("wanted to read IOVA 0x9000").length, 2);
});
