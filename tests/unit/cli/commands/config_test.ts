import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EmulatedEdu, EmulatedNvme } from "../../../../devices/mod.ts";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";
import { formatDump } from "../../../../pci/mod.ts";
import { documentOf, vfio } from "../captured_io.ts";

const EDU = "0000:00:04.0";

function machine(): EmulatedHost {
  return new EmulatedHost().plug(EDU, new EmulatedEdu()).plug("0000:00:05.0", new EmulatedNvme(), {
    driver: "nvme",
  });
}

function dumpOf(host: EmulatedHost, address: string, change: (bytes: Uint8Array) => void = () => {}): string {
  const bytes = new Uint8Array(4096);
  const size = host.host.readConfig(address, 0, bytes);
  change(bytes);
  return formatDump([{ address, title: "a card", bytes: bytes.slice(0, size) }]);
}

Deno.test("config get prints registers with their fields, and leaves the device as it is", async () => {
  const backend = machine();
  const calls = backend.calls.trace();
  const { status, out, err } = await vfio(["config", "00:04.0", "get", "COMMAND", "CAP_MSI+2.w"], {
    backend,
  });
  assertEquals([status, err], [0, ""]);
  assertMatch(out, /^COMMAND {2}0x0103 {2}at 0x004\n {2}ioSpace\+ memorySpace\+ busMaster- /);
  assertStringIncludes(out, "CAP_MSI+2.w  0x0080  at 0x042  MSI\n  enable- ");
  assertEquals(calls.filter(({ operation }) => operation.startsWith("VFIO_")), []);
});

Deno.test("config get works on a device that a driver of the kernel has", async () => {
  const { status, out } = await vfio(["config", "00:05.0", "get", "CAP_EXP+8.w"], { backend: machine() });
  assertEquals(status, 0);
  assertStringIncludes(out, "maxPayload=128");
});

Deno.test("config get --raw prints bare digits, as setpci does", async () => {
  const { out } = await vfio(["config", "1234:11e8", "get", "VENDOR_ID", "8.b", "--raw"], {
    backend: machine(),
  });
  assertEquals(out, "1234\n10\n");
});

Deno.test("config get --json has values, places and fields", async () => {
  const backend = machine();
  assertEquals(documentOf(await vfio(["config", EDU, "get", "VENDOR_ID", "--json"], { backend })), {
    device: EDU,
    source: "sysfs",
    registers: [
      { register: "VENDOR_ID", at: "0x000", width: 16, value: "0x1234", fields: { vendorId: "0x1234" } },
    ],
  });
  const throughVfio = documentOf(
    await vfio(["config", EDU, "get", "VENDOR_ID", "--vfio", "--json"], { backend }),
  );
  assertEquals(throughVfio["source"], "vfio");
  assertEquals(backend.holdings().descriptors, 0);
});

Deno.test("config get says who may read the rest, with status 4", async () => {
  const backend = machine().process({ uid: 1000 });
  assertEquals((await vfio(["config", EDU, "get", "COMMAND"], { backend })).status, 0);
  const { status, err } = await vfio(["config", EDU, "get", "CAP_MSI+2.w"], { backend });
  assertEquals(status, 4);
  assertStringIncludes(err, "this user may read 64 bytes of it");
});

Deno.test("config set writes through VFIO and names what changes", async () => {
  const backend = machine();
  const { status, out, err } = await vfio(["config", EDU, "set", "COMMAND=4:4", "INTERRUPT_LINE=b"], {
    backend,
  });
  assertEquals(status, 0);
  assertEquals(
    out,
    "COMMAND  0x0103 -> 0x0107\n  command.busMaster  - -> +\n" +
      "INTERRUPT_LINE  0x0a -> 0x0b\n  interruptLine  0xa -> 0xb\n",
  );
  assertStringIncludes(err, "--hold keeps it open");
  assertEquals(backend.holdings(), { descriptors: 0, mappings: 0 });
});

Deno.test("config set tells what the kernel or the device keeps", async () => {
  const { status, out } = await vfio(["config", EDU, "set", "VENDOR_ID=1"], { backend: machine() });
  assertEquals([status, out], [
    0,
    "VENDOR_ID  0x1234 -> 0x0001  reads 0x1234: the kernel or the device keeps the rest\n",
  ]);
});

Deno.test("config set writes values into registers that follow each other", async () => {
  const result = await vfio(["config", EDU, "set", "3c.b=1,2:0,3:0", "--json"], { backend: machine() });
  const registers = documentOf(result)["registers"] as { register: string; at: string; written: string }[];
  assertEquals(registers.map(({ register, at, written }) => [register, at, written]), [
    ["3c.b", "0x03c", "0x01"],
    ["0x03d", "0x03d", "0x01"],
    ["0x03e", "0x03e", "0x00"],
  ]);
});

Deno.test("config set --dry-run opens nothing, and works on any device", async () => {
  const backend = machine();
  const calls = backend.calls.trace();
  const { status, out } = await vfio(["config", "00:05.0", "set", "COMMAND=4:4", "--dry-run"], { backend });
  assertEquals([status, out], [0, "COMMAND  0x0103 -> 0x0107\n  command.busMaster  - -> +\n"]);
  assertEquals(calls.filter(({ operation }) => operation.startsWith("VFIO_")), []);
});

Deno.test("config set refuses a device that vfio-pci does not have, with the command that helps", async () => {
  const { status, out, err } = await vfio(["config", "00:05.0", "set", "COMMAND=4:4"], {
    backend: machine(),
  });
  assertEquals([status, out], [1, ""]);
  assertStringIncludes(err, "nvme has it, not vfio-pci");
  assertStringIncludes(err, "run: sudo vfio bind 0000:00:05.0");
});

Deno.test("config set changes nothing when one of its registers is not there", async () => {
  const backend = machine();
  const result = await vfio(["config", EDU, "set", "COMMAND=4:4", "CAP_EXP+8.w=1"], { backend });
  assertEquals([result.status, result.out], [1, ""]);
  assertStringIncludes(result.err, "has no capability PCI Express");
  assertEquals((await vfio(["config", EDU, "set", "fc.l=0,0"], { backend })).status, 1);
});

Deno.test("config set --hold keeps the device open until Ctrl-C, and closes it then", async () => {
  const backend = machine();
  let whileHeld = 0;
  const { status, err, listening } = await vfio(["config", EDU, "set", "COMMAND=4:4", "--hold"], {
    backend,
    interrupt: (press) => {
      whileHeld = backend.holdings().descriptors;
      queueMicrotask(press);
    },
  });
  assertEquals([status, listening, whileHeld > 0, backend.holdings().descriptors], [130, false, true, 0]);
  assertStringIncludes(err, "Holding the device open");
});

Deno.test("config diff compares a dump with the device, field by field and word by word", async () => {
  const backend = machine();
  const files = new Map([["before.txt", dumpOf(backend, EDU, (bytes) => bytes[4] = 0x07)]]);
  const { status, out, err } = await vfio(["config", "00:04.0", "diff", "before.txt"], { backend, files });
  assertEquals(
    [status, out],
    [0, "command.busMaster  + -> -\n0x004  0x00100107 -> 0x00100103\n"],
  );
  assertEquals(err, "1 field differs, in 1 of 64 words\n");
});

Deno.test("config diff compares two dumps without a device, and the part that both have", async () => {
  const backend = machine();
  const nvme = dumpOf(backend, "0000:00:05.0");
  const files = new Map([["a", nvme], ["b", nvme.split("\n").slice(0, 5).join("\n")]]);
  const { status, out, err } = await vfio(["config", "00:05.0", "diff", "a", "b"], { files });
  assertEquals([status, out], [0, ""]);
  assertStringIncludes(err, "No difference in 64 bytes");
  assertStringIncludes(err, "one side has 4096, the other 64");
  const document = documentOf(
    await vfio(["config", "00:05.0", "diff", "-", "a", "--json"], { files, input: nvme }),
  );
  assertEquals(document, { device: "0000:00:05.0", size: 4096, fields: [], words: [] });
});

Deno.test("config diff says what is wrong with a file", async () => {
  const backend = machine();
  const two = dumpOf(backend, EDU) + dumpOf(backend, "0000:00:05.0");
  const files = new Map([["two", two], ["prose", "no \x1b[2Jdump"]]);
  const missing = await vfio(["config", "07:00.0", "diff", "two", "two"], { files });
  assertEquals(missing.status, 1);
  assertStringIncludes(missing.err, "two has no 0000:07:00.0: it has 0000:00:04.0, 0000:00:05.0");
  const prose = await vfio(["config", "07:00.0", "diff", "prose", "two"], { files });
  assertEquals([prose.status, prose.err.includes("\x1b")], [1, false]);
  assertStringIncludes(prose.err, "run: sudo lspci -xxxx > dump.txt");
});

Deno.test("config refuses wrong usage with status 2", async () => {
  const backend = machine();
  for (
    const args of [
      ["get"],
      ["get", "TOASTER"],
      ["set", "COMMAND"],
      ["set", "COMMAND=\x1b[2J"],
      ["poke", "COMMAND"],
      ["diff", "a", "b", "c"],
      ["get", "COMMAND", "--hold"],
      ["set", "COMMAND=1", "--raw"],
    ]
  ) {
    const { status, out, err } = await vfio(["config", EDU, ...args], { backend });
    assertEquals([status, out, err.includes("\x1b")], [2, "", false], args.join(" "));
  }
  assertEquals((await vfio(["config", "09:00.0", "get", "COMMAND"], { backend })).status, 5);
});
