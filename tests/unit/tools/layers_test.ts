import { assertEquals } from "@std/assert";
import { layerFault } from "../../../tools/house/layers.ts";

const EXPORTS = new Set([
  "mod.ts",
  "backends/linux/mod.ts",
  "backends/emulated/mod.ts",
  "devices/mod.ts",
  "pci/mod.ts",
  "iommu/mod.ts",
  "views/mod.ts",
]);

/** One file of each room. */
const FILES = [
  "core/memory.ts",
  "uapi/vfio.ts",
  "pci/header.ts",
  "iommu/ranges.ts",
  "driverkit/dma.ts",
  "devices/config_space.ts",
  "devices/edu/registers.ts",
  "devices/edu/model.ts",
  "devices/edu/driver.ts",
  "devices/mod.ts",
  "os/libc.ts",
  "backends/linux/device.ts",
  "backends/emulated/device.ts",
  "backends/vfio_user/client.ts",
  "views/markup.ts",
  "mod.ts",
  "cli/vfio.ts",
  "tests/unit/core/memory_test.ts",
] as const;

/** What each may import of the others: everything else is refused. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "core/memory.ts": [],
  "uapi/vfio.ts": ["core/memory.ts"],
  "pci/header.ts": ["core/memory.ts"],
  "iommu/ranges.ts": ["core/memory.ts"],
  "driverkit/dma.ts": ["core/memory.ts", "pci/header.ts", "iommu/ranges.ts"],
  "devices/config_space.ts": ["core/memory.ts", "pci/header.ts"],
  "devices/edu/registers.ts": ["core/memory.ts"],
  "devices/edu/model.ts": [
    "core/memory.ts",
    "pci/header.ts",
    "devices/config_space.ts",
    "devices/edu/registers.ts",
  ],
  "devices/edu/driver.ts": [
    "core/memory.ts",
    "pci/header.ts",
    "driverkit/dma.ts",
    "devices/edu/registers.ts",
  ],
  "devices/mod.ts": [
    "devices/config_space.ts",
    "devices/edu/registers.ts",
    "devices/edu/model.ts",
    "devices/edu/driver.ts",
  ],
  "os/libc.ts": ["core/memory.ts", "uapi/vfio.ts"],
  "backends/linux/device.ts": [
    "core/memory.ts",
    "uapi/vfio.ts",
    "pci/header.ts",
    "iommu/ranges.ts",
    "os/libc.ts",
  ],
  "backends/emulated/device.ts": [
    "core/memory.ts",
    "uapi/vfio.ts",
    "pci/header.ts",
    "iommu/ranges.ts",
    "devices/config_space.ts",
    "devices/edu/model.ts",
  ],
  "backends/vfio_user/client.ts": [
    "core/memory.ts",
    "uapi/vfio.ts",
    "pci/header.ts",
    "iommu/ranges.ts",
    "devices/config_space.ts",
    "devices/edu/model.ts",
    "os/libc.ts",
  ],
  "views/markup.ts": ["core/memory.ts", "pci/header.ts"],
  "mod.ts": ["core/memory.ts", "driverkit/dma.ts", "backends/linux/device.ts"],
  "cli/vfio.ts": ["mod.ts", "devices/mod.ts"],
};

Deno.test("layerFault() lets imports go one way only, for every pair of rooms", () => {
  for (const [from, allowed] of Object.entries(ALLOWED)) {
    const seen = FILES.filter((to) => to !== from && layerFault(from, to, EXPORTS) === undefined);
    assertEquals(seen.toSorted(), allowed.toSorted(), from);
  }
});

Deno.test("layerFault() lets a test import anything", () => {
  for (const to of [...FILES, "node:fs", "npm:dax"]) {
    assertEquals(layerFault("tests/unit/core/memory_test.ts", to, EXPORTS), undefined, to);
  }
});

Deno.test("layerFault() lets a room import its own files", () => {
  const own: [string, string][] = [
    ["core/memory.ts", "core/errors.ts"],
    ["devices/config_space.ts", "devices/device_model.ts"],
    ["devices/nvme/model.ts", "devices/nvme/queue.ts"],
    ["devices/nvme/driver.ts", "devices/nvme/driver_queue.ts"],
    ["devices/nvme/driver/mod.ts", "devices/nvme/driver/queue.ts"],
    ["devices/nvme/registers.ts", "devices/nvme/registers_data.ts"],
    ["backends/emulated/device.ts", "backends/emulated/vfio_pci/config.ts"],
    ["cli/vfio.ts", "cli/list.ts"],
    ["examples/edu.ts", "examples/arguments.ts"],
  ];
  for (const [from, to] of own) assertEquals(layerFault(from, to, EXPORTS), undefined, `${from} -> ${to}`);
});

Deno.test("layerFault() takes a folder named driver for the driver", () => {
  const from = "devices/nvme/driver/queue.ts";
  for (const to of ["core/memory.ts", "driverkit/dma.ts", "devices/nvme/registers_entries.ts"]) {
    assertEquals(layerFault(from, to, EXPORTS), undefined, to);
  }
  for (const to of ["devices/nvme/queues.ts", "devices/config_space.ts", "iommu/ranges.ts", "mod.ts"]) {
    assertEquals(typeof layerFault(from, to, EXPORTS), "string", to);
  }
  assertEquals(typeof layerFault("devices/nvme/model.ts", from, EXPORTS), "string");
});

Deno.test("layerFault() keeps devices apart", () => {
  for (const file of ["registers.ts", "model.ts", "driver.ts"]) {
    const fault = layerFault(`devices/nvme/${file}`, "devices/edu/registers.ts", EXPORTS);
    assertEquals(fault, "imports devices/edu/registers.ts: a device imports no other device");
  }
});

Deno.test("layerFault() keeps everything from outside out of the library and the programs", () => {
  for (
    const to of [
      "node:fs",
      "npm:dax@0.49.0",
      "jsr:@std/assert",
      "https://example.com/a.ts",
      "data:text/javascript,",
    ]
  ) {
    for (const from of Object.keys(ALLOWED)) {
      assertEquals(layerFault(from, to, EXPORTS), `imports ${to}, which is no file of the project`, from);
    }
  }
});

Deno.test("layerFault() keeps tests out of everything else", () => {
  for (const from of Object.keys(ALLOWED)) {
    assertEquals(typeof layerFault(from, "tests/std/assert/mod.ts", EXPORTS), "string", from);
  }
});

Deno.test("layerFault() lets a program import no other program, and no file that is not exported", () => {
  for (const to of ["examples/edu.ts", "core/memory.ts", "driverkit/mod.ts", "tools/ok.ts"]) {
    assertEquals(
      layerFault("cli/vfio.ts", to, EXPORTS),
      `imports ${to}: cli may import what deno.json exports`,
    );
  }
});

Deno.test("layerFault() lets what makes the manual know what the command declares, and no other tool", () => {
  for (const to of ["cli/commands/mod.ts", "deno.json"]) {
    assertEquals(layerFault("tools/docs/manual.ts", to, EXPORTS), undefined, to);
    assertEquals(typeof layerFault("tools/ok.ts", to, EXPORTS), "string", to);
  }
  assertEquals(typeof layerFault("tools/docs/manual.ts", "core/remedies_data.ts", EXPORTS), "string");
});

Deno.test("layerFault() lets the command have its parser and the version, and nobody else", () => {
  for (const to of ["npm:/commander@15.1.0", "npm:commander@^15.1.0", "deno.json"]) {
    assertEquals(layerFault("cli/program.ts", to, EXPORTS), undefined, to);
    for (const from of ["examples/edu.ts", "core/memory.ts", "mod.ts"]) {
      assertEquals(typeof layerFault(from, to, EXPORTS), "string", `${from} -> ${to}`);
    }
  }
  assertEquals(typeof layerFault("cli/program.ts", "npm:commander-extra@1.0.0", EXPORTS), "string");
});

Deno.test("layerFault() lets a conformance case know the model and the registers, its fixture all", () => {
  const from = "tests/conformance/dma_test.ts";
  for (
    const to of [
      "core/mod.ts",
      "devices/edu/registers.ts",
      "tests/std/assert/mod.ts",
      "tests/conformance/cases.ts",
    ]
  ) {
    assertEquals(layerFault(from, to, EXPORTS), undefined, to);
  }
  for (const to of ["driverkit/mod.ts", "backends/emulated/mod.ts", "mod.ts", "iommu/ranges.ts", "node:fs"]) {
    assertEquals(typeof layerFault(from, to, EXPORTS), "string", to);
    assertEquals(layerFault("tests/conformance/emulated_fixture.ts", to, EXPORTS), undefined, to);
  }
});

Deno.test("layerFault() refuses a file outside the tree", () => {
  const fault = "stands in no folder of the tree: CONTRIBUTING.md draws it";
  for (const from of ["main.ts", "backends/qemu/mod.ts", "src/a.ts"]) {
    assertEquals(layerFault(from, "core/memory.ts", EXPORTS), fault, from);
  }
});
