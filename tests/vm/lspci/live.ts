/** A guest whose devices' config spaces are read in three ways: by its own lspci, through VFIO, through sysfs. */
import { parseDump } from "../../../pci/mod.ts";
import type { ConfigDump } from "../../../pci/mod.ts";
import { boot } from "../harness/mod.ts";
import { lspci } from "./tool.ts";
import type { Printed } from "./tool.ts";

/** Devices that vfio-pci gets, and a few besides for what their capabilities say. */
const DEVICES = [
  ...["edu", "nvme", "e1000e", "pcie-root-port,id=port0,chassis=1,x-speed=5", "igb,bus=port0"],
  ...["ioh3420,id=port1,chassis=2", "x3130-upstream,id=switch,bus=port1"],
  ...[
    "xio3130-downstream,bus=switch,chassis=3",
    "qemu-xhci",
    "intel-hda",
    "pcie-pci-bridge",
    "virtio-net-pci",
  ],
];
const BOUND = ["EDU", "NVME", "E1000E", "IGB"];
/** What lspci needs of its suite, beside itself. */
const LIBRARIES = [
  "libc",
  "libpci",
  "libkmod",
  "libz",
  "libzstd",
  "libcrypto",
  "libudev",
  "libcap",
  "libresolv",
];
const FOLDER = "tests/vm/lspci";
const SCRIPT = `chmod +x ${FOLDER}/ld.so
${FOLDER}/ld.so --library-path ${FOLDER} ${FOLDER}/lspci -D -nn -i /dev/null -vvv -xxxx 2>/dev/null || exit 1
echo ===
deno run --no-check --no-prompt --allow-ffi tests/vm/guest/config_spaces.ts ${
  BOUND.map((name) => `$VFIO_${name}`).join(" ")
}`;
/** Rows of bytes, and lines behind the last capability that are about drivers. */
const NOT_OF_THE_SPACE = /^(?:[0-9a-f]{2,3}:(?: [0-9a-f]{2}){16}|\tKernel .*)\n/gm;

/** The same moment of a config space, as VFIO and as sysfs show it. */
export interface TwoViews {
  readonly vfio: Uint8Array<ArrayBuffer>;
  readonly sysfs: Uint8Array<ArrayBuffer>;
}

/** A device that was opened. */
export interface Opened {
  readonly address: string;
  readonly opened: TwoViews;
  /** After a driver has written to what the kernel virtualises. */
  readonly written: TwoViews;
}

/** What the guest told. */
export interface Live {
  /** The bytes of every function, as its lspci read them from sysfs. */
  readonly dumps: readonly ConfigDump[];
  /** What its lspci made of them. */
  readonly printed: Printed;
  readonly opened: readonly Opened[];
}

/** Boots it. */
export async function live(): Promise<Live> {
  const { status, stdout, stderr, reason } = await boot({
    qemuVersion: "10.0",
    kernel: "6.12",
    devices: DEVICES,
    bind: BOUND,
    files: await lspciFiles(),
  }, SCRIPT);
  if (status !== 0) {
    throw new Error(`The guest ended with ${status}: ${reason ?? ""}\n${stdout.slice(-2000)}\n${stderr}`);
  }
  const [text = "", lines = ""] = stdout.split("===\n");
  return {
    dumps: parseDump(text),
    printed: { text: text.replace(NOT_OF_THE_SPACE, ""), complete: true },
    opened: lines.trimEnd().split("\n").map((line) => bytesOf(JSON.parse(line))),
  };
}

type Told<T> = {
  readonly [K in keyof T]: T[K] extends TwoViews ? { readonly vfio: string; readonly sysfs: string }
    : T[K];
};

function bytesOf({ address, opened, written }: Told<Opened>): Opened {
  const views = ({ vfio, sysfs }: { readonly vfio: string; readonly sysfs: string }): TwoViews => ({
    vfio: Uint8Array.fromHex(vfio),
    sysfs: Uint8Array.fromHex(sysfs),
  });
  return { address, opened: views(opened), written: views(written) };
}

/** lspci with all that it is linked with, for a machine that has nothing of it. */
async function lspciFiles(): Promise<Record<string, Uint8Array>> {
  const [loader = "", , libraries = "", program = ""] = await lspci();
  const files: Record<string, Uint8Array> = {
    [`${FOLDER}/ld.so`]: await Deno.readFile(loader),
    [`${FOLDER}/lspci`]: await Deno.readFile(program),
  };
  for (const { name } of Deno.readDirSync(libraries)) {
    const isNeeded = LIBRARIES.some((library) => new RegExp(`^${library}\\.so\\.\\d+$`).test(name));
    if (isNeeded) files[`${FOLDER}/${name}`] = await Deno.readFile(`${libraries}/${name}`);
  }
  return files;
}
