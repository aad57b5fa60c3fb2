import $ from "dax";
import packages from "../packages.txt" with { type: "text" };

/** Says what the machine lacks, and what to do about it, in one line. */
export class Missing extends Error {
  override name = "Missing";

  constructor(message: string) {
    super(message);
    // The remedy is the whole story: where the harness noticed helps nobody.
    this.stack = message;
  }
}

/** The commands that the harness runs, each with the Debian package that brings it. */
export const TOOLS: ReadonlyMap<string, string> = new Map(
  packages.trim().split("\n").map((line): [string, string] => {
    const [tool = "", name = ""] = line.split(" ");
    return [tool, name];
  }),
);

/**
 * Makes sure that every command the harness runs is there.
 *
 * @throws {Missing} naming all that are absent and the one command that installs them.
 */
export async function checkTools(): Promise<void> {
  const absent: string[] = [];
  for (const tool of TOOLS.keys()) {
    if (await $.which(tool) === undefined) absent.push(tool);
  }
  if (absent.length === 0) return;
  const names = new Set(absent.map((tool) => TOOLS.get(tool)));
  const subject = absent.map((tool) => tool === "qemu-system-x86_64" ? "QEMU" : tool).join(", ");
  throw new Missing(
    `${subject} ${absent.length > 1 ? "are" : "is"} missing: ` +
      `apt-get install -y --no-install-recommends ${[...names].join(" ")}`,
  );
}
