import { assertEquals, assertMatch } from "@std/assert";
import $ from "dax";
import { BRIDGED_PAIR, deviceArguments } from "./harness/devices.ts";
import { emulator } from "./harness/emulator.ts";
import { qemuArguments, unsafeInterrupts } from "./harness/qemu.ts";

/** The values that follow `option`. */
function valuesOf(option: string, command: readonly string[]): string[] {
  return command.filter((_, index) => command[index - 1] === option);
}

Deno.test("deviceArguments() gives each device what it needs behind it", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const devices = ["edu", "ivshmem-plain", "virtio-rng-pci", ...BRIDGED_PAIR, "nvme,drive=mine"];
    const command = deviceArguments(devices, directory);
    assertEquals(valuesOf("-device", command), [
      "edu",
      "ivshmem-plain,memdev=shm1",
      "virtio-rng-pci,iommu_platform=on,disable-legacy=on",
      "pcie-pci-bridge,id=br0",
      "edu,bus=br0,addr=1",
      "nvme,bus=br0,addr=2,drive=disk5,serial=disk5",
      "nvme,drive=mine",
    ]);
    assertEquals(valuesOf("-object", command), ["memory-backend-ram,id=shm1,size=1M,share=on"]);
    assertEquals(valuesOf("-drive", command), [`if=none,id=disk5,format=raw,file=${directory}/disk5.img`]);
    assertEquals((await Deno.stat(`${directory}/disk5.img`)).size, 64 << 20);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("qemuArguments() puts a platform IOMMU before all devices, and never asks for KVM", () => {
  for (
    const [iommu, first] of [["vt-d", "intel-iommu,intremap=on"], [
      "amd-vi",
      "amd-iommu,intremap=off,pt=off",
    ]] as const
  ) {
    const command = qemuArguments({ iommu, devices: ["edu"] }, "vmlinux", [], "/tmp");
    assertEquals(valuesOf("-device", command)[0], first);
    assertEquals(valuesOf("-accel", command), ["tcg,thread=multi"]);
  }
});

Deno.test("qemuArguments() leaves the IOMMU's given properties alone", () => {
  const options = { iommu: "vt-d", iommuProperties: "intremap=off,device-iotlb=on", devices: [] } as const;
  assertEquals(
    valuesOf("-device", qemuArguments(options, "vmlinux", [], "/tmp"))[0],
    "intel-iommu,intremap=off,device-iotlb=on",
  );
  assertEquals(unsafeInterrupts(options), true);
  assertEquals(unsafeInterrupts({ iommu: "vt-d" }), false);
});

Deno.test("emulator() finds the QEMU that is installed, and one of version 10 with igb", async () => {
  assertEquals(await emulator("installed"), ["qemu-system-x86_64"]);
  const [program = "", ...firmware] = await emulator("10.0");
  const version = await $`${program} --version`.text();
  assertMatch(version, /version 1\d\./);
  assertMatch(await $`${program} ${firmware} -device igb,help`.text(), /^igb options:/);
});

Deno.test("emulator() finds one of version 11.1, started with libraries of its own", async () => {
  const command = await emulator("11.1");
  assertMatch(await $`${command} --version`.text(), /version 1\d\./);
  assertMatch(await $`${command} -device amd-iommu,help`.text(), /dma-remap/);
});
