import { assertEquals } from "@std/assert";
import { decodeDeviceInfo, decodeRegionInfo } from "../../backends/linux/device_info.ts";
import {
  vfio_device_info,
  vfio_region_info,
  vfio_region_info_cap_sparse_mmap,
  vfio_region_info_cap_type,
  vfio_region_sparse_mmap_area,
} from "../../uapi/vfio.ts";

/** One thing after another, as the kernel lays them out. */
function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

Deno.test("decodeDeviceInfo() reads counts and flags", () => {
  const answer = vfio_device_info.encode({ argsz: 24, flags: 2, num_regions: 9, num_irqs: 5 });
  const info = { regions: 9, irqs: 5, resettable: false, pci: true, capabilities: [] };
  assertEquals(decodeDeviceInfo(answer), info);
  const resettable = vfio_device_info.encode({ argsz: 24, flags: 1, num_regions: 10, num_irqs: 3 });
  assertEquals(decodeDeviceInfo(resettable), {
    regions: 10,
    irqs: 3,
    resettable: true,
    pci: false,
    capabilities: [],
  });
});

Deno.test("decodeDeviceInfo() reads the capabilities that the flags announce, and no others", () => {
  const head = { argsz: 40, num_regions: 9, num_irqs: 5, cap_offset: 24 };
  // PCI_ATOMIC_COMP, as vfio-pci has it: header, flags, reserved.
  const atomics = Uint8Array.of(5, 0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0);
  const announced = joined(vfio_device_info.encode({ ...head, flags: 0x82 }), atomics);
  assertEquals(decodeDeviceInfo(announced).capabilities, [
    { id: 5, version: 1, data: Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0) },
  ]);
  const silent = joined(vfio_device_info.encode({ ...head, flags: 2 }), atomics);
  assertEquals(decodeDeviceInfo(silent).capabilities, []);
});

Deno.test("decodeDeviceInfo() reads what Linux 6.1 tells, whose struct is shorter", () => {
  const head = vfio_device_info.encode({
    argsz: 28,
    flags: 0x82,
    num_regions: 9,
    num_irqs: 5,
    cap_offset: 20,
  });
  const answer = joined(head.subarray(0, 20), Uint8Array.of(7, 0, 2, 0, 0, 0, 0, 0));
  assertEquals(decodeDeviceInfo(answer).capabilities, [{ id: 7, version: 2, data: new Uint8Array(0) }]);
});

Deno.test("decodeRegionInfo() reads index, size, offset and flags, each by itself", () => {
  const names = ["readable", "writable", "mappable"] as const;
  names.forEach((name, bit) => {
    const flags = 1 << bit;
    const offset = 3n << 40n;
    const answer = vfio_region_info.encode({ argsz: 32, flags, index: 3, size: 0x1_0000_4000n, offset });
    assertEquals(decodeRegionInfo(answer), {
      index: 3,
      size: 0x1_0000_4000,
      offset: 3 * 2 ** 40,
      readable: false,
      writable: false,
      mappable: false,
      capabilities: [],
      [name]: true,
    });
  });
});

Deno.test("decodeRegionInfo() reads the capabilities of a region", () => {
  const head = vfio_region_info.encode({ argsz: 112, flags: 0xf, index: 0, cap_offset: 32, size: 0x8000n });
  const sparse = vfio_region_info_cap_sparse_mmap.encode({
    header: { id: 1, version: 1, next: 80 },
    nr_areas: 2,
  });
  const areas = [{ offset: 0n, size: 0x1000n }, { offset: 0x4000n, size: 0x2000n }];
  const type = vfio_region_info_cap_type.encode({
    header: { id: 2, version: 1, next: 96 },
    type: 0x8000_8086,
    subtype: 1,
  });
  const mappable = Uint8Array.of(3, 0, 1, 0, 104, 0, 0, 0);
  const unknown = Uint8Array.of(99, 0, 4, 0, 0, 0, 0, 0, 1, 2, 3);
  const answer = joined(
    head,
    sparse,
    ...areas.map((area) => vfio_region_sparse_mmap_area.encode(area)),
    type,
    mappable,
    unknown,
  );
  assertEquals(decodeRegionInfo(answer).capabilities, [
    { id: "sparse-mmap", version: 1, areas: [{ offset: 0, size: 0x1000 }, { offset: 0x4000, size: 0x2000 }] },
    { id: "type", version: 1, type: 0x8000_8086, subtype: 1 },
    { id: "msix-mappable", version: 1 },
    { id: 99, version: 4, data: Uint8Array.of(1, 2, 3) },
  ]);
});

Deno.test("decodeRegionInfo() reads no capabilities that the flags do not announce", () => {
  const head = vfio_region_info.encode({ argsz: 40, flags: 7, cap_offset: 32 });
  assertEquals(decodeRegionInfo(joined(head, Uint8Array.of(3, 0, 1, 0, 0, 0, 0, 0))).capabilities, []);
});

Deno.test("decodeRegionInfo() reads no more areas than the answer has room for", () => {
  const head = vfio_region_info.encode({ argsz: 64, flags: 8, cap_offset: 32 });
  const header = { id: 1, version: 1, next: 0 };
  const sparse = vfio_region_info_cap_sparse_mmap.encode({ header, nr_areas: 0xffff_ffff });
  const area = vfio_region_sparse_mmap_area.encode({ offset: 0x1000n, size: 0x1000n });
  assertEquals(decodeRegionInfo(joined(head, sparse, area)).capabilities, [
    { id: "sparse-mmap", version: 1, areas: [{ offset: 0x1000, size: 0x1000 }] },
  ]);
});
