import { CHECKOUT } from "./checkout.ts";

/**
 * Writes a module that imports every test module of a folder: in a guest, where each module that `deno test` is
 * given costs a second, one is enough.
 *
 * @param folder Below the checkout, e.g. `tests/conformance`.
 */
export function importAll(folder: string): string {
  return testModules(folder).sort().map((path) => `import "/src/${path}";\n`).join("");
}

function testModules(folder: string): string[] {
  return [...Deno.readDirSync(`${CHECKOUT}/${folder}`)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return testModules(path);
    return name.endsWith("_test.ts") ? [path] : [];
  });
}
