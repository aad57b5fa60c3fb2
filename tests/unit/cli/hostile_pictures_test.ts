import { assertEquals } from "@std/assert";
import { reportHtml } from "../../../views/mod.ts";
import { hostileReport, hostileViews } from "../views/hostile.ts";
import { activeParts, readXml } from "../views/well_formed.ts";
import { vfio } from "./captured_io.ts";
import { EVIL, shown, WORDS } from "./hostile_data.ts";
import { hostileWorld } from "./hostile_machine.ts";
import { EDU, NVME } from "./machine.ts";

Deno.test("reportHtml() and View.svg() are well-formed and inactive, whatever is meant for a terminal or a shell", () => {
  for (const text of WORDS) {
    const documents = [reportHtml(hostileReport(text)), ...hostileViews(text).map((view) => view.svg())];
    for (const document of documents) assertEquals(activeParts(readXml(document)), [], shown(text));
  }
});

Deno.test("reportHtml() is well-formed and inactive with all of it in one document", () => {
  const reports = EVIL.map(hostileReport);
  const [first] = reports;
  if (first === undefined) throw new Error("There are no texts");
  const devices = reports.flatMap((report) => report.devices).map(({ config: _, ...device }) => device);
  assertEquals(activeParts(readXml(reportHtml({ ...first, devices }))), []);
});

/** What writes a document for a browser into the file that is named last. */
const RUNS: readonly string[] = [
  `bench ${EDU} map -n 2 --svg made.svg`,
  "groups --svg made.svg",
  `inspect ${EDU} --svg made.svg`,
  `dma ${EDU} ranges --svg made.svg`,
  "report --keep-serials -o made.html",
  `report ${NVME} -o made.html`,
];

Deno.test("vfio writes documents that are well-formed and inactive, whatever the machine says", async () => {
  for (const [index, text] of EVIL.entries()) {
    // Each text is in two of them: all of them with all is what takes long.
    for (const words of RUNS.filter((_, run) => (index + run) % 3 === 0)) {
      const world = hostileWorld(text, { uid: 0 });
      const { status, err } = await vfio(words.split(" "), world);
      const where = `${words}: ${shown(text)}: ${err}`;
      assertEquals(status, 0, where);
      const made = world.files?.get(words.split(" ").at(-1) ?? "") ?? "";
      assertEquals(activeParts(readXml(made)), [], where);
    }
  }
});
