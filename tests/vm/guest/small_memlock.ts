/** A user with little memory to lock: memlock_test.ts gives him 64 KiB. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { openDevice, VfioError } from "../../../mod.ts";
import { holdings } from "../../linux/holdings.ts";
import { named } from "./machine.ts";

const LIMIT = 65_536;

Deno.test("allocate() beyond the limit of locked memory tells the bytes and the remedy, and holds nothing", () => {
  using device = openDevice(named("EDU"));
  const before = holdings();
  const error = assertThrows(() => device.allocate(1 << 20), VfioError);
  assertEquals([error.code, error.operation], ["ENOMEM", "VFIO_IOMMU_MAP_DMA"]);
  assertEquals(error.remedies[0]?.id, "MEMLOCK");
  assertStringIncludes(error.explain(), `1048576 bytes more are needed, 0 of ${LIMIT} bytes are taken`);
  assertEquals(holdings(), before);
});

Deno.test("allocate() takes the limit to its last byte, and again after it was given back", () => {
  using device = openDevice(named("EDU"));
  for (let round = 0; round < 3; round++) {
    using _all = device.allocate(LIMIT);
    assertEquals(assertThrows(() => device.allocate(4096), VfioError).code, "ENOMEM");
  }
});

Deno.test("bind() without root says what it takes, and changes nothing", () => {
  using device = openDevice(named("EDU"));
  const { host } = device.space.backend;
  const error = assertThrows(() => host.bind(named("EDU_2"), "pci-stub"), VfioError);
  assertEquals([error.code, error.operation], ["EACCES", "bind"]);
  assertStringIncludes(error.explain(), "needs root");
  assertEquals(host.find(named("EDU_2"))?.driver, "vfio-pci");
});
