import { assert, assertEquals } from "@std/assert";
import {
  detailsOf,
  memlockOf,
  nodeDetailsOf,
  remapsInterrupts,
  systemOf,
} from "../../backends/linux/details.ts";
import { addressWidthOf, iommuKind } from "../../backends/linux/iommu_class.ts";
import { LinuxHost } from "../../backends/linux/host.ts";
import { fileStatus, readText } from "../../os/files.ts";
import "./holdings.ts";

Deno.test("systemOf() tells about this machine and this process", () => {
  const { kernel, commandLine, memlock, isRoot, user, groups, iommus } = systemOf();
  assertEquals(kernel, readText("/proc/sys/kernel/osrelease").trim());
  assertEquals(commandLine, readText("/proc/cmdline").trim());
  assertEquals(isRoot, fileStatus("/proc/self").owner === 0);
  assert(user !== "" && groups >= 0 && Array.isArray(iommus));
  assert(memlock === undefined || memlock >= 0n);
});

Deno.test("detailsOf() tells about each device there is, and nothing of one that is not", () => {
  for (const { address } of new LinuxHost().list()) {
    const details = detailsOf(address);
    assert(details !== undefined);
    for (const { kind, name, place } of details.uses) {
      assert(kind !== undefined && name !== "" && place !== "");
    }
  }
  assertEquals(detailsOf("ffff:ff:1f.7"), undefined);
});

Deno.test("detailsOf() finds the machine's own disk and network", () => {
  const uses = new LinuxHost().list().flatMap(({ address }) => detailsOf(address)?.uses ?? []);
  const root = /^(?:\S+ ){2}\S+ \/ \/ .* - \S+ \/dev\/(\w+)/m.exec(readText("/proc/self/mountinfo"))?.[1];
  if (root === undefined || uses.length === 0) return;
  assert(uses.some(({ kind, place }) => kind === "route" || place === "/"));
});

Deno.test("nodeDetailsOf() of a group without a node tells nothing", () => {
  assertEquals(nodeDetailsOf(999_999_999), undefined);
});

Deno.test("remapsInterrupts() reads the names of what controls interrupts", () => {
  assertEquals(remapsInterrupts(" 24: 1 IR-PCI-MSIX-0000:00:04.0 0-edge edu", true), true);
  assertEquals(remapsInterrupts(" 1: 9 IO-APIC 1-edge i8042\n 24: 1 PCI-MSI 65536-edge", true), false);
  assertEquals(remapsInterrupts(" 1: 9 IO-APIC 1-edge i8042", false), undefined);
  assertEquals(remapsInterrupts(" 11: 0 GICv3 27 Level arch_timer", true), undefined);
});

Deno.test("memlockOf() tells the limit, or that there is none", () => {
  const limits = "Max locked memory         8388608              8388608              bytes";
  assertEquals(memlockOf("CapEff:\t0000000000000000\n", limits), 8388608n);
  assertEquals(memlockOf("CapEff:\t000001ffffffffff\n", limits), undefined);
  assertEquals(memlockOf("CapEff:\t0000000000004000\n", limits), undefined);
  assertEquals(
    memlockOf("CapEff:\t0000000000000000\n", "Max locked memory  unlimited  unlimited  bytes"),
    undefined,
  );
});

Deno.test("addressWidthOf() reads the registers of VT-d and AMD-Vi", () => {
  const read = (files: Record<string, string>) => addressWidthOf((file) => files[file]);
  // MGAW 38 and SAGAW 39 bits, as QEMU has it; with aw-bits=48; a server's of 57 bits.
  assertEquals(read({ "intel-iommu/cap": "c0000000260206\n" }), 39);
  assertEquals(read({ "intel-iommu/cap": "d2008c222f0606\n" }), 48);
  assertEquals(read({ "intel-iommu/cap": "19ed008c40780c66" }), 57);
  assertEquals(read({ "amd-iommu/features": "246577efa2254afa:10" }), 64);
  assertEquals(read({ "amd-iommu/features": "58f77ef22294a5a" }), 64);
  assertEquals(read({ "amd-iommu/features": "0" }), 48);
  assertEquals([read({}), read({ "intel-iommu/cap": "none" })], [undefined, undefined]);
});

Deno.test("iommuKind() goes by the name that the driver gives", () => {
  const names = ["dmar0", "ivhd12", "smmu3.0x0000000009050000", "virtio2", "apple-dart"];
  assertEquals(names.map(iommuKind), ["Intel VT-d", "AMD-Vi", "Arm SMMU", "virtio-iommu", "IOMMU"]);
});
