import { assertEquals } from "@std/assert";
import type { Backend } from "../../../../mod.ts";
import { openDevice } from "../../../../mod.ts";
import { Context } from "../../../../cli/context.ts";
import type { Io } from "../../../../cli/io.ts";
import { gatherReport } from "../../../../cli/report/gather.ts";
import type { ReportData } from "../../../../views/mod.ts";
import { EDU, machine, NIC, NVME, PORT, SIBLING } from "../machine.ts";

const OPTIONS = {
  json: false,
  quiet: false,
  verbose: false,
  dryRun: false,
  color: false,
  emulated: undefined,
};

function gather(backend: Backend, ...words: readonly string[]): ReportData {
  const sink = { write: () => {}, colour: false, columns: undefined };
  const io = { out: sink, err: sink, backend: () => backend } as unknown as Io;
  using context = new Context(io, OPTIONS);
  return gatherReport(context, words, "now");
}

/** What was checked of each device, by its address. */
function checksOf({ devices }: ReportData): Record<string, readonly string[]> {
  return Object.fromEntries(
    devices.map(({ entry, checks = [] }) => [
      entry.address,
      checks.filter(({ state }) => state !== "ok").map(({ name }) => name),
    ]),
  );
}

Deno.test("gatherReport() says what is wrong with what is VFIO's, and leaves in peace what the machine runs on", () => {
  assertEquals(checksOf(gather(machine())), {
    [EDU]: [],
    [NVME]: [],
    [SIBLING]: ["Group 1 viable"],
    [PORT]: [],
    [NIC]: [],
  });
});

Deno.test("gatherReport() of a device says what is in the way of using it", () => {
  assertEquals(checksOf(gather(machine(), "eth0")), { [NIC]: ["Binding", "In use"] });
  const states = (data: ReportData) =>
    new Set(data.devices.flatMap(({ checks = [] }) => checks.map(({ state }) => state)));
  assertEquals([...states(gather(machine(), EDU))], ["ok"]);
  assertEquals([...states(gather(machine()))], ["problem"]);
});

Deno.test("gatherReport() has what helps at each check, and what blocks a group", () => {
  const { checks = [] } = gather(machine());
  const [viable] = checks.filter(({ name }) => name === "Group 1 viable");
  assertEquals([viable?.state, (viable?.remedies?.length ?? 0) > 0], ["problem", true]);
});

Deno.test("gatherReport() tells who has a device open", () => {
  const backend = machine();
  using _open = openDevice(EDU, { backend: backend.process({ command: "driver" }) });
  const { devices, holders } = gather(backend);
  assertEquals(devices[0]?.facts?.find(({ name }) => name === "Open in")?.value, holders?.get(0));
  assertEquals(holders?.get(0)?.endsWith("(driver)"), true);
});

Deno.test("gatherReport() has what IOMMUs blocked: of all, of the devices that are named, of none without the right", () => {
  const backend = machine();
  for (const address of [EDU, NIC]) {
    backend.log(
      `DMAR: [DMA Write NO_PASID] Request device [${address}] fault addr 0x5000 [fault reason 0x05] no`,
    );
  }
  assertEquals(gather(backend).faults?.map(({ address, iova }) => [address, iova]), [[EDU, 0x5000n], [
    NIC,
    0x5000n,
  ]]);
  assertEquals(gather(backend, NIC).faults?.map(({ address }) => address), [NIC]);
  const guest = gather(backend.process({ uid: 1000 }));
  assertEquals(guest.faults, []);
  assertEquals(
    guest.machine.some(({ name, value }) => name === "Kernel log" && String(value).startsWith("not")),
    true,
  );
});

Deno.test("gatherReport() keeps the last faults of a device that went wild", () => {
  const backend = machine();
  for (let i = 0; i < 100; i++) {
    backend.log(
      `DMAR: [DMA Write NO_PASID] Request device [${EDU}] fault addr 0x${i}000 [fault reason 0x05] no`,
    );
  }
  const { faults = [] } = gather(backend);
  assertEquals([faults.length, faults.at(-1)?.iova], [50, 0x99000n]);
});

Deno.test("gatherReport() goes on where a device does not answer, and says so", () => {
  const backend = machine();
  backend.inject(NIC, "answers-all-ones");
  const { devices } = gather(backend);
  assertEquals(devices.find(({ entry }) => entry.address === NIC)?.checks?.[0], {
    state: "problem",
    name: "Config space",
    text: "all bytes are ff: the device does not answer",
  });
});

Deno.test("gatherReport() goes on where a config space cannot be read, and says so", () => {
  const backend = machine();
  const read = backend.host.readConfig.bind(backend.host);
  Object.defineProperty(backend.host, "readConfig", {
    value: (address: string, ...rest: [number, Uint8Array<ArrayBuffer>]) =>
      address === NIC ? 0 : read(address, ...rest),
  });
  const nic = gather(backend).devices.find(({ entry }) => entry.address === NIC);
  assertEquals([nic?.config, nic?.checks?.[0]?.state], [undefined, "warning"]);
});

Deno.test("gatherReport() tells of a device what the machine knows, and leaves out what it does not", () => {
  const backend = machine();
  backend.surroundings.power(EDU, "unknown").count(EDU, { correctable: 2, nonfatal: 0, fatal: 0 });
  backend.surroundings.power(NIC, "D3hot").count(NIC, { correctable: 0, nonfatal: 0, fatal: 0 });
  const factsOf = (address: string) => {
    const { facts = [] } = gather(backend).devices.find(({ entry }) => entry.address === address) ?? {};
    return Object.fromEntries(facts.map(({ name, value }) => [name, value]));
  };
  assertEquals(factsOf(EDU), {
    IOMMU: "dmar0",
    Resets: "none of the function's own",
    Errors: "2 correctable since boot",
  });
  assertEquals(factsOf(NIC), {
    IOMMU: "dmar0",
    Resets: "flr, bus",
    Power: "D3hot",
    "Known as": "eth0",
    "In use": "eth0: default route",
    Errors: "none since boot",
  });
});
