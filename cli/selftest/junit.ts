/** Outcomes as JUnit's XML, which build servers read. */
import { markup } from "../../views/mod.ts";
import type { Outcome } from "./check.ts";

/** Writes a suite. @param suite What was tested. */
export function junit(suite: string, outcomes: readonly Outcome[]): string {
  const failures = outcomes.filter(({ ok }) => !ok).length;
  const skipped = outcomes.filter(({ skip }) => skip !== undefined).length;
  const cases = outcomes.map(({ name, ms, message, skip, detail, comments = [] }) => {
    const output = [detail, ...comments].filter((text) => text !== undefined).join("; ");
    return markup`
  <testcase classname="${suite}" name="${name}" time="${seconds(ms)}">${
      message === undefined ? undefined : markup`<failure message="${message}"/>`
    }${skip === undefined ? undefined : markup`<skipped message="${skip}"/>`}${
      output === "" ? undefined : markup`<system-out>${output}</system-out>`
    }</testcase>`;
  });
  const all = outcomes.reduce((sum, { ms }) => sum + ms, 0);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${markup`<testsuite name="${suite}" tests="${outcomes.length}" failures="${failures}" skipped="${skipped}" time="${
    seconds(all)
  }">${cases}
</testsuite>
`}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(6);
}
