import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../../cli/commands/mod.ts";
import { vfio } from "./captured_io.ts";
import { EVIL, shown } from "./hostile_data.ts";
import { hostileWorld } from "./hostile_machine.ts";
import { EDU, NVME } from "./machine.ts";
import { obeyed } from "./terminal_text.ts";

/** What commands are given: between them they print all that a machine and its files say. */
const RUNS: readonly string[] = [
  "list --all",
  "groups",
  "groups --tree",
  "doctor",
  `doctor ${NVME}`,
  "doctor 00:05.1",
  "doctor 00:05.1 --fix",
  "doctor 00:07.0",
  `doctor ${EDU}`,
  `bind ${NVME}`,
  `bind ${NVME} --force --dry-run`,
  "bind 00:05.1 --group",
  "bind 00:06.0",
  `unbind ${NVME}`,
  `unbind ${NVME} --force`,
  "unbind 00:07.0",
  "unbind 00:07.0 --dry-run",
  "faults",
  "explain -",
  `inspect ${EDU}`,
  `inspect ${NVME} -v`,
  `inspect ${NVME} --dump -`,
  "inspect --from dump",
  `config ${EDU} diff dump`,
  `config ${NVME} set COMMAND=4:4`,
  `reset ${EDU} --list`,
  `reset ${NVME}`,
  `dma ${EDU} ranges`,
  `dma ${EDU} limits`,
  `irq ${NVME} list`,
  `selftest ${EDU} --isolation`,
  `selftest ${NVME}`,
  `mem ${EDU} 0 dump --map map.json`,
  `mem ${EDU} 0 dump --map map.csv`,
  `mem ${EDU} 0 read nothing --map map.json`,
  `mem ${EDU} 0 dump --map broken.json`,
  `mem ${EDU} 0 dump --map broken.csv`,
  `repl ${NVME}`,
  "report",
  "groups --svg -",
  `inspect ${NVME} --svg -`,
  `dma ${EDU} ranges --svg -`,
];
const FORMS: readonly string[] = ["", "--json", "--verbose"];
/** What prints a document in each line. */
const STREAMS = /^(faults|explain|mem)/;

Deno.test("vfio passes nothing on to a terminal that the machine and its files say, whatever it prints", async () => {
  for (const [index, text] of EVIL.entries()) {
    for (const [run, words] of RUNS.entries()) {
      // Every text meets every command, and every command every form.
      const form = FORMS[(index + run) % FORMS.length] ?? "";
      const where = `${words} ${form}: ${shown(text)}`;
      const world = hostileWorld(text, { uid: index % 2 === 0 ? 0 : 1000 });
      const { status, out, err } = await vfio([...words.split(" "), form].filter(Boolean), world);
      for (const printed of [out, err]) assertEquals(obeyed(printed), [], where);
      assert([0, 1, 2, 3, 4, 5].includes(status), `${where}: ${status}`);
      if (form !== "--verbose") assertEquals(/^\s+at .*:\d+:\d+/m.test(err), false, `${where}: ${err}`);
      if (form === "--json" && !/--(fix|dump)\b/.test(words)) {
        for (const document of STREAMS.test(words) ? out.split("\n") : [out]) {
          if (document !== "" && !out.startsWith("{\n")) JSON.parse(document);
        }
        if (out.startsWith("{\n")) JSON.parse(out);
      }
    }
  }
});

Deno.test("vfio faults and explain read on behind a line that only looks like a fault", async () => {
  for (const text of EVIL) {
    for (const words of ["faults", "explain -"]) {
      const { status, out } = await vfio(words.split(" "), hostileWorld(text, { uid: 0 }));
      assertEquals([status, out.includes("0x7000000")], [0, true], `${words}: ${shown(text)}`);
    }
  }
});

Deno.test("vfio list begins each line with an address and nothing else, for shells complete what stands there", async () => {
  for (const text of EVIL) {
    const { out } = await vfio(["list", "--all", "--quiet", "--no-color"], hostileWorld(text, { uid: 0 }));
    for (const line of out.trimEnd().split("\n").slice(1)) {
      assert(/^[\da-f]{4}:[\da-f]{2}:[\da-f]{2}\.[0-7] /.test(line), `${shown(text)}: ${line}`);
    }
  }
});

Deno.test("vfio needs an argument where a command has one, and says so", async () => {
  for (const { name, arguments: specs = [] } of COMMANDS) {
    if (specs[0] === undefined || specs[0].optional === true) continue;
    const { status, err } = await vfio([name]);
    assertEquals([status, err.startsWith("error: missing required argument")], [2, true], name);
  }
});
