import { assert, assertEquals, assertThrows } from "@std/assert";
import { VfioError } from "../../core/errors.ts";
import { O_RDONLY } from "../../os/constants_data.ts";
import { closeDescriptor } from "../../os/descriptor.ts";
import {
  exists,
  fileStatus,
  listFolder,
  openFile,
  readFile,
  readLink,
  readPart,
  readText,
  writeText,
} from "../../os/files.ts";
import { holdings } from "./holdings.ts";

Deno.test("readText() reads a whole file of /proc, whose size is told as 0", () => {
  assert(readText("/proc/self/status").includes("VmLck:"));
  assertEquals(fileStatus("/proc/self/status").size, 0);
});

Deno.test("readFile() reads files that are longer than one read", () => {
  const path = readLink("/proc/self/exe");
  const part = new Uint8Array(200_000);
  assertEquals(readPart(path, 0, part, part.length), part.length);
  // deno itself is over the limit of what is read whole
  assertEquals(assertThrows(() => readFile(path), VfioError).code, "EFBIG");
  assertEquals([...part.subarray(0, 4)], [0x7f, 0x45, 0x4c, 0x46]);
});

Deno.test("readPart() gives fewer bytes at the file's end", () => {
  const into = new Uint8Array(64);
  assertEquals(readPart("/proc/sys/kernel/ostype", 0, into, 64), 6);
  assertEquals(new TextDecoder().decode(into.subarray(0, 6)), "Linux\n");
});

Deno.test("listFolder() lists a folder of any length, sorted, without itself and its parent", () => {
  const names = listFolder("/proc");
  assert(names.includes("self") && names.includes("1"));
  assertEquals(names, [...names].sort());
  assert(!names.includes(".") && !names.includes(".."));
  assertEquals(new Set(names).size, names.length);
});

Deno.test("readLink() gives the target", () => {
  assertEquals(readLink("/proc/self/cwd")[0], "/");
});

Deno.test("fileStatus() tells owner, rights and size", () => {
  const status = fileStatus("/dev/null");
  assertEquals([status.owner, status.mode], [0, 0o666]);
});

Deno.test("Files tell what failed, on what, with which errno", () => {
  const path = "/nowhere/at all";
  const failures: readonly (readonly [() => unknown, string, string])[] = [
    [() => readText(path), "open", "ENOENT"],
    [() => listFolder(path), "open", "ENOENT"],
    [() => listFolder("/dev/null"), "getdents64", "ENOTDIR"],
    [() => readText("/proc"), "read", "EISDIR"],
    [() => readLink("/dev/null"), "readlink", "EINVAL"],
    [() => readLink(path), "readlink", "ENOENT"],
    [() => fileStatus(path), "statx", "ENOENT"],
    [() => fileStatus(0x7fff_ffff), "statx", "EBADF"],
    [() => writeText("/dev/full", "x"), "write", "ENOSPC"],
    [() => openFile(path, O_RDONLY), "open", "ENOENT"],
  ];
  const before = holdings();
  for (const [fail, operation, code] of failures) {
    const error = assertThrows(fail, VfioError);
    assertEquals([error.operation, error.code], [operation, code]);
  }
  assertEquals(holdings(), before);
});

Deno.test("openFile() gives a descriptor that children do not inherit", () => {
  const fd = openFile("/dev/null", O_RDONLY);
  try {
    // O_CLOEXEC is 0o2000000
    assert(/^flags:\s+02\d{6}$/m.test(readText(`/proc/self/fdinfo/${fd}`)));
  } finally {
    closeDescriptor(fd, "/dev/null");
  }
});

Deno.test("A path with a NUL in it is refused: the kernel would open another", () => {
  assertThrows(() => readText("/dev/null\0/x"), TypeError);
});

Deno.test("closeDescriptor() throws EBADF for what is closed already", () => {
  assertEquals(assertThrows(() => closeDescriptor(0x7fff_ffff, "it"), VfioError).code, "EBADF");
});

Deno.test("exists() tells whether a file is there, a link by what it points to", () => {
  assert(exists("/proc/self/exe") && exists("/dev"));
  assert(!exists("/nowhere") && !exists("/dev/null/x"));
  const error = assertThrows(() => exists(`/${"x".repeat(300)}`), VfioError, "ENAMETOOLONG");
  assertEquals(error.operation, "access");
});
