/** Descriptors handed in, as a privileged helper or a service manager would. */
import { assertEquals, assertThrows } from "@std/assert";
import { AddressSpace, until, VfioError } from "../../../mod.ts";
import { adoptContainer, adoptDevice, adoptGroup, adoptMemory, linux } from "../../../backends/linux/mod.ts";
import { descriptorOf } from "../../../os/descriptor.ts";
import { openFile } from "../../../os/files.ts";
import { O_RDWR } from "../../../os/constants_data.ts";
import { ioctl } from "../../../backends/linux/ioctl.ts";
import { cString } from "../../../os/libc.ts";
import { EDU } from "../../../devices/mod.ts";
import { registers } from "../../../mod.ts";
import { holdings } from "../../linux/holdings.ts";
import { named } from "./machine.ts";

const ADDRESS = named("EDU");

function groupNode(): string {
  return `/dev/vfio/${Deno.env.get("VFIO_EDU_GROUP")}`;
}

Deno.test("AddressSpace works on a container and a group that were handed in, and leaves them open", () => {
  const before = holdings();
  {
    using container = adoptContainer(openFile("/dev/vfio/vfio", O_RDWR));
    using group = adoptGroup(openFile(groupNode(), O_RDWR));
    for (let i = 0; i < 2; i++) {
      using space = new AddressSpace({ given: { container, groups: [group] } });
      assertEquals(registers(space.open(ADDRESS).region("bar0"), EDU).id.read().major, 1);
      using buffer = space.allocate(4096);
      assertEquals(buffer.iova, 0x1000n);
    }
    assertEquals([container.closed, group.closed], [false, false]);
  }
  assertEquals(holdings(), before);
});

Deno.test("AddressSpace does only what is missing for a group that is attached, with an IOMMU, already", () => {
  using container = adoptContainer(openFile("/dev/vfio/vfio", O_RDWR));
  using group = adoptGroup(openFile(groupNode(), O_RDWR));
  group.setContainer(container);
  // Behind the object's back, as whoever made the descriptors would.
  ioctl(descriptorOf(container), "VFIO_SET_IOMMU", 3n, "a container");
  using space = new AddressSpace({ given: { container, groups: [group] } });
  assertEquals(space.open(ADDRESS).address, ADDRESS);
});

Deno.test("AddressSpace.adopt() takes a device that was opened elsewhere, and owns it", () => {
  const before = holdings();
  {
    using container = adoptContainer(openFile("/dev/vfio/vfio", O_RDWR));
    using group = adoptGroup(openFile(groupNode(), O_RDWR));
    group.setContainer(container);
    container.setIommu("type1v2");
    const fd = ioctl(descriptorOf(group), "VFIO_GROUP_GET_DEVICE_FD", cString(ADDRESS), ADDRESS);
    using space = new AddressSpace({ given: { container, groups: [group] } });
    const device = space.adopt(adoptDevice(fd, ADDRESS));
    const regs = registers(device.region("bar0"), EDU);
    regs.factorial.write(10);
    until(device.clock, () => !regs.status.read().computing, { timeoutMs: 5000 });
    assertEquals(regs.factorial.read(), 3_628_800);
  }
  assertEquals(holdings(), before);
});

Deno.test("AddressSpace.map() lets a device reach a memfd that was handed in", () => {
  using made = linux().allocate(4096, { shared: true });
  if (made.file === undefined) throw new Error("shared memory has a file");
  const file = adoptMemory(openFile(`/proc/self/fd/${descriptorOf(made.file)}`, O_RDWR));
  using _file = file;
  using memory = linux().mapFile(file);
  using space = new AddressSpace();
  const device = space.open(ADDRESS);
  using mapping = space.map(memory, { maxIova: 0xfff_ffffn });
  const regs = registers(device.region("bar0"), EDU);
  device.config.command.update({ busMaster: true });
  memory.write32(0, 0xfeed_f00d);
  for (const toMemory of [false, true]) {
    regs.dmaSource.write(toMemory ? 0x4_0000n : mapping.iova);
    regs.dmaDestination.write(toMemory ? mapping.iova + 64n : 0x4_0000n);
    regs.dmaCount.write(4n);
    regs.dmaCommand.write({ start: true, toMemory });
    until(device.clock, () => !regs.dmaCommand.read().start, { timeoutMs: 5000 });
  }
  assertEquals(made.read32(64), 0xfeed_f00d);
});

Deno.test("What is not what it is taken for is refused, and stays the caller's", () => {
  const before = holdings();
  {
    using container = adoptContainer(openFile("/dev/vfio/vfio", O_RDWR));
    const fd = descriptorOf(container);
    for (const adopt of [adoptGroup, (fd: number) => adoptDevice(fd, ADDRESS), adoptMemory]) {
      assertEquals(assertThrows(() => adopt(fd), VfioError).code, "EINVAL");
    }
    assertEquals(container.apiVersion(), 0);
  }
  assertEquals(holdings(), before);
});
