import { openDevice } from "../../../../mod.ts";
import { ADDRESSES, machine } from "./machine.ts";
import { runRow } from "./rows.ts";
import { IN_USE_ROWS, ROOT_ROWS, ROWS, USER_ROWS } from "./rows_data.ts";

Deno.test("vfio tells root on an emulated host what it tells on a real kernel", async (t) => {
  const host = machine();
  for (const row of [...ROWS, ...ROOT_ROWS]) await t.step(row.line, () => runRow(row, host, ADDRESSES));
});

Deno.test("vfio tells a user on an emulated host what it tells on a real kernel", async (t) => {
  const user = machine().process({ uid: 1000, memlock: 2 ** 23 });
  for (const row of USER_ROWS) await t.step(row.line, () => runRow(row, user, ADDRESSES));
});

Deno.test("vfio says on an emulated host that a device is in use", async (t) => {
  const host = machine();
  using _held = openDevice(ADDRESSES.EDU, { backend: host.process() });
  for (const row of IN_USE_ROWS) await t.step(row.line, () => runRow(row, host, ADDRESSES));
});
