import { assertEquals, assertThrows } from "@std/assert";
import { emulatedBackend } from "../../../cli/emulated.ts";
import { UsageError } from "../../../cli/errors.ts";

Deno.test("emulatedBackend() plugs devices in from 0000:00:04.0 on, functions side by side", () => {
  const { host } = emulatedBackend("edu, nvme:nvme@/data+edu,e1000e:none,root-port,igb:igb@eth0");
  assertEquals(host.list().map(({ address, driver, group }) => [address.slice(5), driver, group]), [
    ["00:04.0", "vfio-pci", 0],
    ["00:05.0", "nvme", 1],
    ["00:05.1", "vfio-pci", 1],
    ["00:06.0", undefined, 2],
    ["00:07.0", "pcieport", 3],
    ["00:08.0", "igb", 4],
  ]);
  assertEquals(host.details("00:05.0")?.uses, [{ kind: "mount", name: "nvme0", place: "/data" }]);
  assertEquals(host.details("00:08.0")?.names, ["eth0"]);
});

Deno.test("emulatedBackend() sets the machine up, and who uses it", () => {
  const { host } = emulatedBackend("edu,iommu=amd-vi,kernel=6.1,user=1000,memlock=65536,seed=7");
  const { iommus, kernel, user, isRoot, memlock } = host.system();
  assertEquals([iommus[0]?.kind, kernel, user, isRoot, memlock], [
    "AMD-Vi",
    "6.1.0",
    "user 1000",
    false,
    65536n,
  ]);
  assertEquals(emulatedBackend("edu,remapping=off").host.system().interruptRemapping, false);
  assertEquals(emulatedBackend("edu,modules=off").host.system().modules, []);
  assertEquals(emulatedBackend("edu,iommu=none").host.list()[0]?.group, undefined);
});

Deno.test("emulatedBackend() of nothing is a machine without devices", () => {
  assertEquals(emulatedBackend("").host.list(), []);
});

Deno.test("emulatedBackend() refuses what it does not know, or has no room for", () => {
  for (
    const scenario of [
      "toaster",
      "edu:",
      "edu::x",
      "edu:a/b",
      "__proto__",
      "toString=1",
      "iommu=",
      "user=root",
      "memlock=-1",
      Array(29).fill("edu").join(","),
      Array(9).fill("edu").join("+"),
    ]
  ) assertThrows(() => emulatedBackend(scenario), UsageError, undefined, scenario);
});
