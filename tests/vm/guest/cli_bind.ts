/** `vfio bind` and `vfio unbind` on a real kernel: what they do is looked at in sysfs, step by step. */
import { failAt, hasFailed } from "./failing_libc.ts";
import type { Failure } from "./failing_libc.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { linux } from "../../../backends/linux/mod.ts";
import type { Backend, Host } from "../../../mod.ts";
import { altered } from "../../unit/cli/altered.ts";
import { nodeOf, shell, snapshot, stateOf, vfio } from "./cli.ts";
import { named } from "./machine.ts";
import { User } from "./user.ts";

const EDU = named("EDU");
const GROUP = named("EDU_GROUP");
const NVME = named("NVME");
const BRIDGED_EDU = named("EDU_2");
const BRIDGED_NVME = named("NVME_2");
const UIO = { driver: "uio_pci_generic", override: "", remembered: undefined };
const BOUND = { driver: "vfio-pci", override: "vfio-pci", remembered: "uio_pci_generic" };

/** Gives a device to a driver that does not look for it by itself, and leaves no trace of that. */
function give(address: string, driver: string): void {
  shell(`
    cd /sys/bus/pci; echo ${driver} >devices/${address}/driver_override
    [ ! -e devices/${address}/driver ] || echo ${address} >devices/${address}/driver/unbind
    echo ${address} >drivers_probe; echo >devices/${address}/driver_override`);
}

async function succeeds(...words: string[]): Promise<string> {
  const { status, out, err } = await vfio(words);
  assertEquals(status, 0, err);
  return out + err;
}

async function refuses(status: number, ...words: string[]): Promise<string> {
  const before = snapshot();
  const result = await vfio(words);
  assertEquals([result.status, result.out], [status, ""], result.err);
  assertEquals(snapshot(), before);
  return result.err;
}

// It ends with this process.
const user = new User();
// Tests would take the opening of libc for a leak.
linux().host.list();
give(EDU, "uio_pci_generic");
assertEquals(stateOf(EDU), UIO);

Deno.test("vfio bind --dry-run changes nothing on a real machine", async () => {
  const before = snapshot();
  const out = await succeeds("bind", EDU, "--owner", "user", "--persist", "--dry-run");
  assertEquals(snapshot(), before);
  assertStringIncludes(out, `  echo ${EDU} > /sys/bus/pci/devices/${EDU}/driver/unbind\n`);
  assertStringIncludes(out, `  chown user /dev/vfio/${GROUP}\n`);
});

Deno.test("The lines of --dry-run are what a shell does the same with", async () => {
  const run = async (words: string[]) => {
    const lines = (await succeeds(...words, "--dry-run")).split("\n").filter((line) => line.startsWith("  "));
    shell(["set -e", ...lines].join("\n"));
  };
  await run(["bind", EDU, "--owner", "user"]);
  assertEquals(stateOf(EDU), { ...BOUND, remembered: undefined });
  assertEquals(nodeOf(GROUP), "1000:0 600");
  await run(["unbind", EDU, "--to", "uio_pci_generic"]);
  assertEquals(stateOf(EDU), UIO);
});

Deno.test("vfio bind gives a device with another driver to a user, who opens it; vfio unbind gives it back", async () => {
  assertStringIncludes(
    await succeeds("bind", EDU, "--owner", "user"),
    `${EDU}  uio_pci_generic → vfio-pci  /dev/vfio/${GROUP}, user's\n`,
  );
  assertEquals([stateOf(EDU), nodeOf(GROUP)], [BOUND, "1000:0 600"]);
  assertEquals(shell("stat -c '%u:%g %a' /run/vfio"), "0:0 700");
  assertEquals(await user.open(EDU), 0x010000ed);
  await user.close();
  // Again, which is no news and forgets nothing.
  await succeeds("bind", EDU);
  assertEquals(stateOf(EDU), BOUND);
  assertStringIncludes(await succeeds("unbind", EDU), `${EDU}  vfio-pci → uio_pci_generic\n`);
  assertEquals(stateOf(EDU), UIO);
  assertStringIncludes(await succeeds("unbind", EDU), "stays uio_pci_generic's");
});

for (const how of ["fails", "refused", "killed"] as const satisfies readonly Failure[]) {
  Deno.test(`vfio bind that is hit at any of its changes (${how}) leaves what vfio unbind mends`, async () => {
    const words = ["bind", EDU, "--owner", "user"];
    for (let at = 0;; at++) {
      failAt(at, how);
      const { status, err } = await vfio(words);
      const failed = hasFailed();
      failAt(Infinity, how);
      const after = stateOf(EDU);
      if (!failed) {
        assertEquals([status, after], [0, BOUND], err);
        assert(at > 6, `${at} changes`);
        break;
      }
      if (how === "fails") {
        // One failure: all is put back at once, unless it is what is kept in mind that could not be changed.
        assertEquals(
          [status === 0 ? "done" : after.driver, after.override === ""],
          status === 0 ? ["done", false] : ["uio_pci_generic", true],
          `${at}: ${err}`,
        );
      }
      if (after.driver !== "uio_pci_generic") assertEquals(after.remembered, "uio_pci_generic", `${at}`);
      await succeeds("unbind", EDU);
      assertEquals(stateOf(EDU), UIO, `${how} at ${at}`);
    }
    await succeeds("unbind", EDU);
  });
}

Deno.test("vfio unbind that is killed at any of its changes is finished by the next one", async () => {
  for (let at = 0;; at++) {
    await succeeds("bind", EDU);
    failAt(at, "killed");
    await vfio(["unbind", EDU]);
    const failed = hasFailed();
    failAt(Infinity, "killed");
    await succeeds("unbind", EDU);
    assertEquals(stateOf(EDU), UIO, `killed at ${at}`);
    if (!failed) break;
  }
});

Deno.test("vfio bind that is killed by the system in the middle is mended by vfio unbind", async () => {
  // Deno.test's process has its own libc: this one dies at its seventh change, for good.
  const program = `
    import { failAt, hasFailed } from "/src/tests/vm/guest/failing_libc.ts";
    const { vfio } = await import("/src/tests/vm/guest/cli.ts");
    const watch = { get dead() { return hasFailed(); } };
    failAt(7, "killed");
    const { linux } = await import("/src/backends/linux/mod.ts");
    const { altered } = await import("/src/tests/unit/cli/altered.ts");
    const host = altered(linux().host, { find: (...words) => {
      if (watch.dead) Deno.kill(Deno.pid, "SIGKILL");
      return linux().host.find(...words);
    } });
    await vfio(["bind", "${EDU}"], { backend: altered(linux(), { host }) });`;
  const { signal } = await new Deno.Command("deno", { args: ["eval", program] }).output();
  assertEquals(signal, "SIGKILL");
  assertEquals(stateOf(EDU).remembered, "uio_pci_generic");
  await succeeds("unbind", EDU);
  assertEquals(stateOf(EDU), UIO);
});

Deno.test("vfio unbind refuses a device that another process has open, by its pid and name, before it writes", async () => {
  await succeeds("bind", EDU, "--owner", "user");
  await user.open(EDU);
  assert(
    /\/dev\/vfio\/\d+ is open in \d+ \(deno\): the kernel would wait/.test(await refuses(1, "unbind", EDU)),
  );
  await user.close();
  await user.openAlone(EDU);
  assertStringIncludes(await refuses(1, "unbind", EDU), "is open in");
  await user.close();
  await succeeds("unbind", EDU);
  assertEquals(stateOf(EDU), UIO);
});

Deno.test("vfio unbind --force does not wait for ever, and is finished by the next one", async () => {
  await succeeds("bind", EDU, "--owner", "user");
  await user.open(EDU);
  const { status, err } = await vfio(["unbind", EDU, "--force"]);
  assertEquals(status, 1);
  assert(/\d+ \(deno\) has it open; the kernel takes it at the last close/.test(err), err);
  assertStringIncludes(err, "sudo fuser -v /dev/vfio/");
  await user.close();
  shell(
    `n=0; while pgrep -f 'driver/unbin[d]' >/dev/null; do n=$((n + 1)); [ $n -lt 300 ] || exit 1; usleep 50000; done`,
  );
  assertEquals(stateOf(EDU), {
    driver: undefined,
    override: "uio_pci_generic",
    remembered: "uio_pci_generic",
  });
  await succeeds("unbind", EDU);
  assertEquals(stateOf(EDU), UIO);
});

Deno.test("vfio unbind to a driver that is not there, or does not take it, leaves a device where it is", async () => {
  await succeeds("bind", EDU);
  assertStringIncludes(
    await refuses(1, "unbind", EDU, "--to", "no-such-driver"),
    "sudo modprobe no-such-driver",
  );
  assertStringIncludes(await refuses(1, "unbind", EDU, "--to", "virtio-pci"), "virtio-pci did not take it");
  assertEquals(stateOf(EDU), BOUND);
  await succeeds("unbind", EDU);
});

Deno.test("vfio bind refuses a mounted disk by its mount, and takes it when it is forced, and names the danger", async () => {
  await succeeds("unbind", NVME);
  shell("n=0; until [ -e /dev/nvme0n1 ]; do n=$((n + 1)); [ $n -lt 300 ] || exit 1; usleep 100000; done");
  shell("mke2fs /dev/nvme0n1 && mkdir -p /data && mount -t ext4 /dev/nvme0n1 /data");
  const disk = { driver: "nvme", override: "", remembered: undefined };
  assertStringIncludes(await refuses(1, "bind", NVME), `${NVME}: the machine uses it: mounted: /data`);
  assertStringIncludes(await refuses(1, "bind", NVME, "--dry-run"), "mounted: /data");
  assertStringIncludes(await refuses(1, "unbind", NVME, "--to", "vfio-pci"), "mounted: /data");
  assertEquals(stateOf(NVME), disk);
  shell("umount /data && mkswap /dev/nvme0n1 && swapon /dev/nvme0n1");
  assertStringIncludes(await refuses(1, "bind", NVME), "swap: /dev/nvme0n1");
  shell("swapoff /dev/nvme0n1 && mke2fs /dev/nvme0n1 && mount -t ext4 /dev/nvme0n1 /data");
  assertStringIncludes(
    await succeeds("bind", NVME, "--force"),
    "is taken from nvme though the machine uses it",
  );
  assertEquals(stateOf(NVME), { driver: "vfio-pci", override: "vfio-pci", remembered: "nvme" });
  shell("umount /data");
  await succeeds("unbind", NVME);
  assertEquals(stateOf(NVME), disk);
});

Deno.test("vfio bind --group takes both devices behind a bridge, and not the bridge; Ctrl-C gives back the first", async () => {
  for (const address of [BRIDGED_EDU, BRIDGED_NVME]) await succeeds("unbind", address);
  give(BRIDGED_EDU, "uio_pci_generic");
  const before = snapshot();
  let press = () => {};
  const host = altered<Host>(linux().host, {
    bind: (address, driver) => {
      press();
      return linux().host.bind(address, driver);
    },
  });
  const world = { backend: altered<Backend>(linux(), { host }), interrupt: (of: () => void) => press = of };
  const { status } = await vfio(["bind", BRIDGED_EDU, "--group"], world);
  assertEquals([status, snapshot()], [130, before]);

  const out = await succeeds("bind", BRIDGED_EDU, "--group", "--owner", "user:user");
  assertEquals([BRIDGED_EDU, BRIDGED_NVME].map((each) => stateOf(each).remembered), [
    "uio_pci_generic",
    "nvme",
  ]);
  assertEquals(out.match(/→ vfio-pci/g)?.length, 2);
  assertEquals(nodeOf(named("EDU_2_GROUP")), "1000:1000 660");
  assertEquals(await user.open(BRIDGED_EDU), 0x010000ed);
  // The group's DMA is the user's: no driver of the kernel's gets the other one now.
  assertStringIncludes(await refuses(1, "unbind", BRIDGED_NVME), "is open in");
  const forced = await vfio(["unbind", BRIDGED_NVME, "--force"]);
  assertStringIncludes(forced.err, "nvme did not take it");
  assertEquals(stateOf(BRIDGED_NVME).driver, "vfio-pci");
  await user.close();
  await succeeds("unbind", BRIDGED_EDU, BRIDGED_NVME);
  assertEquals(snapshot(), before);
});

Deno.test("vfio bind refuses a bridge", async () => {
  const [bridge = ""] = linux().host.list().filter(({ classCode }) => classCode >>> 8 === 0x0604);
  if (typeof bridge === "string") throw new Error("The guest has no bridge");
  assertStringIncludes(await refuses(1, "bind", bridge.address, "--force"), "it is a bridge");
});

Deno.test("vfio bind as a user changes nothing and says that it needs root", async () => {
  const before = snapshot();
  const { status, err } = await user.vfio("bind", EDU);
  assertEquals([status, snapshot()], [4, before]);
  assertStringIncludes(err, `Cannot bind ${EDU}`);
  assertStringIncludes(err, "Binding drivers needs root");
});

Deno.test("vfio bind --persist writes what starts the same again, and vfio unbind takes it away", async () => {
  const path = `/etc/udev/rules.d/70-vfio-${EDU}.rules`;
  assertStringIncludes(await refuses(1, "bind", EDU, "--persist"), "/etc/udev/rules.d");
  shell("mkdir -p /etc/udev/rules.d && ln -s /etc/passwd " + path);
  const passwd = Deno.readTextFileSync("/etc/passwd");
  assertStringIncludes(await succeeds("bind", EDU, "--persist"), path);
  assertEquals([Deno.readTextFileSync("/etc/passwd"), Deno.lstatSync(path).isFile], [passwd, true]);
  const rule = Deno.readTextFileSync(path).replaceAll("\\\n", " ");
  await succeeds("unbind", EDU);
  assertEquals(shell("ls /etc/udev/rules.d"), "");
  // The next start, without udev: what the rule says by hand, on a device without a driver.
  shell(`echo ${EDU} >/sys/bus/pci/devices/${EDU}/driver/unbind`);
  for (const [, name, value] of rule.matchAll(/ATTR\{(\w+)\}=="([^"]*)"/g)) {
    assertEquals(shell(`cat /sys/bus/pci/devices/${EDU}/${name}`), value);
  }
  const [, override = ""] = /ATTR\{driver_override\}="([^"]*)"/.exec(rule) ?? [];
  const [, module = ""] = /RUN\{builtin\}\+="kmod load ([^"]*)"/.exec(rule) ?? [];
  const [, run = ""] = /RUN\+="([^"]*)"/.exec(rule) ?? [];
  shell(`echo ${override} >/sys/bus/pci/devices/${EDU}/driver_override; modprobe ${module}; ${run}`);
  assertEquals(stateOf(EDU).driver, "vfio-pci");
  shell("mkdir /etc/driverctl.d");
  await succeeds("bind", EDU, "--persist");
  assertEquals(shell("grep -r . /etc/driverctl.d"), `/etc/driverctl.d/pci-${EDU}:vfio-pci`);
  await succeeds("unbind", EDU);
  assertEquals(shell("ls /etc/driverctl.d"), "");
});
