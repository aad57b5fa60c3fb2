/** Lines of the command on the guest's devices, as the user that runs this; cli_devices_test.ts lets root and another do it. */
import { linux } from "../../../backends/linux/mod.ts";
import { openDevice } from "../../../mod.ts";
import { runRow } from "../../unit/cli/devices/rows.ts";
import { IN_USE_ROWS, ROOT_ROWS, ROWS, USER_ROWS } from "../../unit/cli/devices/rows_data.ts";
import { named } from "./machine.ts";

const ADDRESSES = {
  EDU: named("EDU"),
  NVME: named("NVME"),
  E1000E: named("E1000E"),
  FREE: named("IVSHMEM"),
  KERNEL: named("NVME_2"),
  BLOCKED: named("EDU_2"),
};
const backend = linux();
const { isRoot, user } = backend.host.system();

for (const row of isRoot ? [...ROWS, ...ROOT_ROWS] : USER_ROWS) {
  Deno.test(`vfio tells ${user}: ${row.line}`, () => runRow(row, backend, ADDRESSES));
}

for (const row of IN_USE_ROWS) {
  Deno.test(`vfio tells ${user} that a device is in use: ${row.line}`, async () => {
    using _held = openDevice(ADDRESSES.EDU);
    await runRow(row, backend, ADDRESSES);
  });
}
