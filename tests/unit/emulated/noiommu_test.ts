// What is expected here Linux 7.2 did in a VM without an IOMMU.
import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { passiveNvme } from "../../../devices/passive/shapes.ts";
import { readByDma, writeByDma } from "./edu_dma.ts";
import { codeOf } from "./ready.ts";

const EDU = "0000:00:01.0";
const NVME = "0000:00:02.0";
const MODE = "vfio.enable_unsafe_noiommu_mode";
const ON = { [MODE]: true };

function machine() {
  const host = new EmulatedHost({ iommu: "none", parameters: ON });
  return host.plug(EDU, new EmulatedEdu()).plug(NVME, passiveNvme());
}

function open(host: EmulatedHost) {
  using stack = new DisposableStack();
  const group = stack.use(host.groups.openGroup(0, { noIommu: true }));
  const container = stack.use(host.groups.openContainer());
  group.setContainer(container);
  container.setIommu("noiommu");
  const device = stack.use(group.openDevice(EDU));
  const all = stack.move();
  return { group, container, device, [Symbol.dispose]: () => all.dispose() };
}

Deno.test("vfio-pci takes no device without an IOMMU, unless the kernel's mode is on", () => {
  const host = new EmulatedHost({ iommu: "none" });
  assertEquals(codeOf(() => host.plug(EDU, new EmulatedEdu())), "EINVAL");
  assertEquals(host.host.find(EDU)?.group, undefined);
  assertEquals(host.sysfs.driverOverride(EDU, "vfio-pci"), undefined);
  assertEquals(host.sysfs.bindFile(EDU, "vfio-pci"), "EINVAL");
  host.sysfs.writeParameter(MODE, true);
  assertEquals(host.sysfs.bindFile(EDU, "vfio-pci"), undefined);
  assertEquals(host.host.find(EDU)?.group, 0);
});

Deno.test("A device without an IOMMU has a made-up group of its own while vfio-pci has it", () => {
  const host = machine();
  const entry = host.host.find(NVME);
  assertEquals([entry?.group, entry?.noIommu, entry?.siblings], [1, true, []]);
  assertEquals([host.host.groupType(1), host.host.reservedRegions(1)], ["unknown", []]);
  assertEquals([0, 1].map((id) => host.sysfs.groupNodeExists(id)), [true, true]);
  host.host.unbind(EDU);
  assertEquals([host.host.find(EDU)?.group, host.host.find(EDU)?.noIommu], [undefined, false]);
  assertEquals(codeOf(() => host.groups.openGroup(0, { noIommu: true })), "ENOENT");
  host.host.bind(EDU, "vfio-pci");
  assertEquals(host.host.find(EDU)?.group, 0);
});

Deno.test("A made-up group is opened by its own node, once, and by who has CAP_SYS_RAWIO", () => {
  const host = machine();
  assertEquals(codeOf(() => host.groups.openGroup(0)), "ENOENT");
  using group = host.groups.openGroup(0, { noIommu: true });
  assertEquals(group.status(), { viable: true, containerSet: false });
  assertEquals(codeOf(() => host.groups.openGroup(0, { noIommu: true })), "EBUSY");
  const codes = (...capabilities: readonly "CAP_SYS_RAWIO"[]) => {
    const user = host.process({ uid: 1000, capabilities });
    return codeOf(() => user.groups.openGroup(1, { noIommu: true })[Symbol.dispose]());
  };
  assertEquals([codes(), codes("CAP_SYS_RAWIO")], ["EACCES", "EACCES"]);
  host.chown(1, 1000);
  assertEquals([codes(), codes("CAP_SYS_RAWIO")], ["EPERM", "0"]);
});

Deno.test("The node of a group behind an IOMMU is none of no-IOMMU's", () => {
  const host = new EmulatedHost({ parameters: ON }).plug(EDU, new EmulatedEdu(), { group: 0 });
  assertEquals(codeOf(() => host.groups.openGroup(0, { noIommu: true })), "ENOENT");
  using container = host.groups.openContainer();
  assertEquals([1, 8].map((extension) => container.supports(extension)), [true, true]);
  using group = host.groups.openGroup(0);
  group.setContainer(container);
  assertEquals([1, 8].map((extension) => container.supports(extension)), [true, false]);
  assertEquals(codeOf(() => container.setIommu("noiommu")), "ENODEV");
});

Deno.test("A container of made-up groups takes no-IOMMU alone, and then maps nothing", () => {
  const host = machine();
  using container = host.groups.openContainer();
  const extensions = () => Array.from({ length: 11 }, (_, i) => i).filter((i) => container.supports(i));
  assertEquals(extensions(), [1, 3, 8, 9]);
  using group = host.groups.openGroup(0, { noIommu: true });
  assertEquals(codeOf(() => group.openDevice(EDU)), "EINVAL");
  group.setContainer(container);
  assertEquals(extensions(), [8]);
  assertEquals(
    [0, 1, 2, 3, 6, 9, 99].map((type) => codeOf(() => container.setIommu(type))),
    Array(7).fill("ENODEV"),
  );
  assertEquals([codeOf(() => container.iommu.info()), codeOf(() => group.openDevice(EDU))], [
    "EINVAL",
    "EINVAL",
  ]);
  container.setIommu("noiommu");
  assertEquals([container.iommu.type, codeOf(() => container.setIommu(8))], ["noiommu", "EINVAL"]);
  assertEquals(extensions(), [8]);
  using memory = host.allocate(4096);
  const codes = [
    codeOf(() => container.iommu.info()),
    codeOf(() => container.iommu.map({ iova: 0x1000n, vaddr: memory.vaddr, size: 4096n, read: true })),
    codeOf(() => container.iommu.unmap({ iova: 0x1000n, size: 4096n })),
    codeOf(() => container.iommu.dirty.start()),
  ];
  assertEquals(codes, Array(4).fill("ENOTTY"));
});

Deno.test("The kernel's mode is looked at whenever somebody asks; devices go on without it", () => {
  const host = machine();
  using edu = open(host);
  const { container, group } = edu;
  host.sysfs.writeParameter(MODE, false);
  assertEquals(container.supports("noiommu"), false);
  using other = host.groups.openContainer();
  assertEquals([1, 3, 8].map((extension) => other.supports(extension)), [true, true, false]);
  edu.device[Symbol.dispose]();
  group.openDevice(EDU)[Symbol.dispose]();
  group.unsetContainer();
  group.setContainer(container);
  assertEquals(codeOf(() => container.setIommu("noiommu")), "ENODEV");
  host.sysfs.writeParameter(MODE, true);
  container.setIommu("noiommu");
});

Deno.test("Every step to a device without an IOMMU needs CAP_SYS_RAWIO", () => {
  const steps = (dropBefore: number) => {
    const host = machine();
    const taken: string[] = [];
    const step = (call: () => unknown) => {
      if (taken.length === dropBefore) host.dropCapabilities("CAP_SYS_RAWIO");
      taken.push(codeOf(call));
    };
    using group = host.groups.openGroup(0, { noIommu: true });
    using container = host.groups.openContainer();
    step(() => group.setContainer(container));
    if (taken.includes("EPERM")) return taken;
    step(() => container.setIommu("noiommu"));
    if (taken.includes("EPERM")) return taken;
    step(() => group.openDevice(EDU)[Symbol.dispose]());
    return taken;
  };
  assertEquals([0, 1, 2, 3].map(steps), [["EPERM"], ["0", "EPERM"], ["0", "0", "EPERM"], ["0", "0", "0"]]);
});

Deno.test("Without an IOMMU a device is given physical addresses, and reaches all memory", () => {
  const host = machine();
  using edu = open(host);
  using memory = host.allocate(4096);
  memory.write32(0, 0x1234_5678);
  const physical = memory.physicalAddress(0);
  readByDma(host, edu.device, physical);
  writeByDma(host, edu.device, physical + 8n);
  assertEquals(memory.read32(8), 0x1234_5678);
  writeByDma(host, edu.device, 0xff0_0000n);
  assertEquals(host.faults(), [], "nobody looks");
});

Deno.test("A container holds groups with an IOMMU, or groups without: the other kind is EPERM", () => {
  const host = new EmulatedHost({ parameters: ON })
    .plug(EDU, new EmulatedEdu(), { noIommu: true })
    .plug(NVME, passiveNvme(), { group: 7 });
  using bare = host.groups.openGroup(0, { noIommu: true });
  using real = host.groups.openGroup(7);
  using container = host.groups.openContainer();
  bare.setContainer(container);
  assertEquals(codeOf(() => real.setContainer(container)), "EPERM");
  container.setIommu("noiommu");
  assertEquals(codeOf(() => real.setContainer(container)), "EPERM");
  bare.unsetContainer();
  real.setContainer(container);
  assertEquals(codeOf(() => bare.setContainer(container)), "EPERM");
  container.setIommu("type1");
  assertEquals(codeOf(() => bare.setContainer(container)), "EPERM");
});
