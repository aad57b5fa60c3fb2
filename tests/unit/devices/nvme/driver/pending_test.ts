import { assertEquals } from "@std/assert";
import { NVME_STATUS } from "../../../../../devices/mod.ts";
import { PendingCommand } from "../../../../../devices/nvme/driver/pending.ts";
import type { Ending } from "../../../../../devices/nvme/driver/pending.ts";
import { errorOf } from "./machine.ts";

const SUBJECT = { address: "it", command: "read", namespace: 1 } as const;

function pending(ending: Ending = { detail: "the controller was reset", code: "ECANCELED" }) {
  const ended: PendingCommand[] = [];
  const command = new PendingCommand(
    SUBJECT,
    { now: 50, timeoutMs: 100 },
    (each) => void ended.push(each),
    () => ending,
  );
  return { command, ended };
}

Deno.test("PendingCommand gives the result, and tells its queue before", async () => {
  const { command, ended } = pending();
  assertEquals([command.deadline, command.settled], [150, false]);
  command.completed(3, 0, 0xffff_ffff, 0);
  assertEquals([command.settled, ended], [true, [command]]);
  assertEquals(await command.promise, 0xffff_ffff);
});

Deno.test("PendingCommand rejects with the status, and when it is late with the time that it had", async () => {
  const cases: [status: number, late: boolean, code: string, RegExp][] = [
    [NVME_STATUS.lbaOutOfRange, false, "EINVAL", /lbaOutOfRange/],
    [NVME_STATUS.lbaOutOfRange, true, "EINVAL", /lbaOutOfRange/],
    [NVME_STATUS.abortRequested, false, "ECANCELED", /abortRequested/],
    [NVME_STATUS.abortRequested, true, "ETIMEDOUT", /not within 100 ms; it was aborted/],
    [NVME_STATUS.abortedByHost, false, "ECANCELED", /abortedByHost: the controller was reset/],
    [NVME_STATUS.abortedByHost, true, "ETIMEDOUT", /not within 100 ms; the controller was reset/],
  ];
  for (const [status, late, code, reason] of cases) {
    const { command } = pending();
    command.late = late;
    command.completed(0, status, 0, 0);
    const error = await errorOf(command.promise);
    assertEquals([error.code, reason.test(error.message)], [code, true], error.message);
  }
});

Deno.test("PendingCommand that the driver ended says why", async () => {
  const cause = new Error("why");
  const { command } = pending({ detail: "the driver was closed", code: "EBADF", cause });
  command.completed(0, NVME_STATUS.abortedByHost, 0, 0);
  const error = await errorOf(command.promise);
  assertEquals([error.code, error.cause], ["EBADF", cause]);
});
