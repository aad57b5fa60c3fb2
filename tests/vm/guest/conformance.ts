/**
 * The conformance suite on the guest's own kernel, in both modes, and whether its machine is all that the suite asks
 * for: what conformance_test.ts has a guest run.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Mode } from "../../conformance/fixture.ts";
import { givenIommu, plugsFromEnvironment, runningKernel } from "../../conformance/fixtures/linux/plugs.ts";
import { LinuxFixture } from "../../conformance/fixtures/linux_fixture.ts";
import { attach } from "../../conformance/ready.ts";
import { WITHOUT_CASE } from "../../conformance/numbers_data.ts";
import { entries } from "../../conformance/registry.ts";
import { runOn } from "../../conformance/run.ts";

const kernel = runningKernel();
const iommu = givenIommu();
const plugs = plugsFromEnvironment();
const isRoot = Deno.uid() === 0;

function lend(mode: Mode): LinuxFixture {
  return new LinuxFixture({ kernel, mode, iommu, plugs });
}

for (const mode of ["type1v2", "type1"] as const) {
  const title = `Linux ${kernel}, ${mode}${isRoot ? "" : ", a user"}`;
  runOn({ title, lend: () => lend(mode) });

  // Else a part that is not found would make cases silently not run.
  Deno.test(`Fixture has every part and right that cases need (${title})`, () => {
    using machine = lend(mode);
    const expected = new Set([...WITHOUT_CASE.values(), ...isRoot ? [] : ["needs root"]]);
    const reasons = entries(machine).flatMap(({ notRun }) => notRun.map(({ why }) => why));
    assertEquals([...new Set(reasons).difference(expected)], []);
  });
}

Deno.test("Fixture.holdings() counts each descriptor and each mapping of the model once", () => {
  using machine = lend("type1v2");
  const { backend } = machine;
  using edu = attach(machine);
  using kept = new DisposableStack();
  const { file } = kept.use(backend.allocate(4096, { shared: true }));
  if (file === undefined) throw new Error("Memory made with `shared` has no file");
  let before = machine.holdings();
  function grows(descriptors: number, mappings: number, make: () => Disposable): void {
    kept.use(make());
    const after = machine.holdings();
    const grown = [after.descriptors - before.descriptors, after.mappings - before.mappings];
    assertEquals(grown, [descriptors, mappings]);
    before = after;
  }
  grows(1, 0, () => backend.createSignal());
  grows(0, 1, () => backend.allocate(4096));
  grows(1, 1, () => backend.allocate(4096, { shared: true }));
  grows(0, 1, () => backend.mapFile(file));
  grows(1, 0, () => edu.group.openDevice(edu.address));
  const device = kept.use(edu.group.openDevice(edu.address));
  before = machine.holdings();
  grows(0, 1, () => device.region(0).map());
});
