import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { openDevice } from "../../../mod.ts";
import { COMMANDS } from "../../../cli/commands/mod.ts";
import { vfio } from "./captured_io.ts";
import { EDU, NVME } from "./machine.ts";

const EVIL = "\x1b]0;owned\x07\x9b2J\u202egnp\r\n$(reboot)";

/** A machine whose drivers, names, processes and log say what they like. */
function hostile(): EmulatedHost {
  const host = new EmulatedHost()
    .plug(EDU, new EmulatedEdu())
    .plug(NVME, new EmulatedEdu(), { driver: EVIL })
    .plug("0000:00:05.1", new EmulatedEdu());
  host.surroundings.commandLine = EVIL;
  host.surroundings.name(NVME, EVIL).use(NVME, { kind: "mount", name: EVIL, place: EVIL });
  host.sysfs.driverOverride("0000:00:05.1", EVIL);
  host.log(`DMAR: [DMA Write NO_PASID] Request device [${EDU}] fault addr 0x0 [fault reason 0x05] ${EVIL}`);
  return host;
}

/** What commands are given, beside a device that is in the way. */
const RUNS: readonly (readonly string[])[] = [
  ["list", "--all"],
  ["groups"],
  ["groups", "--tree"],
  ["doctor"],
  ["doctor", NVME],
  ["doctor", "00:05.1"],
  ["doctor", "00:05.1", "--fix"],
  ["doctor", EDU],
  ["bind", NVME],
  ["bind", NVME, "--force", "--dry-run"],
  ["unbind", NVME],
  ["unbind", EDU],
  ["faults"],
  ["explain", EVIL],
];

Deno.test("vfio passes nothing on to a terminal that the machine's own strings say", async () => {
  for (const args of RUNS) {
    for (const form of [[], ["--json"]]) {
      const backend = hostile();
      using _open = openDevice(EDU, { backend: backend.process({ command: EVIL }) });
      const { out, err } = await vfio([...args, ...form], { backend, colour: false });
      for (const text of [out, err]) {
        const unseen = text.match(/[^\P{Cc}\n]|\p{Cf}|\p{Zl}|\p{Zp}/gu);
        assertEquals(unseen, null, `${args.join(" ")}: ${JSON.stringify(text)}`);
      }
    }
  }
});

Deno.test("vfio prints no command that a hostile name would change", async () => {
  const { out } = await vfio(["doctor", "00:05.1", "--fix"], { backend: hostile() });
  const commands = out.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  assertEquals(commands, ["set -eu", "sudo vfio bind 00:05.1 --group", "sudo vfio unbind 0000:00:05.1"]);
});

Deno.test("vfio needs an argument where a command has one, and says so", async () => {
  for (const { name, arguments: specs = [] } of COMMANDS) {
    if (specs[0] === undefined || specs[0].optional === true) continue;
    const { status, err } = await vfio([name]);
    assertEquals([status, err.startsWith("error: missing required argument")], [2, true], name);
  }
});
