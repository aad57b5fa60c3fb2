/** The parser of driver names: they become parts of paths. */

/** The longest module name that the kernel takes has 55 letters. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** Gives `name` back when it can be a driver's. @throws {TypeError} for anything else. */
export function parseDriverName(name: string): string {
  if (typeof name !== "string" || !NAME.test(name)) {
    throw new TypeError(
      `Cannot use ${JSON.stringify(name)} as a driver's name: letters, digits, _ and - are needed`,
    );
  }
  return name;
}
