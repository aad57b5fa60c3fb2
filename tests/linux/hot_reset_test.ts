import { assertEquals, assertThrows } from "@std/assert";
import { askHotResetInfo, decodeHotResetInfo, encodeHotReset } from "../../backends/linux/hot_reset.ts";
import { VfioError } from "../../core/errors.ts";
import { vfio_pci_dependent_device, vfio_pci_hot_reset_info } from "../../uapi/vfio.ts";

const DEVICES = [
  { group_id: 12, segment: 0, bus: 1, devfn: 0x21 },
  { group_id: 0xffff_ffff, segment: 0xabcd, bus: 0xfe, devfn: 0xff },
];

function answerOf(flags: number, count: number): Uint8Array<ArrayBuffer> {
  const each = vfio_pci_dependent_device.size;
  const answer = vfio_pci_hot_reset_info.encode({ flags, count }, DEVICES.length * each);
  DEVICES.forEach((device, i) => {
    answer.set(vfio_pci_dependent_device.encode(device), vfio_pci_hot_reset_info.size + i * each);
  });
  return answer;
}

Deno.test("decodeHotResetInfo() gives addresses with their groups, by as many as there are", () => {
  assertEquals(decodeHotResetInfo(answerOf(0, 2)), {
    devices: [{ address: "0000:01:04.1", group: 12 }, { address: "abcd:fe:1f.7", group: 0xffff_ffff }],
    byDeviceId: false,
    owned: false,
  });
  assertEquals(decodeHotResetInfo(answerOf(0, 1)).devices.length, 1);
  assertEquals(decodeHotResetInfo(answerOf(0, 0)).devices, []);
});

Deno.test("decodeHotResetInfo() gives device ids where the kernel tells those", () => {
  const devices = [
    { address: "0000:01:04.1", deviceId: 12 },
    { address: "abcd:fe:1f.7", deviceId: 0xffff_ffff },
  ];
  assertEquals(decodeHotResetInfo(answerOf(1, 2)), { devices, byDeviceId: true, owned: false });
  assertEquals(decodeHotResetInfo(answerOf(3, 2)), { devices, byDeviceId: true, owned: true });
});

Deno.test("decodeHotResetInfo() reads no more devices than the answer has room for", () => {
  assertEquals(decodeHotResetInfo(answerOf(0, 0xffff_ffff)).devices.length, 2);
});

/** A kernel that has so many devices to tell of: one number for each time it is asked. */
function kernel(
  counts: readonly number[],
): { ask: (bytes: Uint8Array<ArrayBuffer>) => void; rooms: number[] } {
  const head = vfio_pci_hot_reset_info;
  const rooms: number[] = [];
  function ask(bytes: Uint8Array<ArrayBuffer>): void {
    const { argsz } = head.decode(bytes);
    assertEquals(argsz, bytes.length);
    const count = counts[rooms.length] ?? 0;
    rooms.push((argsz - head.size) / vfio_pci_dependent_device.size);
    bytes.set(head.encode({ argsz, count }));
    if (count > (rooms.at(-1) ?? 0)) {
      const operation = "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO";
      throw new VfioError({ code: "ENOSPC", operation, subject: "it" });
    }
  }
  return { ask, rooms };
}

Deno.test("askHotResetInfo() makes room for as many devices as the kernel says there are", () => {
  for (
    const [counts, expected] of [[[3], [8]], [[8], [8]], [[9, 9], [8, 16]], [[40, 41, 41], [
      8,
      40,
      80,
    ]]] as const
  ) {
    const { ask, rooms } = kernel(counts);
    assertEquals(askHotResetInfo(ask).devices.length, counts.at(-1));
    assertEquals(rooms, [...expected]);
  }
});

Deno.test("askHotResetInfo() throws what asking throws otherwise", () => {
  const error = new VfioError({
    code: "ENODEV",
    operation: "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO",
    subject: "it",
  });
  const thrown = assertThrows(() =>
    askHotResetInfo(() => {
      throw error;
    }), VfioError);
  assertEquals(thrown.code, "ENODEV");
});

Deno.test("encodeHotReset() tells the descriptors of the groups", () => {
  assertEquals(encodeHotReset([]), Uint8Array.of(12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  assertEquals(
    encodeHotReset([5, 0x102]),
    Uint8Array.of(20, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 2, 1, 0, 0),
  );
});
