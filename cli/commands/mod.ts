/** All commands, in the order in which help lists them. */
import type { VfioCommand } from "../command.ts";
import { bench } from "./bench.ts";
import { bind } from "./bind.ts";
import { completions } from "./completions.ts";
import { config } from "./config.ts";
import { dma } from "./dma.ts";
import { doctor } from "./doctor.ts";
import { explain } from "./explain.ts";
import { faults } from "./faults.ts";
import { groups } from "./groups.ts";
import { inspect } from "./inspect.ts";
import { irq } from "./irq.ts";
import { list } from "./list.ts";
import { mem } from "./mem.ts";
import { repl } from "./repl.ts";
import { report } from "./report.ts";
import { reset } from "./reset.ts";
import { selftest } from "./selftest.ts";
import { setup } from "./setup.ts";
import { unbind } from "./unbind.ts";

const NAMED: readonly VfioCommand[] = [
  list,
  groups,
  doctor,
  explain,
  bind,
  unbind,
  inspect,
  config,
  mem,
  irq,
  dma,
  reset,
  selftest,
  bench,
  faults,
  report,
  setup,
  repl,
];

/** All commands. */
export const COMMANDS: readonly VfioCommand[] = [...NAMED, completions(NAMED)];
