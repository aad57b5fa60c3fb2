import { assertEquals } from "@std/assert";
import { VfioError } from "../../../../../mod.ts";
import { NVME_STATUS } from "../../../../../devices/mod.ts";
import { closedError, NvmeError } from "../../../../../devices/nvme/driver/errors.ts";

const FAILED = { address: "0000:01:00.0", command: "read", namespace: 1, flags: 0 } as const;

Deno.test("NvmeError is a VfioError that names the status, its type and what was to be done", () => {
  const error = new NvmeError({ ...FAILED, status: NVME_STATUS.unrecoveredReadError, flags: 12 });
  assertEquals(error instanceof VfioError, true);
  assertEquals(
    error.message,
    "Cannot read namespace 1 of 0000:01:00.0: EIO, input/output error: status 0x281, unrecoveredReadError (read)",
  );
  assertEquals([error.name, error.command, error.namespace, error.status], ["NvmeError", "read", 1, 0x281]);
  assertEquals([error.statusName, error.statusType, error.statusCode], [
    "unrecoveredReadError",
    "medium",
    0x81,
  ]);
  assertEquals([error.doNotRetry, error.more], [true, true]);
});

Deno.test("NvmeError takes statuses that nobody knows, and flags one by one", () => {
  const unknown = new NvmeError({ ...FAILED, command: "identify", namespace: 0, status: 0x7ff, flags: 8 });
  assertEquals(
    unknown.message,
    "Cannot identify 0000:01:00.0: EIO, input/output error: status 0x7ff (identify)",
  );
  assertEquals([unknown.statusName, unknown.statusType], [undefined, "vendor"]);
  assertEquals([unknown.doNotRetry, unknown.more], [true, false]);
  const reserved = new NvmeError({ ...FAILED, namespace: 0xffff_ffff, status: 0x412, flags: 4 });
  assertEquals([reserved.statusType, reserved.subject], ["reserved", "all namespaces of 0000:01:00.0"]);
  assertEquals([reserved.doNotRetry, reserved.more], [false, true]);
  const types = [0, 0x100, 0x200, 0x300].map((status) => new NvmeError({ ...FAILED, status }).statusType);
  assertEquals(types, ["generic", "command", "medium", "path"]);
});

Deno.test("NvmeError's code is the errno that fits best", () => {
  const codes = (["invalidOpcode", "capacityExceeded", "writeProtected", "abortRequested"] as const)
    .map((name) => new NvmeError({ ...FAILED, status: NVME_STATUS[name] }).code);
  assertEquals(codes, ["EOPNOTSUPP", "ENOSPC", "EROFS", "ECANCELED"]);
  assertEquals(
    new NvmeError({ ...FAILED, status: 0x371, code: "EBADF", detail: "it is closed" }).code,
    "EBADF",
  );
});

Deno.test("closedError() is EBADF", () => {
  assertEquals(
    closedError("it").message,
    "Cannot use it: EBADF, bad file descriptor: its NVMe driver is closed (use)",
  );
});
