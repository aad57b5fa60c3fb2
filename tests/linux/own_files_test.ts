import { assertEquals, assertThrows } from "@std/assert";
import { VfioError } from "../../core/errors.ts";
import { fileStatus, listFolder, readText } from "../../os/files.ts";
import {
  checkOwnFolder,
  giveFile,
  isAccessible,
  makeOwnFolder,
  removeFile,
  replaceFile,
  setMode,
} from "../../os/own_files.ts";
import "./holdings.ts";

const MISSING = "/no such folder/file";

/** A folder that goes away with all that stands in it. */
function scratch(): { readonly path: string } & Disposable {
  const path = `/tmp/vfio-test-${crypto.randomUUID()}`;
  makeOwnFolder(path);
  const clear = () => listFolder(path).forEach((name) => removeFile(`${path}/${name}`));
  return { path, [Symbol.dispose]: () => (clear(), removeFile(path)) };
}

Deno.test("makeOwnFolder() makes a folder for nobody else, and takes the one that is there if it is root's alone", () => {
  using folder = scratch();
  const { mode, owner } = fileStatus(folder.path);
  assertEquals(mode, 0o700);
  if (owner === 0) makeOwnFolder(folder.path);
  else assertEquals(assertThrows(() => makeOwnFolder(folder.path), VfioError).code, "EACCES");
  // /tmp is everybody's.
  assertEquals(assertThrows(() => makeOwnFolder("/tmp"), VfioError).code, "EACCES");
  assertEquals(assertThrows(() => checkOwnFolder("/tmp"), VfioError).code, "EACCES");
  assertEquals(assertThrows(() => makeOwnFolder(MISSING), VfioError).code, "ENOENT");
});

Deno.test("replaceFile() puts a whole file in the place of another, for its owner alone", () => {
  using folder = scratch();
  const path = `${folder.path}/file`;
  replaceFile(path, "one\n");
  replaceFile(path, "two\n");
  assertEquals([readText(path), fileStatus(path).mode], ["two\n", 0o600]);
  assertEquals(listFolder(folder.path), ["file"]);
  assertThrows(() => replaceFile(MISSING, ""), VfioError);
});

Deno.test("removeFile() removes what is there, and nothing else", () => {
  using folder = scratch();
  const path = `${folder.path}/file`;
  replaceFile(path, "");
  removeFile(path);
  removeFile(path);
  assertEquals(listFolder(folder.path), []);
  assertThrows(() => removeFile("/proc/self/status"), VfioError);
});

Deno.test("isAccessible() and giveFile() go by the rights of this process", () => {
  assertEquals([isAccessible("/dev/null"), isAccessible(MISSING)], [true, false]);
  assertEquals(assertThrows(() => giveFile(MISSING, 0), VfioError).code, "ENOENT");
  using folder = scratch();
  const path = `${folder.path}/file`;
  replaceFile(path, "");
  if (fileStatus(path).owner !== 0) return;
  giveFile(path, 12345);
  assertEquals([fileStatus(path).owner, fileStatus(path).group], [12345, 0]);
  giveFile(path, 0, 54321);
  assertEquals([fileStatus(path).owner, fileStatus(path).group], [0, 54321]);
});

Deno.test("setMode() says who may do what with a file", () => {
  using folder = scratch();
  const path = `${folder.path}/file`;
  replaceFile(path, "");
  setMode(path, 0o640);
  assertEquals(fileStatus(path).mode, 0o640);
  assertEquals(assertThrows(() => setMode(MISSING, 0), VfioError).operation, "chmod");
});
