/** The machine that the pages and the examples of help speak of: what stands there runs there. */
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { EmulatedNvme } from "../../../devices/nvme/model.ts";
import { PassiveIgb } from "../../../devices/passive/igb.ts";
import { passiveNvme } from "../../../devices/passive/shapes.ts";
import type { Result } from "../cli/captured_io.ts";
import { vfio } from "../cli/captured_io.ts";

const LOG = "vfio_pin_pages_remote: RLIMIT_MEMLOCK (65536) exceeded\n";
/** As LiteX writes it. */
const CSR_MAP = "csr_base,ctrl,0x0,,\ncsr_register,ctrl_scratch,0x4,1,rw\n";
/** As people write it. */
const EDU_MAP =
  '{"FACTORIAL":{"at":"0x08","width":32},"STATUS":{"at":"0x20","width":32,"fields":{"computing":0}}}';
/** What stands for something in the pages, and what it stands for. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  "$USER": "1000",
  ADDRESS: "01:00.0",
  BLOCKER_ADDRESSES: "00:05.0",
};
/** What goes on until Ctrl-C, unless it is told when to end. */
const ENDLESS = new Set(["watch", "--follow", "-f", "--hold"]);
const ENDS = new Set(["--count", "--timeout"]);

function machine(): EmulatedHost {
  const host = new EmulatedHost()
    .plug("0000:00:04.0", new EmulatedEdu())
    .plug("0000:00:05.0", passiveNvme(), { driver: "nvme" })
    .plug("0000:00:05.1", new EmulatedEdu())
    .plug("0000:01:00.0", new PassiveIgb())
    .plug("0000:02:00.0", new EmulatedNvme(), { driver: "nvme" })
    .plug("0000:03:00.0", new PassiveIgb(), { driver: "ixgbe" });
  host.surroundings.name("0000:02:00.0", "nvme0").name("0000:03:00.0", "eth0");
  return host;
}

/**
 * Runs a call of vfio there; what is endless gets Ctrl-C as soon as it listens.
 *
 * @param uid Who runs it. @default root
 */
export async function runThere(words: readonly string[], uid = 0): Promise<Result> {
  const files = new Map([["csr.csv", CSR_MAP], ["edu.json", EDU_MAP]]);
  const dumped = await vfio(["inspect", "01:00.0", "--dump", "-"], { backend: machine() });
  const readsDump = words[0] === "inspect" || words[0] === "config";
  if (words.includes("diff")) files.set("before.txt", dumped.out).set("dump.txt", dumped.out);
  const endless = words.some((word) => ENDLESS.has(word)) && !words.some((word) => ENDS.has(word));
  return await vfio(words.map((word) => PLACEHOLDERS[word] ?? word), {
    backend: machine().process({ uid }),
    input: readsDump ? dumped.out : LOG,
    files,
    ...(endless ? { interrupt: (press: () => void) => press() } : {}),
  });
}
