/** Command lines that are right. */
import { COMMANDS } from "../../../cli/commands/mod.ts";
import type { VfioCommand } from "../../../cli/command.ts";
import { EDU } from "./machine.ts";

/** A right line in its words. */
export interface Words {
  readonly command: VfioCommand;
  readonly words: readonly string[];
  readonly devices: readonly number[];
  readonly numbers: readonly number[];
}

/** What is tried: `@` stands for a device, `#` in front of a number's only word or half of one. */
export const RIGHT_LINES: readonly string[] = [
  "list",
  "list --all --json",
  "list --slot 00:04.0",
  "list --ids 1234:11e8",
  "list --emulated edu,nvme",
  "groups",
  "groups --tree",
  "doctor",
  "doctor @ --fix",
  "bind @",
  "bind @ --owner root --dry-run",
  "unbind @ --to nvme --dry-run",
  "faults",
  "explain EBUSY",
  "explain NOT-VIABLE",
  "inspect @",
  "inspect @ --hex",
  "inspect @ --dump -",
  "inspect --from dump",
  "config @ get COMMAND",
  "config @ get COMMAND CAP_MSI+2.w --raw",
  "config @ set COMMAND=4:4 --dry-run",
  "config @ diff dump",
  "mem @ 0 read #0x8",
  "mem @ 0 read #8 #0x20 --width #32",
  "mem @ 0 dump #0x0 #16",
  "mem @ 0 fill #0x20 #4 #0",
  "mem @ 0 watch #8 --count #1 --timeout #10 --interval #5",
  "mem @ 0 --map edu read factorial",
  "irq @ list",
  "irq @ trigger #0 --count #2",
  "irq @ watch --count #1 --timeout #10 --vectors #1",
  "dma @ ranges",
  "dma @ limits",
  "dma @ try #64K --max-iova #0xfffffff",
  "reset @ --list --timeout #1000",
  "selftest @ --isolation",
  "bench @ mmio --count #3 --at 0:0x8",
  "bench @ map -n #2 --size #4K",
  "repl @",
  "report @ --output made.html",
  "report --output made.json --dry-run",
  "setup --user alice --unit web",
  "completions bash",
];

/** What a right line is with a device in it. */
export function rightWords(line: string): string[] {
  return line.split(" ").map((word) => word === "@" ? EDU : word.replace(/^#/, ""));
}

/** Tells where in a right line its devices and numbers are. */
export function wordsOf(line: string): Words {
  const words = line.split(" ");
  const command = COMMANDS.find(({ name }) => name === words[0]);
  if (command === undefined) throw new Error(`There is no command ${words[0]}`);
  const places = (mark: string) => words.flatMap((word, index) => word.startsWith(mark) ? [index] : []);
  return { command, words: rightWords(line), devices: places("@"), numbers: places("#") };
}
