import { assertEquals, assertStringIncludes } from "@std/assert";
import { VfioError } from "../../../core/errors.ts";

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
  assertStringIncludes(first?.command ?? "", "sudo vfio bind 0000:00:05.0");
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
