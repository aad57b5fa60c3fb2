/** The pieces that drawings are made of. */
import { visibleText } from "./foreign_text.ts";
import { markup } from "./markup.ts";
import type { Insertion, Markup } from "./markup.ts";
import { SVG_STYLE } from "./svg_style_data.ts";
import { fitText, hasUnknownWidth, textWidth } from "./text_width.ts";

/** A drawing without its frame: what a page puts several of on one side. */
export interface Picture {
  /** Of the drawing, in CSS pixels at its natural size. */
  readonly width: number;
  /** Of the drawing, in CSS pixels at its natural size. */
  readonly height: number;
  /** What it shows: its name for who does not see it. */
  readonly title: string;
  /** The same in words. */
  readonly summary: string;
  /** Its elements. */
  readonly body: Markup;
}

const BOLD = 1.12;

/** How a label looks. */
export interface LabelOptions {
  /** The room it has; what does not fit is cut off. @default without end */
  readonly width?: number;
  /** Classes of the style sheet. @default none */
  readonly kind?: string;
  /** Of its font. @default 12 */
  readonly size?: 10 | 11 | 12 | 14;
  /** Its font has equal widths. @default false */
  readonly mono?: boolean;
  /** What of it stands at x. @default "start" */
  readonly anchor?: "start" | "middle" | "end";
}

/**
 * Draws text, whatever it says, on the baseline at `y`.
 *
 * Guarantees: it takes no more than the room it has, also where the width of its characters is not known.
 */
export function label(x: number, y: number, text: string, options: LabelOptions = {}): Markup {
  const { width, kind = "", size = 12, mono = false, anchor = "start" } = options;
  const visible = visibleText(text);
  // Bold letters are wider, but where all are equally wide.
  const em = size * (!mono && kind.includes("bold") ? BOLD : 1);
  const shown = width === undefined ? visible : fitText(visible, width, em, mono);
  const classes = `t${size}${mono ? " mono" : ""} ${kind}`.trimEnd();
  if (!hasUnknownWidth(shown)) {
    return markup`<text x="${round(x)}" y="${
      round(y)
    }" class="${classes}" text-anchor="${anchor}">${shown}</text>`;
  }
  const forced = round(textWidth(shown, em, mono));
  return markup`<text x="${round(x)}" y="${
    round(y)
  }" class="${classes}" text-anchor="${anchor}" textLength="${forced}" lengthAdjust="spacingAndGlyphs">${shown}</text>`;
}

/** Draws a box. @param kind Classes of the style sheet. */
export function box(x: number, y: number, width: number, height: number, kind: string, radius = 0): Markup {
  return markup`<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${
    round(height)
  }" rx="${radius}" class="${kind}"/>`;
}

/** Draws a straight line. @param kind Classes of the style sheet. */
export function line(x1: number, y1: number, x2: number, y2: number, kind: string): Markup {
  return markup`<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" class="${kind}"/>`;
}

/** Puts elements together; `tip` is shown where the pointer rests on them. */
export function group(content: Insertion, tip?: string | Markup, kind?: string): Markup {
  const title = tip === undefined ? undefined : markup`<title>${tip}</title>`;
  return kind === undefined
    ? markup`<g>${title}${content}</g>`
    : markup`<g class="${kind}">${title}${content}</g>`;
}

/** Moves elements. */
export function at(x: number, y: number, content: Insertion): Markup {
  return markup`<g transform="translate(${round(x)} ${round(y)})">${content}</g>`;
}

/** Puts lines of a tip below each other. */
export function lines(texts: readonly string[]): Markup {
  return markup`${texts.map((text, index) => index === 0 ? markup`${text}` : markup`\n${text}`)}`;
}

/** A drawing as an element of a page that has {@linkcode SVG_STYLE} once. */
export function inlineSvg(picture: Picture): Markup {
  return frame(picture, undefined);
}

/** A drawing as a file of its own: an image that needs nothing else. */
export function svgDocument(picture: Picture): Markup {
  return frame(picture, SVG_STYLE);
}

function frame(picture: Picture, style: Markup | undefined): Markup {
  const { title, summary, body } = picture;
  const [width, height] = [Math.ceil(picture.width), Math.ceil(picture.height)];
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="vfio" role="img" aria-label="${title}: ${summary}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${title}</title><desc>${summary}</desc>${style}
<rect width="${width}" height="${height}" rx="8" class="paper"/>
${body}
</svg>
`;
}

/** Two digits behind the point are more than anybody sees. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
