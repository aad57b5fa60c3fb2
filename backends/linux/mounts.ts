/** What stands in /proc about mounts, swap space and routes: pure readers of its text. */

/** A mounted file system. */
export interface Mount {
  /** "259:1", of the block device; "0:47" where the file system has none. */
  readonly device: string;
  /** Where: "/data". */
  readonly place: string;
  /** What: "/dev/nvme0n1p1". */
  readonly source: string;
}

/** Reads /proc/self/mountinfo. @see Linux, Documentation/filesystems/proc.rst, 3.5 */
export function parseMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const fields = line.split(" ");
    const [, , device, , place] = fields;
    // Optional fields end at "-"; behind it stand the type and the source.
    const source = fields[fields.indexOf("-", 6) + 2];
    if (device === undefined || place === undefined || source === undefined || !fields.includes("-")) {
      return [];
    }
    return [{ device, place: unescape(place), source: unescape(source) }];
  });
}

/** Reads the files of /proc/swaps. */
export function parseSwaps(text: string): string[] {
  return text.split("\n").slice(1).map((line) => unescape(line.split(/\s/)[0] ?? "")).filter((name) =>
    name !== ""
  );
}

/** A route through an interface. */
export interface Route {
  /** "eth0". */
  readonly interface: string;
  /** "default", or an address: "10.0.2.0". */
  readonly destination: string;
}

/** Reads /proc/net/route. */
export function parseRoutes(text: string): Route[] {
  return text.split("\n").slice(1).flatMap((line) => {
    const [name, destination] = line.split("\t");
    if (name === undefined || destination === undefined || !/^[\dA-F]{8}$/i.test(destination)) return [];
    // The address is in network order, printed as a number of this machine.
    const parts = destination.match(/../g)?.reverse().map((part) => parseInt(part, 16)) ?? [];
    const isDefault = parts.every((part) => part === 0);
    return [{ interface: name, destination: isDefault ? "default" : parts.join(".") }];
  });
}

/** Reads the default routes of /proc/net/ipv6_route: others are there for every interface that is up. */
export function parseRoutes6(text: string): Route[] {
  return text.split("\n").flatMap((line) => {
    const [destination, length, , , , , , , , name] = line.split(/\s+/);
    const isDefault = length === "00" && /^0+$/.test(destination ?? "");
    return name === undefined || name === "lo" || !isDefault
      ? []
      : [{ interface: name, destination: "default" }];
  });
}

/** Spaces and the like stand there as "\\040". */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
