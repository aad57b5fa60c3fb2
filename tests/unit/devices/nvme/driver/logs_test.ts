import { assertEquals } from "@std/assert";
import { ByteMemory, registers } from "../../../../../mod.ts";
import { NVME_ERROR_LOG, NVME_HEALTH_LOG } from "../../../../../devices/mod.ts";
import { parseErrors, parseHealth } from "../../../../../devices/nvme/driver/logs.ts";

Deno.test("parseHealth() names warnings and counters", () => {
  const page = new Uint8Array(512);
  const log = registers(new ByteMemory(page), NVME_HEALTH_LOG);
  log.state.write({ spare: 3, temperature: 300, spareLow: true, readOnly: true });
  log.percentageUsed.write(120);
  log.unsafeShutdowns.write(2n ** 64n - 1n);
  const health = parseHealth(page);
  assertEquals(health.warnings, {
    spareLow: true,
    temperature: false,
    unreliable: false,
    readOnly: true,
    backupFailed: false,
  });
  assertEquals([health.spare, health.temperature, health.percentageUsed], [3, 300, 120]);
  assertEquals([health.unsafeShutdowns, health.powerCycles], [2n ** 64n - 1n, 0n]);
});

Deno.test("parseErrors() leaves out empty entries, and what is not told", () => {
  const page = new Uint8Array(200).fill(0);
  const memory = new ByteMemory(page);
  const command = registers(memory, NVME_ERROR_LOG, 0);
  command.count.write(9n);
  command.sqid.write(2);
  command.cid.write(0x123);
  command.status.write({ status: 0x002 });
  command.location.write({ byte: 40, bit: 3 });
  command.lba.write(77n);
  command.nsid.write(1);
  const none = registers(memory, NVME_ERROR_LOG, 128);
  none.count.write(8n);
  none.sqid.write(0xffff);
  none.cid.write(0xffff);
  none.location.write(0xffff);
  none.status.write({ status: 0x7f0 });
  assertEquals(parseErrors(page), [
    {
      count: 9n,
      queue: 2,
      id: 0x123,
      status: 2,
      statusName: "invalidField",
      location: { byte: 40, bit: 3 },
      lba: 77n,
      namespace: 1,
    },
    {
      count: 8n,
      queue: undefined,
      id: undefined,
      status: 0x7f0,
      statusName: undefined,
      location: undefined,
      lba: 0n,
      namespace: 0,
    },
  ]);
});
