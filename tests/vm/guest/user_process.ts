/**
 * A user's process on the guest: runs the command and holds devices, as it is told line by line on its standard input;
 * it answers each line with one. `user.ts` speaks to it.
 *
 *     deno run --allow-ffi tests/vm/guest/user_process.ts
 *
 * @module
 */
import { linux } from "../../../backends/linux/mod.ts";
import { openDevice } from "../../../mod.ts";
import { vfio } from "../../unit/cli/captured_io.ts";

const backend = linux();
let held = new DisposableStack();

const doings: Readonly<Record<string, (words: readonly string[]) => unknown>> = {
  vfio: (words) => vfio(words, { backend }),
  /** Opens a device for good, and reads its first register. */
  open: ([address = ""]) => held.use(openDevice(address)).region("bar0").read32(0),
  /** Keeps a device's own descriptor alone: it does not show which group it holds. */
  openAlone: ([address = ""]) => {
    const { host, groups } = linux();
    if (groups === undefined) throw new Error("The guest has no groups");
    const container = held.use(groups.openContainer());
    using group = groups.openGroup(host.groupOf(address) ?? NaN);
    group.setContainer(container);
    container.setIommu("type1v2");
    held.use(group.openDevice(address));
    return true;
  },
  close: () => {
    held.dispose();
    held = new DisposableStack();
    return true;
  },
};

const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
let rest = "";
for await (const chunk of lines) {
  const parts = (rest + chunk).split("\n");
  rest = parts.pop() ?? "";
  for (const line of parts) console.log(JSON.stringify(await answer(line)));
}

async function answer(line: string): Promise<unknown> {
  const [doing, ...words]: string[] = JSON.parse(line);
  try {
    return { value: await doings[doing ?? ""]?.(words) };
  } catch (error) {
    return { error: String(error) };
  }
}
