import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { reportHtml, reportJson } from "../../../views/mod.ts";
import type { ReportData } from "../../../views/mod.ts";
import { redactReport } from "../../../views/redaction.ts";
import { redactConfig } from "../../../views/serial_numbers.ts";
import { configOf, DISK_SERIAL, sampleHost, sampleReport } from "./sample.ts";

const CONFIG = configOf(sampleHost(), "0000:02:00.0");
const { serials: FORMS } = redactConfig(CONFIG);
const [ENTRY] = sampleHost().host.list();
assert(ENTRY !== undefined);

function withTexts(text: string): ReportData {
  const facts = [{ name: "Note", value: text }];
  const checks = [{ state: "ok" as const, name: text, text, remedies: [{ id: "A", text, command: text }] }];
  return {
    title: text,
    created: text,
    machine: facts,
    checks,
    devices: [{
      entry: { ...ENTRY as object, driver: text } as typeof ENTRY & object,
      name: text,
      facts,
      checks,
      config: CONFIG,
    }],
    types: new Map([[1, text]]),
    holders: new Map([[1, text]]),
    reserved: new Map([[1, [{ start: 0n, last: 1n, type: text }]]]),
    dma: [{
      mappings: [{ start: 0n, last: 1n, name: text }],
      fault: { address: text, iova: 9n, write: true, reason: text },
    }],
    serials: ["NVME-SN-77"],
  };
}

Deno.test("redactReport() takes a serial number out of every text, however it is written", () => {
  for (const form of [...FORMS, FORMS[0]?.toUpperCase() ?? "", "NVME-SN-77", "nvme-sn-77"]) {
    const data = withTexts(`of ${form} it`);
    for (
      const output of [reportHtml(data), reportJson(data), Deno.inspect(redactReport(data), { depth: 20 })]
    ) {
      assert(!output.toLowerCase().includes(form.toLowerCase()), form);
    }
    assertEquals(redactReport(data).title, "of (redacted) it");
  }
});

Deno.test("redactReport() takes out what is called a serial number, whatever its spelling", () => {
  const names = [
    "Serial number",
    "serialNumber",
    "serial_no",
    "Board serial",
    "SN",
    "S/N",
    "EUI-64",
    "nguid",
    "FGUID",
    "Asset tag",
  ];
  const others = ["Serial port", "Snapshot", "Serialized", "Model", "GUIDs"];
  const machine = [...names, ...others].map((name) => ({ name, value: 0x1234_5678n }));
  const taken = redactReport({ machine, devices: [] }).machine.filter(({ value }) => value === "(redacted)");
  assertEquals(taken.map(({ name }) => name), names);
});

Deno.test("redactReport() finds again elsewhere what is called a serial number", () => {
  const machine = [{ name: "SN", value: "S1234567" }, { name: "Log", value: "disk s1234567 is (S1234567)" }];
  assertEquals(redactReport({ machine, devices: [] }).machine[1]?.value, "disk (redacted) is ((redacted))");
});

Deno.test("redactReport() looks into fields of fields", () => {
  const machine = [
    {
      name: "Controller",
      value: [{ name: "SN", value: "S1234567" }, { name: "model", value: "S1234567 X" }],
    },
    { name: "Serial port", value: [{ name: "irq", value: 4 }] },
  ];
  assertEquals(redactReport({ machine, devices: [] }).machine, [
    {
      name: "Controller",
      value: [{ name: "SN", value: "(redacted)" }, { name: "model", value: "(redacted) X" }],
    },
    { name: "Serial port", value: [{ name: "irq", value: 4 }] },
  ]);
});

Deno.test("redactReport() does not take words for serial numbers", () => {
  const machine = [{ name: "Serial", value: "unknown" }, { name: "State", value: "unknown, 1" }, {
    name: "sn",
    value: "1",
  }];
  assertEquals(redactReport({ machine, devices: [] }).machine[1]?.value, "unknown, 1");
});

Deno.test("redactReport() takes out all that the capabilities of serial numbers say", () => {
  const fields = [{ name: "lower", value: 0xff12_3456 }, { name: "upper", value: 0x5254_00ff }];
  const capabilities = [
    { name: "Device Serial Number", at: 0x140, fields },
    { name: "Advanced Error Reporting", at: 0x100, fields: [{ name: "status", value: 1 }] },
  ];
  assert(ENTRY !== undefined);
  const [device] =
    redactReport({ machine: [], devices: [{ entry: ENTRY, config: CONFIG, capabilities }] }).devices;
  assertEquals(device?.capabilities?.map(({ fields }) => fields.map(({ value }) => value)), [
    ["(redacted)", "(redacted)"],
    [1],
  ]);
});

Deno.test("redactReport() takes serial numbers out of config spaces, also out of JSON and the map", () => {
  const data = sampleReport();
  for (const output of [reportHtml(data), reportJson(data)]) {
    for (const text of ["563412ffff005452", DISK_SERIAL, "PF3ABCDE", "53344557"]) {
      assert(!output.includes(text), text);
    }
  }
  const json = JSON.parse(reportJson(data));
  assertEquals(
    json.devices[5].config.slice(2 * 0x140, 2 * 0x14c),
    "030001000000000000000000",
  );
  assertEquals(json.devices[5].capabilities.at(-1).fields, [{ name: "serialNumber", value: "(redacted)" }]);
  assertEquals(json.devices[5].hidden, [{ at: 0x144, size: 8, name: "serial number" }]);
});

Deno.test("redactReport() changes nothing of what it is given, and nothing twice", () => {
  const data = sampleReport();
  const before = Deno.inspect(data, { depth: 20, iterableLimit: 1e6 });
  const once = redactReport(data);
  assertEquals(Deno.inspect(data, { depth: 20, iterableLimit: 1e6 }), before);
  assertStrictEquals(once.latencies?.[0], data.latencies?.[0]);
  assertEquals(redactReport(once).machine, once.machine);
  assertEquals(
    redactReport(once).devices.map(({ config }) => config),
    once.devices.map(({ config }) => config),
  );
});
