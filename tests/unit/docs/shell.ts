/** As much of a shell's grammar as documentation uses: which commands a piece of shell would run, and their words. */

/** Ends a simple command. */
const OPERATOR = /^(?:\|\||&&|[|;&()\n])/;
const REDIRECTION = /^\d?(?:>>|>|<)(?!\()/;
const QUOTED = /^'([^']*)'|^"((?:[^"\\]|\\[^])*)"/;
const PLAIN = /^(?:[^\s|;&()<>'"\\$]|\\[^]|\$(?!\()|\$\(|<\()/;

/** Gives the simple commands of a script, each as its words; those in $(...) and <(...) too. */
export function commandsOf(script: string): string[][] {
  const commands: string[][] = [[]];
  let rest = script.replace(/\\\n/g, " ");
  let word: string | undefined;
  const end = () => {
    if (word !== undefined) commands.at(-1)?.push(word);
    word = undefined;
  };
  while (rest !== "") {
    const quoted = QUOTED.exec(rest);
    const comment = word === undefined ? /^#[^\n]*/.exec(rest) : null;
    const taken = comment?.[0] ?? quoted?.[0] ?? /^[ \t]+/.exec(rest)?.[0] ?? REDIRECTION.exec(rest)?.[0] ??
      OPERATOR.exec(rest)?.[0] ?? PLAIN.exec(rest)?.[0];
    if (taken === undefined) throw new Error(`Cannot read a shell's words: ${rest}`);
    rest = rest.slice(taken.length);
    if (comment !== null) continue;
    if (quoted !== null) {
      const [, single, double = ""] = quoted;
      for (const [, inner = ""] of double.matchAll(/\$\(([^)]*)\)/g)) commands.unshift(...commandsOf(inner));
      word = (word ?? "") + (single ?? double);
    } else if (/^[ \t]/.test(taken)) end();
    else if (REDIRECTION.test(taken)) {
      end();
      rest = rest.replace(/^\s*[^\s|;&()]+/, "");
    } else if (OPERATOR.test(taken) || taken === "$(" || taken === "<(") {
      end();
      commands.push([]);
    } else word = (word ?? "") + taken.replace(/^\\/, "");
  }
  end();
  return commands.filter((words) => words.length > 0);
}

/** The words behind `vfio` of each call of it in a script. */
export function vfioCalls(script: string): string[][] {
  return commandsOf(script).flatMap((words) => {
    const start = words.findIndex((each) => !/^(?:sudo|env|eval|source|npx|-y|\w+=.*)$/.test(each));
    const [name = "", ...rest] = words.slice(Math.max(start, 0));
    if (name === "vfio") return [rest];
    if (!/^deno(?:@[\d.]+)?$/.test(name)) return [];
    const at = rest.findIndex((each) => each === "jsr:@vfio/vfio/cli" || each === "cli/vfio.ts");
    if (rest[0] === "run" && at > 0) return [rest.slice(at + 1)];
    return rest[0] === "task" && rest[1] === "vfio" ? [rest.slice(2)] : [];
  });
}

/** The scripts in a page: what stands in blocks of `sh`, and in its text what calls vfio on a device. */
export function scriptsIn(page: string): string[] {
  const blocks = [...page.matchAll(/^( *)```(\w*)\n([^]*?)^ *```$/gm)];
  const scripts = blocks.filter(([, , language]) => language === "sh")
    .map(([, indent = "", , script = ""]) => script.replaceAll(`\n${indent}`, "\n").trim());
  const text = blocks.reduce((rest, [block]) => rest.replace(block, () => ""), page);
  const inline = [...text.matchAll(/`((?:sudo )?vfio [^`]*\b\d\d:\d\d\.\d[^`]*)`/g)];
  return [...scripts, ...inline.map(([, script = ""]) => script).filter((script) => !script.includes("..."))];
}
