import { assertEquals } from "@std/assert";
import { decodeVirtualChannels } from "../../../../pci/decode/channels.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodeVirtualChannels() reads one channel more than is said", () => {
  const scope = scopeOf({
    4: 0x0000_0801,
    8: 0x0300_0003,
    0x0c: 0x0001_0002,
    0x10: 0x0203_8001,
    0x14: 0x8000_00ff,
    0x20: 0x810a_0002,
    0x24: 0x0002_0000,
  });
  const fields = decodeVirtualChannels(scope);
  assertEquals(fields.capabilities1?.arbitrationEntrySize, 4);
  assertEquals(fields.capabilities2?.arbitrationTable, 0x30);
  assertEquals([fields.control?.arbitration, fields.status?.arbitrationTableChanged], ["WRR32", true]);
  assertEquals(
    fields.channels.map(({ control }) => [control?.enable, control?.id, control?.trafficClasses]),
    [
      [true, 0, 0xff],
      [true, 1, 0x02],
    ],
  );
  assertEquals(fields.channels[0]?.capabilities?.timeSlots, 4);
  assertEquals(fields.channels[0]?.capabilities?.arbitrationTable, 0x20);
  assertEquals(fields.channels[1]?.status, { arbitrationTableChanged: false, negotiationPending: true });
  assertEquals(scope.length, 0x28);
});

Deno.test("decodeVirtualChannels() gives what there is of channels that are cut off", () => {
  const scope = scopeOf({ 4: 7, 0x14: 0x8000_0001 }, { size: 0x18 });
  const { channels } = decodeVirtualChannels(scope);
  assertEquals(channels.map((channel) => Object.keys(channel)), [["capabilities", "control"]]);
  assertEquals([scope.truncated, scope.length], [true, 0x70]);
  assertEquals(decodeVirtualChannels(scopeOf({}, { size: 4 })), { channels: [] });
});
