/** Which driver a device had: kept in a folder of root's, until the machine is switched off. */
import { readPart } from "../../os/files.ts";
import { checkOwnFolder, makeOwnFolder, removeFile, replaceFile } from "../../os/own_files.ts";
import { parseDriverName } from "./driver_name.ts";
import { ifKnown } from "./facts.ts";

/** Empty after each start of the machine, as driver_override is. */
const FOLDER = "/run/vfio";
/** No driver's name begins with it. */
const NONE = "-";
/** More than any name has. */
const LONGEST = 128;

/** Keeps a driver in mind; null: none had the device. @param address From the parser. @param folder For tests. */
export function rememberDriver(address: string, driver: string | null, folder: string = FOLDER): void {
  makeOwnFolder(folder);
  replaceFile(`${folder}/${address}`, `${driver ?? NONE}\n`);
}

/** Forgets what was kept in mind. */
export function forgetDriver(address: string, folder: string = FOLDER): void {
  removeFile(`${folder}/${address}`);
}

/** Tells what was kept in mind; undefined: nothing, what is no name, or what is not this user's to know. */
export function rememberedDriver(address: string, folder: string = FOLDER): string | null | undefined {
  const bytes = new Uint8Array(LONGEST);
  const count = ifKnown(() => {
    checkOwnFolder(folder);
    return readPart(`${folder}/${address}`, 0, bytes, LONGEST);
  });
  if (count === undefined) return undefined;
  const name = new TextDecoder().decode(bytes.subarray(0, count)).trim();
  return name === NONE ? null : ifKnown(() => parseDriverName(name));
}
