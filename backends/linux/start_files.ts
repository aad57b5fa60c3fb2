/** What gives devices to drivers at each start of this machine: files in /etc. */
import { isVfioDriver } from "../../core/dma_drivers.ts";
import { START_FOLDERS, startPath, startText } from "../../core/start_files.ts";
import type { SettingsFile, StartDevice, StartFolders, StartWay } from "../../core/start_files.ts";
import { exists, readPart } from "../../os/files.ts";
import { removeFile, replaceFile } from "../../os/own_files.ts";
import { ifKnown } from "./facts.ts";

const WAYS: readonly StartWay[] = ["driverctl", "udev"];
/** More than such a file has. */
const LONGEST = 4096;

/** Tells which file gives a device to a driver. @param driver From the parser. @param folders Others for tests. */
export function startFile(
  device: StartDevice,
  driver: string,
  folders: StartFolders = START_FOLDERS,
): SettingsFile {
  const way = exists(folders.driverctl) ? "driverctl" : "udev";
  return {
    path: startPath(way, device.address, folders),
    text: startText(way, device, driver),
  };
}

/** Lists the files that give a device to VFIO: driverctl's are for other drivers as well. @param address From the parser. */
export function startFiles(address: string, folders: StartFolders = START_FOLDERS): SettingsFile[] {
  const bytes = new Uint8Array(LONGEST);
  return WAYS.flatMap((way) => {
    const path = startPath(way, address, folders);
    const count = ifKnown(() => readPart(path, 0, bytes, LONGEST));
    if (count === undefined) return [];
    const text = new TextDecoder().decode(bytes.subarray(0, count));
    return way === "driverctl" && !isVfioDriver(text.trim()) ? [] : [{ path, text }];
  });
}

/** Writes the file, whole or not at all. A link in its place is replaced, not followed. */
export function writeStartFile(
  device: StartDevice,
  driver: string,
  folders: StartFolders = START_FOLDERS,
): void {
  const { path, text } = startFile(device, driver, folders);
  replaceFile(path, text);
}

/** Takes away the files that give a device to VFIO. */
export function removeStartFiles(address: string, folders: StartFolders = START_FOLDERS): void {
  for (const { path } of startFiles(address, folders)) removeFile(path);
}
