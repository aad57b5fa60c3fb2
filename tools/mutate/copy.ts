/** A copy of the project, in which one file at a time is changed and tests are run. */
import { ROOT } from "../house/project.ts";

/** How a run of tests ended. */
export interface Run {
  readonly outcome: "passed" | "failed" | "timeout" | "unparsable";
  /** The first test that failed. */
  readonly by: string;
  readonly ms: number;
}

/** Memory that a run may take, in MiB: a mutant may want all there is. */
const HEAP_MIB = 1024;

/** A copy of the project in a folder of its own, which goes with it. */
export class ProjectCopy implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Copies what there is of the project now. */
  static async make(): Promise<ProjectCopy> {
    const folder = await Deno.makeTempDir({ prefix: "mutate-" });
    await copyFolder(ROOT.pathname, folder);
    return new ProjectCopy(folder);
  }

  /** Puts a text in a file's place. */
  async write(path: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.#folder}/${path}`, text);
  }

  /** Runs test files up to the first failure, and for `deadlineMs` at most. */
  async test(files: readonly string[], deadlineMs: number): Promise<Run> {
    const start = performance.now();
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "test",
        "--no-check",
        "--no-prompt",
        "--fail-fast",
        `--v8-flags=--max-old-space-size=${HEAP_MIB}`,
        ...files,
      ],
      cwd: this.#folder,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, deadlineMs);
    const { success, stdout, stderr } = await child.output();
    clearTimeout(timer);
    const decoder = new TextDecoder();
    const output = decoder.decode(stdout) + decoder.decode(stderr);
    const ms = Math.round(performance.now() - start);
    const outcome = success ? "passed" : isLate ? "timeout" : isUnparsable(output) ? "unparsable" : "failed";
    return { outcome, by: firstFailure(output), ms };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** The test that a run says has failed; "" when it broke off before any. */
export function firstFailure(output: string): string {
  return /^(?!Uncaught error)(.+) \.\.\. FAILED/m.exec(output)?.[1] ?? "";
}

/** Whether no test failed, since there was no program. */
export function isUnparsable(output: string): boolean {
  return firstFailure(output) === "" && /^error: SyntaxError: /m.test(output);
}

async function copyFolder(from: string, to: string): Promise<void> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(from)) {
    if (name.startsWith(".") || name === "node_modules") continue;
    if (isFile) await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
    if (!isDirectory) continue;
    await Deno.mkdir(`${to}/${name}`);
    await copyFolder(`${from}/${name}`, `${to}/${name}`);
  }
}
