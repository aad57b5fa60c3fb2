import { boot, BRIDGED_PAIR, requirePassed } from "./harness/mod.ts";

/** The rows' devices: the last three are one group, which the kernel's driver of an NVMe keeps from being opened. */
const DEVICES = ["edu", "nvme", "e1000e", "ivshmem-plain", ...BRIDGED_PAIR];
const BETWEEN = "-- as a user --\n";

function script(modules: string): string {
  const test = "deno test -A --no-check --cached-only --reporter=tap";
  return `
chown user:user /dev/vfio/$VFIO_EDU_GROUP /dev/vfio/$VFIO_EDU_2_GROUP
chmod 666 /dev/vfio/vfio
echo 1 > /proc/sys/kernel/dmesg_restrict
${test} ${modules}
root=$?
printf '${BETWEEN}'
as-user ${test} tests/vm/guest/cli_devices.ts
user=$?
exit $((root | user))`;
}

/** Kernels, and what root runs there. */
const MODULES = {
  "6.1": "tests/vm/guest/cli_devices.ts tests/vm/guest/cli_processes.ts",
  "7.2": "tests/vm/guest/cli_devices.ts",
} as const;

for (const [kernel, modules] of Object.entries(MODULES)) {
  Deno.test(`The commands that touch a device do on Linux ${kernel} what they do on an emulated host`, async () => {
    const result = await boot({
      kernel,
      // On a busy machine each process takes a while to begin.
      timeoutMs: 600_000,
      devices: DEVICES,
      load: ["nvme"],
      bind: ["EDU", "NVME", "E1000E", "EDU_2"],
    }, script(modules));
    const [root = "", user = ""] = result.stdout.split(BETWEEN);
    requirePassed(`${kernel}, as root`, { ...result, stdout: root });
    requirePassed(`${kernel}, as a user`, { ...result, stdout: user });
  });
}
