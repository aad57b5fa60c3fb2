/** The pieces that a report's page is made of. */
import type { Remedy } from "../core/remedies.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";
import type { ReportCheck, ReportFact } from "./report_data.ts";
import { inlineSvg } from "./svg.ts";
import { hex } from "./units.ts";
import type { View } from "./view.ts";

/** Widths at which drawings are made: for a wide page, for a narrower one and for paper, for a phone. */
const WIDTHS = { wide: 1120, medium: 720, narrow: 400 } as const;

const CHECKS: Readonly<
  Record<ReportCheck["state"], { readonly sign: string; readonly word: string; readonly kind: string }>
> = {
  ok: { sign: "✔", word: "ok", kind: "ready" },
  warning: { sign: "!", word: "warning", kind: "in-use" },
  problem: { sign: "✗", word: "problem", kind: "blocked" },
};

/** A short word with a sign and a colour. */
export function pill(
  { sign, word, kind }: { readonly sign: string; readonly word: string; readonly kind: string },
): Markup {
  return markup`<span class="pill ${kind}">${sign} ${word}</span>`;
}

/** Facts, a line each; nothing without any. */
export function factList(facts: readonly ReportFact[]): Markup | undefined {
  if (facts.length === 0) return undefined;
  const rows = facts.map(({ name, value }) =>
    markup`<dt><bdi>${name}</bdi></dt><dd>${valuePart(value)}</dd>\n`
  );
  return markup`<dl>\n${rows}</dl>\n`;
}

function valuePart(value: ReportFact["value"]): Markup {
  if (typeof value !== "object") return markup`<bdi>${valueText(value)}</bdi>`;
  return markup`<ul class="fields">${value.map((field) => markup`<li>${fieldPart(field)}</li> `)}</ul>`;
}

/** A bit as lspci writes it, anything else by its name. */
function fieldPart({ name, value }: ReportFact): Markup {
  if (value === true) return markup`<bdi class="on">${name}+</bdi>`;
  if (value === false) return markup`<bdi class="dim">${name}-</bdi>`;
  return markup`<bdi class="dim">${name}</bdi> ${valuePart(value)}`;
}

function valueText(value: string | number | bigint | boolean): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "bigint" ? hex(value) : String(value);
}

/** What was checked, and what helps; nothing without checks. */
export function checkList(checks: readonly ReportCheck[]): Markup | undefined {
  if (checks.length === 0) return undefined;
  return markup`<ul class="checks">\n${checks.map(check)}</ul>\n`;
}

function check({ state, name, text, remedies = [] }: ReportCheck): Markup {
  const steps = remedies.length === 0 ? undefined : markup`<ul>${remedies.map(remedy)}</ul>`;
  return markup`<li>${
    pill(CHECKS[state])
  }<div><strong><bdi>${name}</bdi></strong>: <bdi>${text}</bdi>${steps}</div></li>\n`;
}

function remedy({ id, text, command }: Remedy): Markup {
  const run = command === undefined ? undefined : markup`<pre>${command.split(" ").map(wordPart)}</pre>`;
  return markup`<li><bdi>${text}</bdi> <span class="dim mono">${id}</span>${run}</li>`;
}

/** A word of a command: a browser would break an option behind its hyphens. */
function wordPart(word: string, index: number): Markup {
  return markup`${index === 0 ? "" : " "}<span>${word}</span>`;
}

/** A view, drawn at several widths: that for the page's is shown. @param most Nothing is drawn wider. */
export function figure(view: View, most: number = WIDTHS.wide): Markup {
  const drawings = Object.entries(WIDTHS).map(([name, width]) =>
    markup`<div class="${name}">${inlineSvg(view.picture(Math.min(width, most)))}</div>`
  );
  return markup`<figure>${drawings}</figure>\n`;
}
