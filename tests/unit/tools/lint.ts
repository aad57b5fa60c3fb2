/** What a lint rule of the project says of a file. */
import plugin from "../../../tools/lint/plugin.ts";

/** The findings of one rule, each as the text it points at. */
export function findings(rule: string, path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, path, source)
    .filter(({ id }) => id === `vfio/${rule}`)
    .map(({ range }) => source.slice(...range));
}
