/** `vfio report` on a real kernel: a machine with eight devices, some of them in each other's way. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { boot, BRIDGED_PAIR } from "./harness/mod.ts";

/** Eight devices, and the bridge that puts two of them into one group. */
const DEVICES = [
  "edu",
  "nvme",
  "e1000e",
  "ivshmem-plain",
  "virtio-rng-pci",
  "igb",
  ...BRIDGED_PAIR,
];
/** The second nvme stays with the kernel, so that the edu beside it is blocked; the second edu is that. */
const BOUND = ["EDU", "NVME", "E1000E", "IVSHMEM", "RNG", "IGB", "EDU_2"];
const FILE_RIGHTS =
  "deno run --no-check --no-prompt --cached-only --allow-ffi --allow-read=/tmp --allow-write=/tmp";

/** First edu writes where nothing is mapped, so that the kernel has something to tell. */
const SCRIPT = `
vfio selftest $VFIO_EDU --isolation -q >/tmp/selftest || cat /tmp/selftest >&2
${FILE_RIGHTS} /src/cli/vfio.ts report -o /tmp/report.html || exit 1
cat /tmp/report.html && echo === &&
as-user vfio report --json && echo === &&
vfio inspect $VFIO_IGB
`;
/** Each command takes many seconds where every instruction is emulated. */
const TIMEOUT_MS = 420_000;

/** What is told of a device. */
interface Told {
  readonly entry: { readonly device: number };
  readonly config?: string;
  readonly resources: readonly { readonly index: number; readonly kind: string; readonly size: number }[];
}

Deno.test("vfio report shows a real machine with eight devices, to each user as far as that one may see it", async () => {
  const options = {
    devices: DEVICES,
    bind: BOUND,
    load: ["nvme"],
    qemuVersion: "10.0",
    timeoutMs: TIMEOUT_MS,
  } as const;
  const { status, reason, stdout, stderr, kernel } = await boot(options, SCRIPT);
  assertEquals(status, 0, `${reason ?? ""}\n${stdout.slice(0, 4000)}\n${stderr}`);
  const [html = "", user = "", inspected = ""] = stdout.split("===\n");
  assertMatch(html, /^<!DOCTYPE html>[^]*default-src 'none'; style-src 'unsafe-inline'[^]*<\/html>\n$/);
  assertEquals(html.match(/<script|\son\w+="|https?:\/\/(?!www\.w3\.org\/)/g), null);
  const parts = [
    `Linux ${kernel}`,
    "Intel VT-d (48 bits), interrupt remapping on",
    "is driven by nvme",
    "Blocked DMA",
    "wanted to write 0x",
    "1 MiB of 32-bit memory",
    "64-bit memory",
    "MSI-X of 10 vectors",
    "Single Root I/O Virtualization",
    "(redacted)",
  ];
  for (const part of parts) assertStringIncludes(html, part);

  const { devices, faults } = JSON.parse(user) as { devices: readonly Told[]; faults: readonly unknown[] };
  assert(devices.length >= 9);
  const card = devices.find(({ entry: { device } }) => device === 0x10c9);
  assertEquals(card?.resources.map(({ index, kind, size }) => [index, kind, size]), [
    [0, "memory32", 0x2_0000],
    [1, "memory32", 0x2_0000],
    [2, "io", 32],
    [3, "memory64", 0x4000],
  ]);
  assertEquals([...new Set(devices.map(({ config = "" }) => config.length))], [2 * 64]);
  assertEquals(faults, []);
  assertStringIncludes(
    inspected,
    "  BAR0 mem32 128K   BAR1 mem32 128K   BAR2 io 32   BAR3 mem64 16K (MSI-X table)\n",
  );
  assertMatch(inspected, /^0000:[^\n]* \[8086:10c9\] rev 01 {2}group \d+ {2}vfio-pci\n/);
});
