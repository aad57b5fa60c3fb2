import { EmulatedFixture } from "./fixtures/emulated_fixture.ts";
import { runOn } from "./run.ts";

for (
  const options of [
    { kernel: "7.2", mode: "type1v2" },
    { kernel: "7.2", mode: "type1" },
    { kernel: "6.12", mode: "type1v2" },
    { kernel: "6.1", mode: "type1v2" },
  ] as const
) {
  runOn({ title: `emulated ${options.kernel}, ${options.mode}`, lend: () => new EmulatedFixture(options) });
}
