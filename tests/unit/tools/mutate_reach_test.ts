import { assertEquals } from "@std/assert";
import { Reach, stagesOf } from "../../../tools/mutate/reach.ts";

const IMPORTS = [
  ["tests/unit/emulated/irqs_test.ts", "tests/unit/emulated/ready.ts"],
  ["tests/unit/emulated/ready.ts", "backends/emulated/host.ts"],
  ["tests/unit/emulated/far_test.ts", "tests/unit/emulated/farther.ts"],
  ["tests/unit/emulated/farther.ts", "tests/unit/emulated/ready.ts"],
  ["tests/unit/driverkit/dma_test.ts", "backends/emulated/vfio_pci/irqs.ts"],
  ["tests/unit/iommu/ranges_test.ts", "iommu/ranges.ts"],
  ["tests/conformance/emulated_test.ts", "backends/emulated/host.ts"],
  ["backends/emulated/host.ts", "backends/emulated/vfio_pci/irqs.ts"],
  ["backends/emulated/vfio_pci/irqs.ts", "backends/emulated/host.ts"],
  ["backends/emulated/vfio_pci/irqs.ts", "iommu/ranges.ts"],
].map(([from = "", to = ""]) => ({ from, to, line: 1 }));
const TESTS = [...new Set(IMPORTS.map(({ from }) => from).filter((path) => path.endsWith("_test.ts")))];

Deno.test("Reach.testsOf() begins with the file's own test, then its folder's, the nearest first, and ends with the conformance suite", () => {
  assertEquals(new Reach(IMPORTS, TESTS).testsOf("backends/emulated/vfio_pci/irqs.ts"), [
    "tests/unit/emulated/irqs_test.ts",
    "tests/unit/emulated/far_test.ts",
    "tests/unit/driverkit/dma_test.ts",
    "tests/conformance/emulated_test.ts",
  ]);
  assertEquals(new Reach(IMPORTS, TESTS).testsOf("iommu/ranges.ts")[0], "tests/unit/iommu/ranges_test.ts");
  assertEquals(new Reach(IMPORTS, TESTS).testsOf("iommu/other.ts"), []);
});

Deno.test("Reach.partsOf() gives what a test is made of, without the code", () => {
  assertEquals(new Reach(IMPORTS, TESTS).partsOf("tests/unit/emulated/far_test.ts"), [
    "tests/unit/emulated/far_test.ts",
    "tests/unit/emulated/farther.ts",
    "tests/unit/emulated/ready.ts",
  ]);
});

Deno.test("stagesOf() begins with few tests, and gives each stage more time", () => {
  const times = new Map([["a", 1000], ["b", 400], ["c", 200], ["d", 5800], ["e", 1], ["f", 90_000], [
    "g",
    1,
  ]]);
  assertEquals(stagesOf([...times.keys(), "h"], times), [
    { tests: ["a", "b"], ms: 1400 },
    { tests: ["c", "d"], ms: 6000 },
    { tests: ["e"], ms: 1 },
    { tests: ["f", "g", "h"], ms: 90_001 },
  ]);
  assertEquals(stagesOf([], times), []);
});
