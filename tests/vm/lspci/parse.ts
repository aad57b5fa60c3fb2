/** What `lspci -vvv` prints, taken apart: functions, their capabilities, and what each line is about. */

/** A line, with those that continue it. */
export interface Statement {
  /** What stands in front of the colon, behind that of the line above it belongs to: "SltSta Changed"; "" without one. */
  readonly label: string;
  readonly text: string;
}

/** A capability as lspci sees it. */
export interface PrintedCapability {
  readonly at: number;
  /** Of a capability from 0x100 on. */
  readonly version?: number;
  /** What stands behind the brackets: "MSI: Enable+ ...", or why the list ends: "<chain looped>". */
  readonly title: string;
  readonly statements: readonly Statement[];
}

/** A function as lspci sees it. */
export interface PrintedFunction {
  /** As in the dump: "00:04.0". */
  readonly address: string;
  /** What stands behind the address. */
  readonly title: string;
  readonly statements: readonly Statement[];
  readonly capabilities: readonly PrintedCapability[];
}

/** A flag ends in a sign, a label does not hold one. */
const LABEL = /^((?:(?![+-]\s)[^:])*[A-Za-z>](?:(?![+-]\s)[^:])*):(?:\s+|$)(.*)$/;
const CAPABILITY = /^Capabilities: (?:\[([0-9a-f]+)(?: v(\d+))?\] )?(.*)$/;

/** A line under construction. */
interface Open {
  readonly label: string;
  text: string;
}

/** Parses all that one run of lspci printed. */
export function parseLspci(text: string): PrintedFunction[] {
  return text.split(/\n\n+/).filter((block) => block.trim() !== "").map(parseFunction);
}

function parseFunction(block: string): PrintedFunction {
  const [first = "", ...lines] = block.split("\n").filter((line) => line !== "");
  const [, address = "", title = ""] = /^(\S+) (.*)$/.exec(first) ?? [];
  const statements: Open[] = [];
  const capabilities: (PrintedCapability & { statements: Open[] })[] = [];
  let current = statements;
  let parent: Open | undefined;
  for (const line of lines.flatMap(unglued)) {
    const [, tabs = "", content = ""] = /^(\t*)\s*(.*?)\s*$/.exec(line) ?? [];
    const [, at, version, name = ""] = CAPABILITY.exec(content) ?? [];
    if (tabs.length === 1 && content.startsWith("Capabilities:")) {
      const capability = {
        at: parseInt(at ?? "-1", 16),
        ...(version !== undefined && { version: Number(version) }),
        title: name,
        statements: [],
      };
      capabilities.push(capability);
      current = capability.statements;
      parent = undefined;
      continue;
    }
    // Header lines are one tab in, a capability's two; what is further in belongs to the line above.
    const depth = current === statements ? 1 : 2;
    const continues = tabs.length > depth && parent !== undefined;
    const [, label, rest = ""] = LABEL.exec(content) ?? [];
    if (continues && parent !== undefined && label === undefined) {
      const last = current.at(-1) ?? parent;
      last.text += `; ${content.replace(/\s+/g, " ")}`;
      continue;
    }
    const statement = {
      label: [continues ? parent?.label : undefined, label].filter((part) => part !== undefined).join(" "),
      text: (label === undefined ? content : rest).replace(/\s+/g, " "),
    };
    current.push(statement);
    if (!continues) parent = statement;
  }
  return { address, title, statements, capabilities };
}

/** Once lspci forgets to end a line: two tabs in the middle begin another. */
function unglued(line: string): string[] {
  const [, tabs = "", content = ""] = /^(\t*)(.*)$/.exec(line) ?? [];
  return content.split(/\t\t(?=\S+: )/).map((part) => tabs + part);
}
