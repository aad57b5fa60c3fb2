/** docs/troubleshooting.md: the catalogue of remedies as a page, a heading for each entry. */
import { allRemediesOf, REMEDIES } from "../../mod.ts";
import type { Remedy, RemedyRow } from "../../mod.ts";

const HEAD = `\
# Troubleshooting

<!-- Made by \`deno task docs\` of core/remedies_data.ts, where it is to be changed. -->

What goes wrong with VFIO, why, and what helps: the catalogue that errors (\`error.explain()\`), \`vfio doctor\` and
\`vfio explain\` quote from. Words in capitals stand for what they fill in: ADDRESS for a device's address, GROUP
for its IOMMU group's number, NODE for that group's node, \`/dev/vfio/GROUP\`.

\`\`\`sh
vfio doctor 00:04.0      # what is in the way of using this device, and what helps
vfio explain NOT-VIABLE  # an entry of this page; an errno (EBUSY) and a line of a log do as well
sudo dmesg | vfio explain -
\`\`\``;

/** Writes the page. */
export function troubleshooting(rows: readonly RemedyRow[] = REMEDIES): string {
  return `${[HEAD, "## By errno", byErrno(rows), ...rows.map(section)].join("\n\n")}\n`;
}

function byErrno(rows: readonly RemedyRow[]): string {
  const codes = [...new Set(rows.flatMap((row) => row.codes))].sort();
  const silent = rows.filter((row) => row.codes.length === 0);
  return [
    ...codes.map((code) => `- \`${code}\`: ${links(rows.filter((row) => row.codes.includes(code)))}`),
    `- No errno, for it shows otherwise: ${links(silent)}`,
  ].join("\n");
}

function links(rows: readonly RemedyRow[]): string {
  return rows.map(({ id }) => `[${id}](#${id.toLowerCase()})`).join(", ");
}

function section(row: RemedyRow): string {
  const { id, title, cause, operations, codes, log } = row;
  const calls = operations.map((name) => `\`${name}\``).join(", ");
  const told = codes.map((code) => `\`${code}\``).join(" or ");
  return [
    `## ${id}`,
    `**${title}.** ${cause}`,
    ...(operations.length === 0 ? [] : [`Seen as ${told} from ${calls}.`]),
    ...(log === undefined ? [] : [`In a log: \`${withoutNames(log)}\``]),
    allRemediesOf(row).map(step).join("\n"),
  ].join("\n\n");
}

/** A pattern as one reads it: what its groups are called is for programs. */
function withoutNames({ source }: RegExp): string {
  return source.replace(/\?<\w+>/g, "").replaceAll("?:", "");
}

function step({ text, command, reboot, unsafe }: Remedy): string {
  const notes = [
    ...(reboot === true ? ["Then restart the machine."] : []),
    ...(unsafe === true ? ["**It takes protection away.**"] : []),
  ];
  const said = `- ${[`${text}.`, ...notes].join(" ")}`;
  return command === undefined ? said : `${said}\n\n  \`\`\`sh\n  ${command}\n  \`\`\`\n`;
}
