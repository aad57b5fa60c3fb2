import { assertEquals, assertRejects } from "@std/assert";
import { Input } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import { UsageError } from "../../../cli/errors.ts";
import { draw } from "../../../cli/svg.ts";
import { DmaMap } from "../../../views/mod.ts";

/** What was written: where, and whether it may take the place of another. */
type Written = readonly [path: string, start: string, replace: boolean];

async function drawn(
  svg: string | undefined,
  json = false,
): Promise<readonly [boolean, readonly Written[], number]> {
  const written: Written[] = [];
  let asked = 0;
  const writeText = (path: string, text: string, replace: boolean) => {
    written.push([path, text.slice(0, 4), replace]);
    return Promise.resolve();
  };
  const context = { json, io: { writeText } } as unknown as Context;
  const input = new Input([], svg === undefined ? {} : { svg });
  const takesOutput = await draw(context, input, () => {
    asked++;
    return new DmaMap({ mappings: [] });
  });
  return [takesOutput, written, asked];
}

Deno.test("draw() does nothing, and asks for no view, without the option", async () => {
  assertEquals(await drawn(undefined), [false, [], 0]);
});

Deno.test("draw() puts the drawing in the place of another, beside what is printed", async () => {
  assertEquals(await drawn("x.svg"), [false, [["x.svg", "<svg", true]], 1]);
  assertEquals(await drawn("x.svg", true), [false, [["x.svg", "<svg", true]], 1]);
});

Deno.test("draw() on standard output takes it from all else, and is refused where JSON wants it", async () => {
  assertEquals(await drawn("-"), [true, [["-", "<svg", true]], 1]);
  await assertRejects(() => drawn("-", true), UsageError, "standard output");
});
