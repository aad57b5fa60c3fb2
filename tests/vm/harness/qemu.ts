import type { BootOptions, Iommu } from "./options.ts";
import { DEFAULT_DEVICES, deviceArguments } from "./devices.ts";
import { PORTS } from "./channel.ts";

/** A folder of this machine that the guest mounts. */
export interface Share {
  readonly tag: string;
  readonly path: string;
  readonly mount: string;
  readonly readOnly: boolean;
}

/** What is in front of all tests: quiet, quick, and honest about a hang. */
const COMMAND_LINE = [
  "console=ttyS0 quiet",
  // A panic ends QEMU (-no-reboot), an NMI from the monitor makes a stalled kernel panic with a backtrace.
  "panic=-1 unknown_nmi_panic",
  "nokaslr mitigations=off no_timer_check tsc=reliable nowatchdog audit=0",
  "random.trust_cpu=on rcupdate.rcu_expedited=1",
  // Without these a guest sleeps through its timer every now and then.
  "nohz=off highres=off",
  // And when one does, it panics, to be booted once more.
  "sysctl.kernel.panic_on_rcu_stall=1 rcupdate.rcu_cpu_stall_timeout=60",
].join(" ");

/**
 * Composes QEMU's command line.
 *
 * @param directory Its working directory, with `initrd` and the sockets of `PORTS` in it.
 */
export function qemuArguments(
  options: BootOptions,
  image: string,
  shares: readonly Share[],
  directory: string,
): string[] {
  const iommu = options.iommu ?? "vt-d";
  const append = [COMMAND_LINE, iommu === "vt-d" ? "intel_iommu=on" : "", options.commandLine ?? ""];
  return [
    ...["-M", "q35,kernel-irqchip=split,sata=off,smbus=off,vmport=off"],
    // Never KVM, not even to probe: where it is half there, Linux dies in early boot and QEMU stays.
    ...["-accel", options.icount ? "tcg,thread=single" : "tcg,thread=multi"],
    // Five-level paging gains nothing here and costs an emulated walk.
    ...["-cpu", "max,la57=off"],
    ...["-smp", options.icount ? "1" : `${options.smp ?? 2}`],
    ...["-m", `${options.memoryMib ?? 2048}M`],
    ...(options.icount ? ["-icount", "shift=0,sleep=off"] : []),
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
    ...["-kernel", image, "-initrd", "initrd", "-append", append.join(" ").trim()],
    ...["-chardev", "file,id=console,path=console", "-serial", "chardev:console"],
    // A platform IOMMU stands before all that it is to translate.
    ...iommuArguments(iommu, options),
    ...portArguments(),
    ...deviceArguments(options.devices ?? DEFAULT_DEVICES, directory),
    ...shares.flatMap(shareArguments),
    ...(options.trace?.events ?? []).flatMap((event) => ["-trace", `enable=${event}`]),
    ...(options.trace === undefined ? [] : ["-D", "trace"]),
    ...(options.qemu ?? []),
  ];
}

/** Tells whether interrupts pass unremapped, which vfio refuses unless told otherwise. */
export function unsafeInterrupts(options: BootOptions): boolean {
  const properties = options.iommuProperties ?? "";
  if (options.iommu === "amd-vi") return !properties.includes("intremap=on");
  return options.iommu === "virtio" || properties.includes("intremap=off");
}

function iommuArguments(iommu: Iommu, { iommuProperties, qemuVersion }: BootOptions): string[] {
  const given = iommuProperties === undefined ? "" : `,${iommuProperties}`;
  function unlessGiven(name: string, value: string): string {
    return given.includes(`,${name}=`) ? "" : `,${name}=${value}`;
  }
  switch (iommu) {
    case "vt-d":
      return ["-device", `intel-iommu${unlessGiven("intremap", "on")}${given}`];
    case "amd-vi":
      // pt=on leaves the DMA of emulated devices untranslated, and is no more in 11.1; intremap=on loses level-triggered
      // interrupts.
      return [
        "-device",
        `amd-iommu${unlessGiven("intremap", "off")}${
          qemuVersion === "11.1" ? "" : unlessGiven("pt", "off")
        }${given}`,
      ];
    case "virtio":
      return ["-device", `virtio-iommu-pci,addr=0x1b${given}`];
    case "none":
      return [];
  }
}

/** The harness's own channels: a virtio port for each, and QEMU's monitor. */
function portArguments(): string[] {
  return [
    ...["-device", "virtio-serial-pci,id=ports,addr=0x1c"],
    ...PORTS.flatMap((name) => {
      const chardev = ["-chardev", `socket,id=${name},path=${name}.sock`];
      if (name === "qmp") return [...chardev, "-mon", "chardev=qmp,mode=control"];
      return [...chardev, "-device", `virtserialport,bus=ports.0,chardev=${name},name=vm.${name}`];
    }),
  ];
}

function shareArguments(share: Share, index: number): string[] {
  const readOnly = share.readOnly ? ",readonly=on" : "";
  return [
    "-fsdev",
    `local,id=${share.tag},path=${share.path},security_model=none,multidevs=remap${readOnly}`,
    "-device",
    `virtio-9p-pci,fsdev=${share.tag},mount_tag=${share.tag},addr=0x1e.${index},multifunction=on`,
  ];
}
