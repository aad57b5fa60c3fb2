import { assertEquals, assertStringIncludes } from "@std/assert";
import { ERRNO } from "../../../core/errno_data.ts";
import { VfioError } from "../../../core/errors.ts";
import { findRemedies } from "../../../core/remedies.ts";
import { REMEDIES } from "../../../core/remedies_data.ts";
import * as vfio from "../../../uapi/vfio.ts";

function notViable(): VfioError {
  return new VfioError({
    code: "EPERM",
    operation: "VFIO_GROUP_SET_CONTAINER",
    subject: "/dev/vfio/12",
    facts: () => ({ group: 12, blockers: ["0000:00:05.0 (nvme)"], blockerAddresses: "0000:00:05.0" }),
  });
}

Deno.test("VfioError's message says what failed, on what, and why", () => {
  assertEquals(
    notViable().message,
    "Cannot attach /dev/vfio/12: EPERM, operation not permitted (VFIO_GROUP_SET_CONTAINER)",
  );
});

Deno.test("VfioError's message carries the detail, and the error its cause", () => {
  const cause = new Error("below");
  const error = new VfioError({ code: "ENOSPC", operation: "open", subject: "x", detail: "full", cause });
  assertEquals(error.message, "Cannot open x: ENOSPC, no space left on device: full (open)");
  assertEquals(error.cause, cause);
  assertEquals("cause" in new VfioError({ code: "EIO", operation: "pread", subject: "x" }), false);
});

Deno.test("VfioError.errno is the kernel's number", () => {
  assertEquals(notViable().errno, 1);
});

Deno.test("VfioError.remedies names what blocks a group, and the command that helps", () => {
  const [first] = notViable().remedies;
  assertEquals(first?.id, "NOT-VIABLE");
  assertStringIncludes(first?.text ?? "", "0000:00:05.0 (nvme)");
  assertStringIncludes(first?.command ?? "", "for d in 0000:00:05.0; do");
});

Deno.test("VfioError.remedies asks for facts once, and only when they are wanted", () => {
  let asked = 0;
  const error = new VfioError({
    code: "EPERM",
    operation: "VFIO_GROUP_SET_CONTAINER",
    subject: "/dev/vfio/12",
    facts: () => ({ group: ++asked }),
  });
  assertEquals(asked, 0);
  assertEquals(error.remedies, error.remedies);
  assertEquals(asked, 1);
});

Deno.test("VfioError.remedies leaves out facts that cannot be had", () => {
  const error = new VfioError({
    code: "EPERM",
    operation: "VFIO_GROUP_SET_CONTAINER",
    subject: "/dev/vfio/12",
    facts: () => {
      throw new Error("gone");
    },
  });
  assertEquals(error.remedies, []);
});

Deno.test("VfioError.explain() puts each remedy below the message", () => {
  const lines = notViable().explain().split("\n");
  assertEquals(lines[0], notViable().message);
  assertStringIncludes(lines[1] ?? "", "is not viable");
  assertStringIncludes(lines[2] ?? "", "run: ");
});

Deno.test("findRemedies() fills facts in, and drops a step whose facts are unknown or empty", () => {
  assertEquals(
    findRemedies("EPERM", "VFIO_GROUP_SET_CONTAINER", { group: 3, blockers: [] }).map((r) => r.id),
    [
      "GROUP-INUSE",
    ],
  );
});

Deno.test("REMEDIES has one row an id, and names only operations and facts that exist", () => {
  const ids = REMEDIES.map((row) => row.id);
  assertEquals(ids.length, new Set(ids).size);
  const known = new Set(["open", "pread", "pwrite", "mmap", "bind", "unbind", "eventfd", "memfd_create"]);
  for (const { operations, codes, steps } of REMEDIES) {
    for (const operation of operations) {
      assertEquals(known.has(operation) || operation in vfio, true, operation);
    }
    for (const code of codes) assertEquals(code in ERRNO, true, code);
    assertEquals(steps.length > 0, true);
  }
});
