/** What fails leaves nothing open: on a real kernel, at each call. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { openDevice, VfioError } from "../../../mod.ts";
import { linux } from "../../../backends/linux/mod.ts";
import { holdings } from "../../linux/holdings.ts";
import { limit } from "./limits.ts";
import { named } from "./machine.ts";

const EDU = named("EDU");

/** All that a driver opens: container, group, device, signals, memory of a file. */
function openAll(): Disposable {
  using owned = new DisposableStack();
  const device = owned.use(openDevice(EDU));
  device.enableInterrupts("msi");
  device.region("bar0").read32(0);
  device.allocate(4096, { shared: true });
  return owned.move();
}

function fails(address: string): VfioError {
  const before = holdings();
  const error = assertThrows(() => openDevice(address), VfioError);
  assertEquals(holdings(), before);
  return error;
}

Deno.test("openDevice() holds nothing when it runs out of descriptors, wherever that happens", () => {
  openAll()[Symbol.dispose]();
  const before = holdings();
  const failures: string[] = [];
  for (let descriptors = 3;; descriptors++) {
    const restricted = limit("descriptors", descriptors);
    try {
      openAll()[Symbol.dispose]();
      break;
    } catch (error) {
      if (!(error instanceof VfioError)) throw error;
      failures.push(`${error.operation} ${error.code}`);
    } finally {
      restricted[Symbol.dispose]();
    }
    assertEquals(holdings(), before, failures.join(", "));
  }
  assertEquals(holdings(), before);
  assertEquals(new Set(failures.map((failure) => failure.split(" ")[1])), new Set(["EMFILE"]));
  for (const call of ["open", "VFIO_GROUP_GET_DEVICE_FD", "eventfd", "memfd_create"]) {
    assertStringIncludes(failures.join(", "), `${call} EMFILE`);
  }
});

Deno.test("openDevice() of what is not there says so, and holds nothing", () => {
  assertEquals(fails("0000:00:1a.7").code, "ENODEV");
  for (const address of ["", "0000:00:04", "../../etc", "0000:00:04.0\n", "0000:00:04.0 vf_token=x"]) {
    assertThrows(() => openDevice(address), TypeError);
  }
});

Deno.test("openDevice() with a token that the device does not take holds nothing", () => {
  const before = holdings();
  const token = "01234567-89ab-cdef-0123-456789abcdef";
  const error = assertThrows(() => openDevice(EDU, { token }), VfioError);
  assertEquals([error.code, error.operation], ["EINVAL", "VFIO_GROUP_GET_DEVICE_FD"]);
  assertEquals(holdings(), before);
});

Deno.test("openDevice() of a group that is open says who has it", () => {
  using _device = openDevice(EDU);
  const error = fails(EDU);
  assertEquals(error.code, "EBUSY");
  assertStringIncludes(error.explain(), `${Deno.pid} (deno)`);
});

Deno.test("openDevice() of a device without a VFIO driver names the command that binds it", () => {
  const { host } = linux();
  using _none = host.bind(EDU, "pci-stub");
  const error = fails(EDU);
  assertEquals([error.code, error.operation], ["ENOENT", "open"]);
  assertStringIncludes(error.explain(), `sudo vfio bind ${EDU}`);
});

Deno.test("openDevice() in a group that is not viable names what blocks it, and holds nothing", () => {
  const [device, sibling] = [named("EDU_2"), named("NVME_2")];
  const { host } = linux();
  using _blocker = host.bind(sibling, "uio_pci_generic");
  const error = fails(device);
  assertEquals([error.code, error.operation], ["EPERM", "VFIO_GROUP_SET_CONTAINER"]);
  const [remedy] = error.remedies;
  assertEquals(remedy?.id, "NOT-VIABLE");
  assertStringIncludes(remedy?.text ?? "", `${sibling} (uio_pci_generic)`);
  assertEquals(remedy?.command, `sudo vfio bind ${sibling}`);
});

Deno.test("openDevice() with an IOMMU type that was chosen opens that one", () => {
  for (const iommu of ["type1", "type1v2"] as const) {
    using device = openDevice(EDU, { iommu });
    using buffer = device.allocate(8192);
    // Type1v2 refuses to cut a mapping; Type1 takes it whole when its start is asked for.
    const half = { iova: buffer.iova, size: 4096n };
    if (iommu === "type1v2") {
      assertEquals(assertThrows(() => device.space.dma.unmap(half), VfioError).code, "EINVAL");
    } else {
      assertEquals(device.space.dma.unmap(half), 8192n);
      device.space.dma.map({ iova: buffer.iova, vaddr: buffer.vaddr, size: 8192n, read: true });
    }
  }
});
