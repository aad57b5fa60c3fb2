import { concat } from "./bytes.ts";

/** A file, folder or symbolic link of an archive. */
export interface Entry {
  /** Where it goes, without a leading slash. */
  readonly path: string;
  /** Type and permissions, as in `st_mode`. */
  readonly mode: number;
  /** The file's content or the link's target. */
  readonly data: Uint8Array;
}

/** Makes the entry of a folder. */
export function folder(path: string, permissions = 0o755): Entry {
  return { path, mode: 0o040000 | permissions, data: new Uint8Array() };
}

/** Makes the entry of a file. */
export function file(path: string, content: string | Uint8Array, permissions = 0o644): Entry {
  const data = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { path, mode: 0o100000 | permissions, data };
}

/** Makes the entry of a symbolic link. */
export function link(path: string, target: string): Entry {
  return { path, mode: 0o120777, data: new TextEncoder().encode(target) };
}

/**
 * Writes an archive in cpio's "newc" format, the one that Linux unpacks as its initramfs.
 *
 * It is padded to 512 bytes, so archives may be joined end to end: the kernel unpacks one after the other.
 *
 * @see Linux Documentation/driver-api/early-userspace/buffer-format.rst
 */
export function cpio(entries: readonly Entry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  function put(part: Uint8Array, alignment: number): void {
    parts.push(part);
    size += part.length;
    const padding = (alignment - size % alignment) % alignment;
    parts.push(new Uint8Array(padding));
    size += padding;
  }
  const trailer: Entry = { path: "TRAILER!!!", mode: 0, data: new Uint8Array() };
  [...entries, trailer].forEach((entry, inode) => {
    put(header(entry, inode + 1), 4);
    put(entry.data, 4);
  });
  put(new Uint8Array(), 512);
  return concat(parts);
}

function header(entry: Entry, inode: number): Uint8Array {
  const name = new TextEncoder().encode(`${entry.path}\0`);
  // ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check
  const fields = [inode, entry.mode, 0, 0, 1, 0, entry.data.length, 0, 0, 0, 0, name.length, 0];
  const text = `070701${fields.map((field) => field.toString(16).padStart(8, "0").toUpperCase()).join("")}`;
  return concat([new TextEncoder().encode(text), name]);
}
