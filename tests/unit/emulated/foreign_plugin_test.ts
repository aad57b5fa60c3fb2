import { assertEquals, assertThrows } from "@std/assert";
import { VfioError } from "../../../core/errors.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { Type1Plugin } from "../../../iommu/mod.ts";
import type { IommuPlugin, IommuProcess } from "../../../iommu/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { readByDma, writeByDma } from "./edu_dma.ts";
import { codeOf } from "./ready.ts";
import { SPAPR_TCE, WINDOW, WindowPlugin } from "./window_plugin.ts";

const EDU = "0000:00:04.0";
const OTHER = "0000:00:05.0";
const PAGE = 4096n;

function machine() {
  const plugin = new WindowPlugin();
  const host = new EmulatedHost().registerIommu(plugin)
    .plug(EDU, new EmulatedEdu(), { group: 3 }).plug(OTHER, new EmulatedEdu(), { group: 4 });
  return { host, plugin };
}

function open(host: EmulatedHost) {
  using stack = new DisposableStack();
  const container = stack.use(host.groups.openContainer());
  const group = stack.use(host.groups.openGroup(3));
  group.setContainer(container);
  const iommu = container.setIommu(SPAPR_TCE);
  const device = stack.use(group.openDevice(EDU));
  const memory = stack.use(host.allocate(8192));
  const all = stack.move();
  return { container, iommu, device, memory, [Symbol.dispose]: () => all.dispose() };
}

Deno.test("Container.supports() asks every driver before one is set, and that one alone after", () => {
  const { host, plugin } = machine();
  const asked = (container: { supports(extension: number): boolean }) =>
    [1, SPAPR_TCE, 3, 9].filter((extension) => container.supports(extension));
  using container = host.groups.openContainer();
  assertEquals(asked(container), [1, SPAPR_TCE, 3, 9]);
  using group = host.groups.openGroup(3);
  group.setContainer(container);
  container.setIommu("type1v2");
  assertEquals(asked(container), [1, 3, 9]);
  assertEquals(plugin.opened, []);
  group.unsetContainer();
  group.setContainer(container);
  assertEquals(container.setIommu(SPAPR_TCE).type, SPAPR_TCE);
  assertEquals(asked(container), [SPAPR_TCE]);
  assertEquals(plugin.opened, [SPAPR_TCE]);
});

Deno.test("A driver of another kind answers requests in its own way", () => {
  const { host } = machine();
  using edu = open(host);
  const { iommu, memory: { vaddr } } = edu;
  assertEquals(iommu.info().ranges, [WINDOW]);
  const map = (iova: bigint, size = PAGE) =>
    codeOf(() => iommu.map({ iova, vaddr, size, read: true, write: true }));
  assertEquals([map(WINDOW.start), map(WINDOW.start + PAGE), map(WINDOW.start)], ["0", "0", "EBUSY"]);
  assertEquals([map(WINDOW.last + 1n), map(0n), map(WINDOW.start, 2n * PAGE)], Array(3).fill("EINVAL"));
  assertEquals(host.lockedMemory, 8192);
  const unmap = (iova: bigint, size: bigint, all = false) => codeOf(() => iommu.unmap({ iova, size, all }));
  assertEquals([unmap(WINDOW.start, 2n * PAGE), unmap(0n, 0n, true)], ["EINVAL", "EINVAL"], "not by range");
  assertEquals(iommu.unmap({ iova: WINDOW.start, size: PAGE }), PAGE);
  assertEquals(host.lockedMemory, 4096);
  assertEquals(codeOf(() => iommu.dirty.start()), "ENOTTY");
});

Deno.test("A device's DMA goes through the driver of another kind: mapped it arrives, elsewhere it faults", () => {
  const { host } = machine();
  using edu = open(host);
  const { iommu, memory, device } = edu;
  memory.write32(0, 0x1234_5678);
  iommu.map({ iova: WINDOW.start, vaddr: memory.vaddr, size: PAGE, read: true });
  iommu.map({ iova: WINDOW.last - PAGE + 1n, vaddr: memory.vaddr + PAGE, size: PAGE, write: true });
  readByDma(host, device, WINDOW.start);
  writeByDma(host, device, WINDOW.last - 3n);
  assertEquals(memory.read32(8188), 0x1234_5678);
  assertEquals(host.faults(), []);
  writeByDma(host, device, WINDOW.start + 8n);
  writeByDma(host, device, WINDOW.last + 1n);
  const reason = `EEH: DMA of ${EDU} outside its window, or without right`;
  assertEquals(host.faults(), [
    { address: EDU, iova: WINDOW.start + 8n, write: true, reason },
    { address: EDU, iova: WINDOW.last + 1n, write: true, reason },
  ]);
});

Deno.test("A driver of another kind refuses a second group, and lets all go with the first", () => {
  const { host } = machine();
  {
    using edu = open(host);
    using other = host.groups.openGroup(4);
    assertEquals(codeOf(() => other.setContainer(edu.container)), "EBUSY");
    edu.iommu.map({ iova: WINDOW.start, vaddr: edu.memory.vaddr, size: PAGE, read: true });
    assertEquals(host.lockedMemory, 4096);
  }
  assertEquals(host.lockedMemory, 0);
});

Deno.test("EmulatedHost.registerIommu() has containers ask the newest driver first, and the others when it fails", () => {
  const { host } = machine();
  const asked: string[] = [];
  class Picky extends Type1Plugin {
    override readonly name: string;
    constructor(name: string) {
      super();
      this.name = name;
    }
    override open(...args: Parameters<Type1Plugin["open"]>) {
      asked.push(this.name);
      return this.name === "refuses" ? super.open(9, args[1]) : super.open(...args);
    }
  }
  host.registerIommu(new Picky("takes")).registerIommu(new Picky("refuses"));
  using container = host.groups.openContainer();
  using group = host.groups.openGroup(3);
  group.setContainer(container);
  container.setIommu("type1");
  assertEquals(asked, ["refuses", "takes"]);
});

/** A driver of type 77 that does what a test says. */
function driver(open: IommuPlugin["open"]): IommuPlugin {
  return { name: "test", supports: (extension) => extension === 77, open };
}

/** A container with two groups of `host`'s. */
function twoGroups(host: EmulatedHost) {
  using stack = new DisposableStack();
  const container = stack.use(host.groups.openContainer());
  for (const id of [3, 4]) stack.use(host.groups.openGroup(id)).setContainer(container);
  const all = stack.move();
  return { container, [Symbol.dispose]: () => all.dispose() };
}

Deno.test("Container.setIommu() takes groups out again that were in when a later one is refused", () => {
  const { host } = machine();
  const told: string[] = [];
  host.registerIommu(
    driver((type, iommuHost) =>
      Object.assign(new Type1Plugin().open(1, iommuHost), {
        type,
        attachGroup: ({ id }: { readonly id: number }, operation: string) => {
          told.push(`+${id}`);
          if (id === 4) throw new VfioError({ code: "EPERM", operation, subject: "group 4" });
        },
        detachGroup: ({ id }: { readonly id: number }) => void told.push(`-${id}`),
      })
    ),
  );
  using groups = twoGroups(host);
  assertEquals(codeOf(() => groups.container.setIommu(77)), "EPERM");
  assertEquals([told, groups.container.iommu.type], [["+3", "+4", "-3"], undefined]);
  groups.container.setIommu("type1");
});

Deno.test("Container.setIommu() passes on what is no errno", () => {
  const { host } = machine();
  host.registerIommu(driver(() => {
    throw new TypeError("the driver's own");
  }));
  using groups = twoGroups(host);
  assertThrows(() => groups.container.setIommu(77), TypeError, "the driver's own");
});

Deno.test("IommuProcess.charge() counts for the process up to its limit", () => {
  const { host } = machine();
  const user = host.process({ uid: 1000, memlock: 8192 });
  const processes: IommuProcess[] = [];
  host.registerIommu(driver((_type, iommuHost, process) => {
    processes.push(process);
    return new Type1Plugin().open(1, iommuHost);
  }));
  host.chown(3, 1000);
  using container = user.groups.openContainer();
  using group = user.groups.openGroup(3);
  group.setContainer(container);
  container.setIommu(77);
  const [process] = processes;
  assertEquals([codeOf(() => process?.charge(8192n)), user.lockedMemory], ["0", 8192]);
  assertEquals([codeOf(() => process?.charge(1n)), user.lockedMemory], ["ENOMEM", 8192]);
  process?.uncharge(8192n);
  assertEquals(user.lockedMemory, 0);
});
