import { assertEquals } from "@std/assert";
import { parseMounts, parseRoutes, parseRoutes6, parseSwaps } from "../../backends/linux/mounts.ts";
import { readText } from "../../os/files.ts";
import "./holdings.ts";

Deno.test("parseMounts() reads mountinfo, with any number of optional fields, and names with spaces", () => {
  const text = [
    "22 1 259:2 / / rw,relatime shared:1 master:2 - ext4 /dev/nvme0n1p2 rw",
    "99 22 0:47 /@home /home rw - btrfs /dev/mapper/vg-home rw,subvol=/@home",
    "100 22 8:1 / /media/a\\040b\\134c rw shared:7 - vfat /dev/sda1 rw",
    "not a mount",
    "",
  ].join("\n");
  assertEquals(parseMounts(text), [
    { device: "259:2", place: "/", source: "/dev/nvme0n1p2" },
    { device: "0:47", place: "/home", source: "/dev/mapper/vg-home" },
    { device: "8:1", place: "/media/a b\\c", source: "/dev/sda1" },
  ]);
  assertEquals(parseMounts(readText("/proc/self/mountinfo")).some(({ place }) => place === "/proc"), true);
});

Deno.test("parseSwaps() reads the files of swap space", () => {
  const text = "Filename\t\t\t\tType\t\tSize\nUsed\n/dev/nvme0n1p3  partition 1 2 3\n/a\\040b file 1 2 3\n";
  assertEquals(parseSwaps(text).slice(1), ["/dev/nvme0n1p3", "/a b"]);
  assertEquals(parseSwaps("Filename Type\n"), []);
});

Deno.test("parseRoutes() reads routes, and addresses in network order", () => {
  const text = "Iface\tDestination\tGateway\n" +
    "eth0\t00000000\t0202000A\t0003\neth0\t0002000A\t00000000\t0001\nshort\neth1\tnonsense\t0\n";
  assertEquals(parseRoutes(text), [
    { interface: "eth0", destination: "default" },
    { interface: "eth0", destination: "10.0.2.0" },
  ]);
});

Deno.test("parseRoutes6() reads default routes only", () => {
  const none =
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000";
  const text = [
    `${none} ffffffff 00000001 00000000 00200200       lo`,
    `${none} 00000400 00000001 00000000 00000003     eth0`,
    `fe800000000000000000000000000000 40 ${none.slice(36)} 00000100 00000001 00000000 00000001     eth1`,
    "",
  ].join("\n");
  assertEquals(parseRoutes6(text), [{ interface: "eth0", destination: "default" }]);
});
