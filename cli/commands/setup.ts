/** `vfio setup`: what has to stand in /etc so that a user can work with VFIO after each start of the machine. */
import type { VfioCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { shellWord } from "../shell.ts";
import { bold, cyan, dim } from "../text.ts";
import type { Line } from "../text.ts";

/** A file of the system's settings. */
interface SettingsFile {
  readonly path: string;
  readonly purpose: string;
  readonly lines: readonly string[];
}

const USER = /^\w[\w.-]{0,31}\$?$/;
const UNIT = /^\w[\w@.:-]{0,199}$/;

const UDEV: SettingsFile = {
  path: "/etc/udev/rules.d/70-vfio.rules",
  purpose: "The nodes of groups belong to the group vfio, whatever their numbers",
  lines: ['SUBSYSTEM=="vfio", KERNEL!="vfio", OWNER="root", GROUP="vfio", MODE="0660"'],
};
const MODULES: SettingsFile = {
  path: "/etc/modules-load.d/vfio.conf",
  purpose: "The modules are loaded at each start",
  lines: ["vfio-pci", "vfio_iommu_type1"],
};
const LIMITS: SettingsFile = {
  path: "/etc/security/limits.d/vfio.conf",
  purpose: "The group vfio may lock memory for DMA, from the next login on",
  lines: ["@vfio - memlock unlimited"],
};

export const setup: VfioCommand = {
  name: "setup",
  summary: "Print the settings for working with VFIO as a user",
  description:
    "Prints a udev rule, the limit of locked memory, the modules to load and, with --unit, a drop-in for a service of " +
    "systemd. Changes nothing: --script prints it as a shell script.",
  options: [
    { flags: "-u, --user <user>", text: "the user who will work with VFIO; otherwise who runs the commands" },
    { flags: "--unit <name>", text: "also for this service of systemd" },
    { flags: "--script", text: "print a shell script that does it" },
  ],
  examples: ["vfio setup", "vfio setup --user alice --script | sudo sh"],
  run(context, input) {
    const user = input.text("user");
    const unit = input.text("unit");
    if (user !== undefined && !USER.test(user)) {
      throw new UsageError(`--user takes a user's name, not '${user}'`);
    }
    if (unit !== undefined && !UNIT.test(unit)) {
      throw new UsageError(`--unit takes a service's name, not '${unit}'`);
    }
    const files = [UDEV, MODULES, LIMITS, ...(unit === undefined ? [] : [dropIn(unit)])];
    const commands = commandsFor(user, unit);
    if (input.flag("script")) return context.out.verbatim(scriptOf(files, commands));
    context.answer(
      {
        files: files.map(({ path, purpose, lines }) => ({ path, purpose, text: `${lines.join("\n")}\n` })),
        commands: commands.map((command) => `sudo ${command}`),
      },
      () => [
        ...files.flatMap(fileLines),
        [dim("# Then")],
        ...commands.map((command): Line => [cyan(`sudo ${command}`)]),
      ],
    );
  },
};

/** What a service that opens devices is allowed. */
function dropIn(unit: string): SettingsFile {
  return {
    path: `/etc/systemd/system/${unit.replace(/\.service$/, "")}.service.d/vfio.conf`,
    purpose: "The service may lock memory and open the nodes",
    lines: [
      "[Service]",
      "LimitMEMLOCK=infinity",
      "SupplementaryGroups=vfio",
      "DeviceAllow=/dev/vfio/vfio rw",
      "DeviceAllow=char-vfio rw",
    ],
  };
}

function commandsFor(user: string | undefined, unit: string | undefined): string[] {
  return [
    "groupadd --system --force vfio",
    `usermod --append --groups vfio ${user === undefined ? '"${SUDO_USER:-$USER}"' : shellWord(user)}`,
    "modprobe --all vfio-pci vfio_iommu_type1",
    "udevadm control --reload",
    "udevadm trigger --subsystem-match=vfio",
    ...(unit === undefined ? [] : ["systemctl daemon-reload"]),
  ];
}

function fileLines({ path, purpose, lines }: SettingsFile): Line[] {
  return [[dim("# "), bold(path), dim(`: ${purpose}`)], ...lines.map((line): Line => [line]), []];
}

function scriptOf(files: readonly SettingsFile[], commands: readonly string[]): string {
  return [
    "#!/bin/sh",
    "# Made by vfio setup: look before you run it, as root.",
    "set -eu",
    ...files.flatMap(({ path, purpose, lines }) => [
      `# ${purpose}`,
      `mkdir -p ${shellWord(path.slice(0, path.lastIndexOf("/")))}`,
      `cat > ${shellWord(path)} <<'END'`,
      ...lines,
      "END",
    ]),
    ...commands,
    "",
  ].join("\n");
}
