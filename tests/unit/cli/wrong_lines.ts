/** Command lines that are wrong, each in a way that is known. */
import { chance } from "../pci/spaces.ts";
import { RIGHT_LINES, wordsOf } from "./right_lines.ts";
import { pick, WRONGS } from "./wrongs.ts";
import type { WrongLine } from "./wrongs.ts";

/** Lines with one thing wrong in each: as many as are asked for. @param seed Equal seeds give equal lines. */
export function* wrongLines(count: number, seed: number): Generator<WrongLine, void, undefined> {
  const numbers = chance(seed);
  const lines = RIGHT_LINES.map(wordsOf);
  for (let made = 0; made < count;) {
    const line = pick(WRONGS, numbers)(pick(lines, numbers), numbers);
    if (line === undefined) continue;
    made++;
    yield line;
  }
}
