import { assertEquals, assertThrows } from "@std/assert";
import { removeStartFiles, startFile, startFiles, writeStartFile } from "../../backends/linux/start_files.ts";
import { VfioError } from "../../core/errors.ts";
import { listFolder, readText } from "../../os/files.ts";
import { makeOwnFolder, removeFile, replaceFile } from "../../os/own_files.ts";
import "./holdings.ts";

const EDU = { address: "0000:00:04.0", vendor: 0x1234, device: 0x11e8 };

/** Folders in the place of a system's; driverctl's is there if that is asked for. */
function folders(hasDriverctl: boolean) {
  const root = `/tmp/vfio-test-${crypto.randomUUID()}`;
  const paths = { driverctl: `${root}/driverctl.d`, udev: `${root}/rules.d` };
  const made = [root, paths.udev, ...(hasDriverctl ? [paths.driverctl] : [])];
  for (const path of made) makeOwnFolder(path);
  return {
    ...paths,
    [Symbol.dispose]: () => {
      for (const path of made.toReversed()) {
        for (const name of listFolder(path)) removeFile(`${path}/${name}`);
        removeFile(path);
      }
    },
  };
}

Deno.test("writeStartFile() writes udev's rule, and removeStartFiles() takes it away", () => {
  using at = folders(false);
  assertEquals(startFiles(EDU.address, at), []);
  writeStartFile(EDU, "vfio-pci", at);
  const file = startFile(EDU, "vfio-pci", at);
  assertEquals([startFiles(EDU.address, at), readText(file.path)], [[file], file.text]);
  assertEquals(listFolder(at.udev), ["70-vfio-0000:00:04.0.rules"]);
  removeStartFiles(EDU.address, at);
  removeStartFiles(EDU.address, at);
  assertEquals(listFolder(at.udev), []);
});

Deno.test("writeStartFile() uses driverctl's folder where there is one", () => {
  using at = folders(true);
  writeStartFile(EDU, "vfio-pci", at);
  assertEquals([listFolder(at.udev), readText(`${at.driverctl}/pci-0000:00:04.0`)], [[], "vfio-pci\n"]);
  removeStartFiles(EDU.address, at);
  assertEquals(listFolder(at.driverctl), []);
});

Deno.test("removeStartFiles() leaves what driverctl gives to other drivers", () => {
  using at = folders(true);
  replaceFile(`${at.driverctl}/pci-0000:00:04.0`, "uio_pci_generic\n");
  assertEquals(startFiles(EDU.address, at), []);
  removeStartFiles(EDU.address, at);
  assertEquals(listFolder(at.driverctl), ["pci-0000:00:04.0"]);
});

Deno.test("writeStartFile() fails with ENOENT on a machine without udev", () => {
  const nowhere = { driverctl: "/no such folder/a", udev: "/no such folder/b" };
  assertEquals(assertThrows(() => writeStartFile(EDU, "vfio-pci", nowhere), VfioError).code, "ENOENT");
});
