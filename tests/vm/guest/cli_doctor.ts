/** `vfio doctor` on a real kernel: each way of breaking it is found, and what doctor says next mends it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PCI_IDS } from "../../../backends/emulated/pci_ids_data.ts";
import { linux } from "../../../backends/linux/mod.ts";
import type { Result } from "../../unit/cli/captured_io.ts";
import { BREAKAGES } from "./breakages.ts";
import type { Breakage } from "./breakages.ts";
import { shell, vfio } from "./cli.ts";
import { named } from "./machine.ts";
import { User } from "./user.ts";

const PLACES: Readonly<Record<string, string>> = {
  EDU: named("EDU"),
  SIBLING: named("EDU_2"),
  NVME: named("NVME"),
  NIC: named("IGB"),
  PORT: "0000:00:06.0",
  GROUP: named("EDU_GROUP"),
};
const WORDS = `
  ${Object.entries(PLACES).map(([name, value]) => `${name}=${value}`).join("\n")}
  sudo() { "$@"; }
  await_disk() {
    n=0; until [ -e /dev/nvme0n1 ]; do n=$((n + 1)); [ $n -lt 300 ] || return 1; usleep 100000; done
    mke2fs /dev/nvme0n1
  }`;
const HEAL = `
  umount /data 2>/dev/null; swapoff /dev/nvme0n1 2>/dev/null
  modprobe -a vfio vfio_iommu_type1 vfio_pci
  chmod 666 /dev/vfio/vfio
  for a in $EDU $SIBLING $NVME; do [ -e /sys/bus/pci/drivers/vfio-pci/$a ] || vfio-bind $a; done
  chown root /dev/vfio/$GROUP; chmod 600 /dev/vfio/$GROUP
  [ "$(cat /sys/bus/pci/devices/$NIC/sriov_numvfs)" = 0 ] || echo 0 >/sys/bus/pci/devices/$NIC/sriov_numvfs
  [ -e /sys/bus/pci/drivers/igb/$NIC ] || { vfio-unbind $NIC; echo $NIC >/sys/bus/pci/drivers_probe; }
  ip route flush dev eth0 2>/dev/null; echo >/sys/bus/pci/devices/$NIC/driver_override`;

interface Document {
  readonly findings: readonly { readonly status: string; readonly id: string | null }[];
  readonly steps: readonly { readonly command: string | null; readonly unsafe: boolean }[];
}

// They end with this process.
const users = { user: new User(), "poor user": new User(64) };
// Tests would take the opening of libc for a leak.
linux().host.list();
shell("mkdir -p /data /etc/modules-load.d /usr/share/misc");
Deno.writeTextFileSync("/usr/share/misc/pci.ids", PCI_IDS);

/** Runs doctor as whoever the breakage says. */
function examine({ device, who = "root" }: Breakage, ...options: string[]): Promise<Result> {
  const words = ["doctor", ...(device === undefined ? [] : [PLACES[device] ?? ""]), ...options];
  return who === "root" ? vfio(words) : users[who].vfio(...words);
}

/** Asks again, for programs. @returns What is not well, and what doctor says next. */
async function answerOf(
  breakage: Breakage,
): Promise<{ readonly status: number; readonly ids: string[]; readonly commands: string[] }> {
  const { status, out } = await examine(breakage, "--json");
  const { findings, steps }: Document = JSON.parse(out);
  return {
    status,
    ids: findings.filter(({ status }) => status !== "ok").map(({ id }) => id ?? "?"),
    commands: steps.filter(({ unsafe }) => !unsafe).flatMap(({ command }) => command ?? []),
  };
}

/** Does what a user does who copies the line. */
async function carryOut(command: string): Promise<void> {
  if (command.includes("prlimit")) return;
  const parts = command.split(" && ").map((part) => /^(?:sudo )?vfio (.*)$/.exec(part)?.[1]?.split(" "));
  if (parts.every((part) => part === undefined)) return void shell(`set -e; ${WORDS}\n${command}`);
  for (const part of parts) {
    const { status, err } = await vfio(part ?? []);
    assertEquals(status, 0, `${command}\n${err}`);
  }
}

/** Breaks the machine, asks doctor, does what it says, and asks again. */
async function goThrough(breakage: Breakage): Promise<void> {
  const { ids, says, stays = [], mend, held } = breakage;
  shell(`${WORDS}\n${HEAL}\ntrue`);
  shell(`set -e; ${WORDS}\n${breakage.shell}`);
  if (held !== undefined) await users.user.open(PLACES[held] ?? "");
  const { status, out } = await examine(breakage);
  const answer = await answerOf(breakage);
  const isProblem = out.includes("✗");
  assertEquals(answer.ids, ids, out);
  assertEquals(status, isProblem ? 3 : 0);
  for (const words of says) assertStringIncludes(out, words);
  if (mend === undefined) { for (const command of answer.commands) await carryOut(command); }
  if (held !== undefined) await users.user.close();
  const after = await answerOf({ ...breakage, ...AFTER[mend ?? ""] });
  assertEquals([after.status, after.ids], [0, stays]);
}

/** Who or what is asked about when the user has done something else than doctor's steps. */
const AFTER: Readonly<Record<string, Partial<Breakage>>> = {
  prlimit: { who: "user" },
  "ask about another": { device: "EDU" },
};

for (const breakage of BREAKAGES) {
  Deno.test(`vfio doctor, when ${breakage.name}, says so and what mends it`, async () => {
    await goThrough(breakage);
  });
}

Deno.test("vfio doctor of a device that is gone ends with 5, and says how to look for it again", async () => {
  shell(`${WORDS}\necho 1 >/sys/bus/pci/devices/$EDU/remove`);
  const { status, err } = await vfio(["doctor", PLACES["EDU"] ?? ""]);
  assertEquals(status, 5);
  assertStringIncludes(err, `There is no device ${PLACES["EDU"]}`);
  const [, command = ""] = /run: (.*rescan)/.exec(err) ?? [];
  await carryOut(command);
  shell(`${WORDS}\nvfio-bind $EDU`);
  assertEquals((await vfio(["doctor", PLACES["EDU"] ?? ""])).status, 0);
});

Deno.test("vfio list, groups and doctor show a blocked group as their manual does", async () => {
  shell(`${WORDS}\n${HEAL}\ntrue`);
  shell(`set -e; ${WORDS}\nvfio-unbind $NVME; echo $NVME >/sys/bus/pci/drivers_probe
    await_disk; mount -t ext4 /dev/nvme0n1 /data`);
  const list = (await vfio(["list"])).out;
  const groups = (await vfio(["groups"])).out;
  const doctor = (await users.user.vfio("doctor", "00:05.1")).out;
  for (
    const line of [
      "0000:00:04.0  1234:11e8  QEMU edu                                vfio-pci        1  ● ready\n",
      "0000:00:05.0  1b36:0010  Red Hat QEMU NVM Express Controller     nvme            2  ○ kernel (mounted: /data)\n",
      "0000:00:05.1  1234:11e8  QEMU edu                                vfio-pci        2  ✗ group blocked by 00:05.0\n",
      "0000:01:00.0  8086:10c9  Intel 82576 Gigabit Network Connection  igb",
    ]
  ) assertStringIncludes(list, line);
  assert(
    /Group 2 {2}✗ not viable .*reserved: msi fee00000-feefffff\n├─ 0000:00:05\.0 .* nvme +← blocks/.test(
      groups,
    ),
    groups,
  );
  assertStringIncludes(groups, "behind 0000:00:06.0");
  for (
    const line of [
      "✔ IOMMU           Intel VT-d, 8 groups, interrupt remapping on\n",
      "✗ Group 2 viable  0000:00:05.0 is driven by nvme",
      "✗ Access          /dev/vfio/2 is 0600 root; you are user",
      "! Memory lock     8 MiB: enough for 2048 pages of DMA",
      "  1. sudo umount /data",
      "  2. sudo vfio bind 00:05.1 --group --owner user",
    ]
  ) assertStringIncludes(doctor, line);
});
