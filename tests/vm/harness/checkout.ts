import $ from "dax";
import { exists } from "./cache.ts";

/** The folder that deno.json stands in. */
export const CHECKOUT: string = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");

/**
 * Copies the checkout, with files that are not committed yet and without ignored ones, so that nothing a guest
 * writes lands in it.
 *
 * @param to An existing folder.
 */
export async function copyCheckout(to: string): Promise<void> {
  // The owner may be another user than root: it is only read.
  const git = await $`git -c safe.directory=* -C ${CHECKOUT} ls-files -z -co --exclude-standard`.noThrow()
    .quiet();
  if (git.code !== 0) {
    // Without git's data (an unpacked archive) everything there is belongs to it.
    const entries = [...Deno.readDirSync(CHECKOUT)].map(({ name }) => `${CHECKOUT}/${name}`);
    await $`xargs -0 cp -r -t ${to}`.stdinText(entries.join("\0"));
    return;
  }
  const names = git.stdout.split("\0").filter((name) => name !== "" && exists(`${CHECKOUT}/${name}`));
  await $`xargs -0 cp --parents --no-dereference --preserve=mode -t ${to}`.cwd(CHECKOUT).stdinText(
    names.join("\0"),
  );
}
