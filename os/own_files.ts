/** Files that are made and given away here, by libc's calls. */
import { EACCES, EEXIST, O_CREAT, O_EXCL, R_OK, W_OK } from "./constants_data.ts";
import { fileStatus, writeText } from "./files.ts";
import { cString, errno, libc } from "./libc.ts";
import { hasCode, systemError } from "./system_error.ts";

/** A file's owner and group; this one leaves the group as it is. */
const SAME_GROUP = 0xffff_ffff;
const OWN_FOLDER = 0o700;

/** Whether this process may read and write a file. */
export function isAccessible(path: string): boolean {
  return libc().access(cString(path), R_OK | W_OK) === 0;
}

/** Gives a file away. @throws {VfioError} what chown(2) gives. */
export function giveFile(path: string, user: number, group: number = SAME_GROUP): void {
  if (libc().chown(cString(path), user, group) < 0) throw systemError(errno(), "chown", path);
}

/** Says who may do what with a file. @param mode As 0o600. @throws {VfioError} what chmod(2) gives. */
export function setMode(path: string, mode: number): void {
  if (libc().chmod(cString(path), mode) < 0) throw systemError(errno(), "chmod", path);
}

/**
 * Makes a folder that nobody else sees into, or takes the one that is there.
 *
 * @throws {VfioError} what mkdir(2) gives; `EACCES` when the one that is there is open to others.
 */
export function makeOwnFolder(path: string): void {
  if (libc().mkdir(cString(path), OWN_FOLDER) === 0) return;
  const number = errno();
  if (number !== EEXIST) throw systemError(number, "mkdir", path);
  checkOwnFolder(path);
}

/** Looks whether a folder is root's alone. @throws {VfioError} `EACCES` when it is not; what statx(2) gives. */
export function checkOwnFolder(path: string): void {
  const { owner, mode } = fileStatus(path);
  if (owner === 0 && (mode & 0o077) === 0) return;
  const detail = "what stands in it could be somebody else's: it must be root's, with mode 0700";
  throw systemError(EACCES, "open", path, { detail });
}

/** Writes a file, whole or not at all: readers find the old one or the new one. @throws {VfioError} what the calls give. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.new`;
  removeFile(draft);
  writeText(draft, text, O_CREAT | O_EXCL);
  if (libc().rename(cString(draft), cString(path)) < 0) throw systemError(errno(), "rename", path);
}

/** Removes a file or an empty folder, if it is there. @throws {VfioError} what remove(3) gives. */
export function removeFile(path: string): void {
  if (libc().remove(cString(path)) === 0) return;
  const error = systemError(errno(), "remove", path);
  if (!hasCode(error, "ENOENT")) throw error;
}
