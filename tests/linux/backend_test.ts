import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { linux } from "../../backends/linux/mod.ts";
import { VfioError } from "../../core/errors.ts";
import { openDevice } from "../../driverkit/mod.ts";
import { exists } from "../../os/files.ts";
import { holdings } from "./holdings.ts";

const NODE = "/dev/vfio/vfio";
/** No machine has as many. */
const GROUP = 999_999_999;

function failure(use: () => unknown): VfioError {
  const before = holdings();
  const error = assertThrows(use, VfioError);
  assertEquals(holdings(), before);
  return error;
}

Deno.test("LinuxBackend.groups.openContainer() opens a container, or says that there is no vfio module", () => {
  const { groups } = linux();
  if (exists(NODE)) {
    using container = groups?.openContainer();
    assertEquals(container?.apiVersion(), 0);
    return;
  }
  const error = failure(() => groups?.openContainer());
  assertEquals([error.code, error.operation, error.subject], ["ENOENT", "open", NODE]);
  assertEquals(error.remedies.map(({ id }) => id), ["NO-MODULE"]);
  assertStringIncludes(error.explain(), `Cannot open ${NODE}: ENOENT`);
  assertStringIncludes(error.explain(), "run: sudo modprobe vfio-pci");
});

Deno.test("LinuxBackend.groups.openGroup() of a group that is not there says why its node is not", () => {
  const node = `/dev/vfio/${GROUP}`;
  const error = failure(() => linux().groups?.openGroup(GROUP));
  assertEquals([error.code, error.operation, error.subject], ["ENOENT", "open", node]);
  assertEquals(error.remedies.map(({ id }) => id), ["GROUP-NOENT"]);
  assertStringIncludes(
    error.explain(),
    `No device of group ${GROUP} is bound to vfio-pci, so ${node} does not exist`,
  );
});

Deno.test("LinuxBackend.groups.openGroup() opens the other node without an IOMMU", () => {
  const node = `/dev/vfio/noiommu-${GROUP}`;
  const error = failure(() => linux().groups?.openGroup(GROUP, { noIommu: true }));
  assertEquals([error.code, error.subject], ["ENOENT", node]);
  assertStringIncludes(error.explain(), `so ${node} does not exist`);
});

Deno.test("LinuxBackend.groups.openGroup() refuses what is no group's number", () => {
  for (const id of [-1, 0.5, NaN, 2 ** 32, "1/../.." as unknown as number]) {
    assertThrows(() => linux().groups?.openGroup(id), TypeError);
  }
});

Deno.test("LinuxBackend.allocate(), mapFile() and createSignal() make what this process has of its own", () => {
  const before = holdings();
  {
    using memory = linux().allocate(1, { shared: true });
    assert(memory.file !== undefined);
    using again = linux().mapFile(memory.file);
    memory.write32(0, 0xfeed_f00d);
    assertEquals(again.read32(0), 0xfeed_f00d);
    using signal = linux().createSignal();
    signal.notify(2);
    assertEquals(signal.read(), 2);
  }
  assertEquals(holdings(), before);
});

Deno.test("openDevice() of a device that has no group, or is not there, says so", () => {
  const backend = linux();
  const device = backend.host.list().find(({ group }) => group === undefined);
  const expected = device === undefined ? "there is no such PCI device" : "it has no IOMMU group";
  const error = failure(() => openDevice(device?.address ?? "ffff:ff:1f.7", { backend }));
  assertEquals([error.code, error.operation], ["ENODEV", "open"]);
  assertStringIncludes(error.message, expected);
});
