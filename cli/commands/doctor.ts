/** `vfio doctor`: what is in the way of using a device, and what helps, in order. */
import type { Remedy } from "../../mod.ts";
import type { VfioCommand } from "../command.ts";
import { findDevice } from "../device.ts";
import { checkDevice } from "../doctor/device_checks.ts";
import type { Finding, FindingStatus } from "../doctor/finding.ts";
import { fixScript } from "../doctor/fix_script.ts";
import { nextSteps } from "../doctor/next_steps.ts";
import { deviceOf, patientOf } from "../doctor/patient.ts";
import { checkAllDevices, checkMemlock, checkSystem } from "../doctor/system_checks.ts";
import { EXIT } from "../errors.ts";
import { remedyDocument } from "../remedies.ts";
import { table } from "../table.ts";
import { bold, cyan, dim, green, red, yellow } from "../text.ts";
import type { Line, Styled } from "../text.ts";

/** Longer steps take two lines. */
const LONG = 100;

const SIGNS: Readonly<Record<FindingStatus, Styled>> = {
  ok: green("✔"),
  problem: red("✗"),
  warning: yellow("!"),
};

export const doctor: VfioCommand = {
  name: "doctor",
  summary: "Look what is in the way of using a device, and say what helps",
  description:
    "Looks at the machine, and at DEVICE when it is given; opens nothing, changes nothing. Ends with 3 when something does not work.",
  arguments: [{ name: "device", text: "which device", optional: true, values: "devices" }],
  options: [{ flags: "--fix", text: "print a shell script of what helps, and run nothing" }],
  examples: [
    "vfio doctor",
    "vfio doctor 01:00.0",
    "vfio doctor 00:05.1 --emulated edu,nvme:nvme+edu,user=1000",
  ],
  run(context, input) {
    const { host } = context;
    const word = input.optional(0);
    const patient = patientOf(host);
    const device = word === undefined ? undefined : deviceOf(host, patient, findDevice(host, word));
    const findings = [
      ...checkSystem(patient),
      ...(device === undefined ? checkAllDevices(patient) : checkDevice(device, patient.system)),
      checkMemlock(patient.system),
    ];
    const steps = nextSteps(findings, patient, device);
    const count = (status: FindingStatus) => findings.filter((finding) => finding.status === status).length;
    const [problems, warnings] = [count("problem"), count("warning")];
    if (input.flag("fix")) context.out.verbatim(fixScript(steps));
    else {
      context.answer(
        {
          device: device?.entry.address ?? null,
          problems,
          warnings,
          findings: findings.map(({ status, subject, text, id }) => ({
            status,
            subject,
            text,
            id: id ?? null,
          })),
          steps: steps.map(remedyDocument),
        },
        () => [...findingLines(findings), ...stepLines(steps), [
          bold(`${plural(problems, "problem")}, ${plural(warnings, "warning")}`),
        ]],
      );
    }
    return problems > 0 ? EXIT.problems : EXIT.ok;
  },
};

function findingLines(findings: readonly Finding[]): Line[] {
  const columns = [{ title: "" }, { title: "" }, { title: "" }];
  return table(
    columns,
    findings.map(({ status, subject, text, id = "" }) => [[SIGNS[status], " ", subject], text, cyan(id)]),
  ).slice(1);
}

function stepLines(steps: readonly Remedy[]): Line[] {
  if (steps.length === 0) return [];
  return [
    [bold("Next:")],
    ...steps.flatMap(({ id, text, command, reboot, unsafe }, index): Line[] => {
      const note = `${unsafe === true ? " (takes protection away)" : ""}${
        reboot === true ? " (then restart)" : ""
      }`;
      const number = `  ${index + 1}. `;
      if (command === undefined) return [[number, text, note, dim(`  # vfio explain ${id}`)]];
      const comment = `# ${text}${note}`;
      return command.length + comment.length < LONG
        ? [[number, cyan(command), "  ", dim(comment)]]
        : [[number, cyan(command)], ["     ", dim(comment)]];
    }),
  ];
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
