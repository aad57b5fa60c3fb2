import { EMULATED, EmulatedFixture } from "./fixtures/emulated_fixture.ts";
import { runOn } from "./run.ts";

for (const machine of EMULATED) {
  for (const mode of ["type1v2", "type1"] as const) {
    const title = `emulated ${machine.kernel}, ${machine.iommu}, ${mode}`;
    runOn({ title, lend: () => new EmulatedFixture({ ...machine, mode }) });
  }
}
