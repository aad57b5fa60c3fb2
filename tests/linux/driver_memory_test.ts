import { assertEquals } from "@std/assert";
import { forgetDriver, rememberDriver, rememberedDriver } from "../../backends/linux/driver_memory.ts";
import { fileStatus } from "../../os/files.ts";
import { makeOwnFolder, removeFile, replaceFile } from "../../os/own_files.ts";
import "./holdings.ts";

const ADDRESS = "0000:00:04.0";

Deno.test("rememberDriver() keeps a driver until it is forgotten, in a folder of root's", () => {
  const folder = `/tmp/vfio-test-${crypto.randomUUID()}`;
  makeOwnFolder(folder);
  using stack = new DisposableStack();
  stack.defer(() => removeFile(folder));
  assertEquals(rememberedDriver(ADDRESS, folder), undefined);
  if (fileStatus(folder).owner !== 0) return;
  stack.defer(() => forgetDriver(ADDRESS, folder));
  for (const driver of ["nvme", "xhci_hcd", null]) {
    rememberDriver(ADDRESS, driver, folder);
    assertEquals(rememberedDriver(ADDRESS, folder), driver);
  }
  forgetDriver(ADDRESS, folder);
  forgetDriver(ADDRESS, folder);
  assertEquals(rememberedDriver(ADDRESS, folder), undefined);
});

Deno.test("rememberedDriver() takes nothing for a driver that is no name, and nothing from a folder that is open to others", () => {
  const folder = `/tmp/vfio-test-${crypto.randomUUID()}`;
  makeOwnFolder(folder);
  using stack = new DisposableStack();
  stack.defer(() => removeFile(folder));
  stack.defer(() => forgetDriver(ADDRESS, folder));
  for (const text of ["", "../../nvme", "a b", `${"x".repeat(200)}`, "--to", "\x1b"]) {
    replaceFile(`${folder}/${ADDRESS}`, text);
    assertEquals(rememberedDriver(ADDRESS, folder), undefined, text);
  }
  replaceFile(`/tmp/${ADDRESS}`, "nvme\n");
  stack.defer(() => removeFile(`/tmp/${ADDRESS}`));
  assertEquals(rememberedDriver(ADDRESS, "/tmp"), undefined);
});
