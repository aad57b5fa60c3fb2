import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { reportHtml } from "../../../views/report.ts";
import { reportJson } from "../../../views/report_json.ts";
import { DISK_SERIAL, sampleReport } from "./sample.ts";
import { readXml } from "./well_formed.ts";

const HTML = reportHtml(sampleReport());
const ELEMENTS = readXml(HTML);

function textsOf(name: string): string[] {
  return ELEMENTS.filter((element) => element.name === name).map(({ text }) => text);
}

Deno.test("reportHtml() forbids the browser to run and to fetch, before anything else", () => {
  const [html, head, charset, policy] = ELEMENTS;
  assertEquals([html?.attributes.get("lang"), head?.name, charset?.attributes.get("charset")], [
    "en",
    "head",
    "utf-8",
  ]);
  assertEquals(policy?.attributes.get("http-equiv"), "Content-Security-Policy");
  assertEquals(policy?.attributes.get("content"), "default-src 'none'; style-src 'unsafe-inline'");
});

Deno.test("reportHtml() has a section for each device, and links that lead to it", () => {
  const links = ELEMENTS.filter(({ name }) => name === "a").map(({ attributes }) => attributes.get("href"));
  const ids = ELEMENTS.flatMap(({ attributes }) => attributes.get("id") ?? []);
  assertEquals(links, ids.map((id) => `#${id}`));
  assertEquals(ids.length, 8);
  assertEquals(new Set(ids).size, 8);
});

Deno.test("reportHtml() shows machine, checks with remedies, devices, groups, DMA and measurements", () => {
  assertEquals(textsOf("h1").length, 1);
  assertEquals(textsOf("h2").slice(0, 6), [
    "Machine",
    "Checks",
    "Devices",
    "IOMMU groups",
    "DMA address spaces",
    "Measurements",
  ]);
  assert(textsOf("span").some((text) => text.endsWith("/driver_override")));
  assert(textsOf("span").includes("✗ problem") && textsOf("span").includes("✗ blocked"));
  assertStringIncludes(HTML, "nearest mapping ends 78 MiB below");
});

Deno.test("reportHtml() shows of a device what its config space says", () => {
  const values = textsOf("bdi");
  for (
    const text of ["0x0103  I/O+ Mem+ BusMaster- DisINTx-", "1234:11e8 rev 10", "32-bit memory at 0x80000000"]
  ) {
    assert(values.includes(text), text);
  }
  assert(values.includes("Single Root I/O Virtualization"));
});

Deno.test("reportHtml() shows capabilities in the words of who decoded them", () => {
  const data = sampleReport();
  const [device] = data.devices;
  assert(device !== undefined);
  const registers = { message: { at: 2, width: 16, fields: { armed: 0 } } } as const;
  const capabilities = [{ name: "My MSI", at: 0x40, registers, fields: [{ name: "armed", value: false }] }];
  const html = reportHtml({ ...data, devices: [{ ...device, capabilities }] });
  assertStringIncludes(html, "<bdi>My MSI</bdi>");
  assertStringIncludes(html, "<dt><bdi>armed</bdi></dt><dd><bdi>no</bdi></dd>");
  assertStringIncludes(html, "message at 0x42, 16 bits: 0x0080\narmed 0x0");
});

Deno.test("reportHtml() decodes capabilities where nobody did, and tells bits that are set from those that are not", () => {
  assertStringIncludes(
    HTML,
    '<dt><bdi>control</bdi></dt><dd><ul class="fields"><li><bdi class="dim">enable-</bdi></li>',
  );
  assertStringIncludes(HTML, '<bdi class="on">address64+</bdi>');
  assertStringIncludes(HTML, '<bdi class="dim">type</bdi> <bdi>root port</bdi>');
});

Deno.test("reportHtml() gives each table cell and drawing a name", () => {
  for (const { attributes } of ELEMENTS.filter(({ name }) => name === "td")) {
    assert(attributes.has("data-label"));
  }
  for (const { attributes } of ELEMENTS.filter(({ name }) => name === "th")) {
    assertEquals(attributes.get("scope"), "col");
  }
  for (const { attributes } of ELEMENTS.filter(({ name }) => name === "svg")) {
    assert(
      attributes.get("aria-hidden") === "true" ||
        (attributes.get("role") === "img" && attributes.has("aria-label")),
    );
  }
});

Deno.test("reportHtml() of nothing is a page, too", () => {
  const html = reportHtml({ machine: [], devices: [] });
  readXml(html);
  assertStringIncludes(html, "No devices.");
});

Deno.test("reportHtml() takes a config space that ends anywhere", () => {
  const data = sampleReport();
  const [device] = data.devices;
  assert(device?.config !== undefined);
  for (const size of [0, 1, 4, 5, 6, 64, 65, 256]) {
    readXml(reportHtml({ machine: [], devices: [{ ...device, config: device.config.subarray(0, size) }] }));
  }
});

Deno.test("reportHtml() lists what IOMMUs blocked", () => {
  const fault = {
    seconds: 12.5,
    address: "0000:00:04.0",
    iova: 0x5000000n,
    write: true,
    reason: "no write access",
  };
  const html = reportHtml({ ...sampleReport(), faults: [fault] });
  assertStringIncludes(
    html,
    "<h2>Blocked DMA</h2>\n<dl>\n<dt><bdi>12.500000 s</bdi></dt>" +
      "<dd><bdi>0000:00:04.0 wanted to write 0x5000000: no write access</bdi></dd>",
  );
});

Deno.test("reportHtml() says that capabilities come behind what could be read", () => {
  const data = sampleReport();
  const devices = data.devices.map((device) => ({
    ...device,
    config: device.config?.subarray(0, 64) ?? new Uint8Array(),
  }));
  const html = reportHtml({ ...data, devices });
  assertEquals(html.match(/Only 64 bytes could be read: capabilities come behind them\./g)?.length, 8);
});

Deno.test("reportHtml() and reportJson() keep serial numbers where they are to stay, and say so", () => {
  const data = sampleReport();
  const serial = "52-54-00-ff-ff-12-34-56";
  for (const write of [reportHtml, reportJson]) {
    assertEquals([write(data).includes(serial), write(data, { keepSerials: true }).includes(serial)], [
      false,
      true,
    ]);
    assertStringIncludes(write(data, { keepSerials: true }), DISK_SERIAL);
  }
  assertStringIncludes(HTML, "Serial numbers are taken out.");
  assertStringIncludes(reportHtml(data, { keepSerials: true }), "Serial numbers are in it.");
});
