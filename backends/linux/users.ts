/** Users and groups, as /etc tells them. */
import { readText } from "../../os/files.ts";
import { ifThere } from "./sysfs.ts";

/** The largest id: the one after it means none. */
const LAST_ID = 0xffff_fffe;

/** A user's name; where there is none, their number. */
export function userName(uid: number): string {
  return entries("/etc/passwd").find((fields) => fields[2] === String(uid))?.[0] ?? `user ${uid}`;
}

/** An owner of files. */
export interface Owner {
  readonly user: number;
  /** undefined: files keep their group. */
  readonly group: number | undefined;
}

/** Finds "USER" or "USER:GROUP", by name or number. @throws {TypeError} when there is none. */
export function parseOwner(text: string): Owner {
  const [user = "", group, ...rest] = text.split(":");
  if (rest.length > 0) {
    throw new TypeError(`Cannot use ${JSON.stringify(text)} as an owner: USER:GROUP is the form`);
  }
  return {
    user: idOf(user, "user", "/etc/passwd"),
    group: group === undefined ? undefined : idOf(group, "group", "/etc/group"),
  };
}

function idOf(name: string, what: string, path: string): number {
  const text = /^\d{1,10}$/.test(name) ? name : entries(path).find((fields) => fields[0] === name)?.[2];
  const id = Number(text);
  if (name !== "" && text !== undefined && Number.isInteger(id) && id <= LAST_ID) return id;
  throw new TypeError(`Cannot find the ${what} ${JSON.stringify(name)}: ${path} has none of that name`);
}

/** Both files have a line for each, of fields between colons: the name, a password, the id. */
function entries(path: string): string[][] {
  return (ifThere(() => readText(path)) ?? "").split("\n").map((line) => line.split(":"));
}
