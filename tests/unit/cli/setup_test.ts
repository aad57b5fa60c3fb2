import { assertEquals, assertStringIncludes } from "@std/assert";
import { documentOf, vfio } from "./captured_io.ts";

Deno.test("vfio setup prints a udev rule, modules and limits, and the commands behind them", async () => {
  const { status, out } = await vfio(["setup", "--user", "alice"]);
  assertEquals(status, 0);
  assertStringIncludes(out, 'SUBSYSTEM=="vfio", KERNEL!="vfio", OWNER="root", GROUP="vfio", MODE="0660"\n');
  assertStringIncludes(out, "@vfio - memlock unlimited\n");
  assertStringIncludes(out, "sudo usermod --append --groups vfio alice\n");
  assertEquals(out.includes("systemd"), false);
});

Deno.test("vfio setup --unit adds a drop-in for a service", async () => {
  const { files, commands } = documentOf(await vfio(["setup", "--unit", "driver.service", "--json"]));
  const dropIn = (files as { path: string; text: string }[]).at(-1);
  assertEquals(dropIn?.path, "/etc/systemd/system/driver.service.d/vfio.conf");
  assertStringIncludes(dropIn?.text ?? "", "LimitMEMLOCK=infinity\n");
  assertEquals((commands as string[]).at(-1), "sudo systemctl daemon-reload");
});

Deno.test("vfio setup --script writes each file and runs each command", async () => {
  const { out } = await vfio(["setup", "--script"]);
  assertEquals(out.split("<<'END'").length, 4);
  assertEquals(out.split("\nEND\n").length, 4);
  assertStringIncludes(out, "\nset -eu\n");
  assertStringIncludes(out, '\nusermod --append --groups vfio "${SUDO_USER:-$USER}"\n');
});

Deno.test("vfio setup refuses names that would be more than a name to a shell", async () => {
  for (const user of ["a b", "$(reboot)", "a;b", "a\nb", ""]) {
    assertEquals((await vfio(["setup", `--user=${user}`])).status, 2, user);
    assertEquals((await vfio(["setup", `--unit=${user}/..`])).status, 2, user);
  }
});
