/**
 * A libc whose calls that change files fail from one of them on, as when the process is killed there: imported before
 * anything uses libc.
 *
 * @module
 */

/** How it goes on from the call that is hit. */
export type Failure =
  /** Nothing that the process does has an effect any more: it is dead. */
  | "killed"
  /** This call fails with EIO, later ones work. */
  | "fails"
  /** This call and all later ones fail with EACCES. */
  | "refused";

const EIO = 5;
const EACCES = 13;
const O_CREAT = 0o100;

let left = Infinity;
let failure: Failure = "killed";

/** Lets the n-th change fail, the first is 0. Infinity: none. */
export function failAt(n: number, how: Failure): void {
  left = n;
  failure = how;
}

/** Whether the failure has been met. */
export function hasFailed(): boolean {
  return left < 0;
}

type Call = (...parameters: unknown[]) => unknown;

const dlopen = Deno.dlopen;
Object.defineProperty(Deno, "dlopen", {
  value: (...parameters: Parameters<typeof dlopen>) => {
    const library = dlopen(...parameters);
    const symbols = library.symbols as unknown as Record<string, Call>;
    const changed = Object.entries(symbols).map((
      [name, call],
    ): [string, Call] => [name, guard(name, call, symbols)]);
    return { ...library, symbols: Object.fromEntries(changed) };
  },
});

function guard(name: string, call: Call, symbols: Readonly<Record<string, Call>>): Call {
  switch (name) {
    case "open":
      return (path, flags, mode) => {
        if ((Number(flags) & O_CREAT) === 0) return call(path, flags, mode);
        const instead = () => call(new TextEncoder().encode("/dev/null\0"), Number(flags) & 3, mode);
        return hit() ? outcome(instead, symbols) : call(path, flags, mode);
      };
    case "write":
      return (fd, bytes, size) => hit() ? outcome(() => Number(size), symbols) : call(fd, bytes, size);
    case "posixSpawn":
      // What it would have done is then done here, and hit as well.
      return (...words) => hit() ? 1 : call(...words);
    case "rename":
    case "remove":
    case "mkdir":
    case "chmod":
    case "chown":
      return (...words) => hit() ? outcome(() => 0, symbols) : call(...words);
    default:
      return call;
  }
}

function hit(): boolean {
  left--;
  return failure === "fails" ? left === -1 : left < 0;
}

function outcome(pretend: () => unknown, symbols: Readonly<Record<string, Call>>): unknown {
  if (failure === "killed") return pretend();
  const place = symbols["errnoLocation"]?.() as Deno.PointerObject;
  new Int32Array(Deno.UnsafePointerView.getArrayBuffer(place, 4))[0] = failure === "fails" ? EIO : EACCES;
  return -1;
}
