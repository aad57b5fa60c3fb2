import { assertEquals, assertStringIncludes } from "@std/assert";
import { VfioError } from "../../../core/mod.ts";
import type { ErrorCode } from "../../../core/mod.ts";
import { EXIT, Interrupted, NoSuchDevice, Refusal, report, UsageError } from "../../../cli/errors.ts";
import { PipeClosed } from "../../../cli/io.ts";
import { Printer } from "../../../cli/printer.ts";

/** What is printed for an error, and the status. */
function told(
  error: unknown,
): { readonly status: number; readonly text: string; readonly document: unknown } {
  let [text, json] = ["", ""];
  const sink = (write: (text: string) => void) =>
    new Printer({ write, colour: false, columns: undefined }, false);
  const status = report(error, sink((more) => text += more), sink((more) => json += more), false);
  return { status, text, document: json === "" ? undefined : JSON.parse(json) };
}

Deno.test("report() ends with the status that the kind of error has", () => {
  const kernel = (code: ErrorCode, operation: string) => new VfioError({ code, operation, subject: "x" });
  const denied = new Error("ffi");
  denied.name = "NotCapable";
  for (
    const [error, status] of [
      [new UsageError("x"), EXIT.usage],
      [new NoSuchDevice("x"), EXIT.noDevice],
      [new Refusal("x", []), EXIT.failed],
      [new Refusal("x", [], EXIT.permission), EXIT.permission],
      [kernel("EACCES", "open"), EXIT.permission],
      [kernel("EPERM", "chown"), EXIT.permission],
      [kernel("EPERM", "VFIO_GROUP_SET_CONTAINER"), EXIT.failed],
      [kernel("EBUSY", "open"), EXIT.failed],
      [denied, EXIT.permission],
      [new Interrupted("x"), EXIT.interrupted],
      [new PipeClosed(), EXIT.ok],
      ["a text", EXIT.failed],
    ] as const
  ) assertEquals(told(error).status, status, String(error));
});

Deno.test("report() prints the message, and each remedy with its command", () => {
  const facts = () => ({ group: 3, node: "/dev/vfio/3", owner: "root", mode: "0600" });
  const { text, document } = told(
    new VfioError({ code: "EACCES", operation: "open", subject: "/dev/vfio/3", facts }),
  );
  assertEquals(text.split("\n"), [
    "error: Cannot open /dev/vfio/3: EACCES, permission denied (open)",
    "  /dev/vfio/3 belongs to root with mode 0600: a udev rule (vfio setup) or chown gives it to you",
    "    run: sudo chown $USER /dev/vfio/3",
    "",
  ]);
  const { schemaVersion, error } = document as { schemaVersion: number; error: Record<string, unknown> };
  assertEquals([schemaVersion, error["code"], error["operation"], error["subject"]], [
    1,
    "EACCES",
    "open",
    "/dev/vfio/3",
  ]);
});

Deno.test("report() says nothing of a reader that has gone, and of Ctrl-C", () => {
  for (const error of [new PipeClosed(), new Interrupted("x")]) {
    const { text, document } = told(error);
    assertEquals([text, document], ["", undefined]);
  }
});

Deno.test("report() points to help after wrong usage", () => {
  const { text, document } = told(new UsageError("no"));
  assertStringIncludes(text, "See vfio --help");
  assertEquals(document, undefined);
});
