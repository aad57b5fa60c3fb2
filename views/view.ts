/** View: something to look at, wherever it is shown. */
import { visibleText } from "./foreign_text.ts";
import { svgDocument } from "./svg.ts";
import type { Picture } from "./svg.ts";

/** The method that a Jupyter notebook asks how to show an object. @see https://docs.deno.com/runtime/reference/cli/jupyter/ */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** How wide a drawing is to be. */
export interface SvgOptions {
  /** In CSS pixels, 320 to 4000. What is drawn uses the room it needs, and none beyond. @default 760 */
  readonly width?: number;
}

/**
 * What every view can do: be a drawing, be text, and show itself in a notebook.
 *
 * Guarantees: equal data give equal output. Whatever names in the data say, the drawing is well-formed and holds nothing
 * that runs or that is fetched, and the text nothing that a terminal obeys.
 */
export abstract class View {
  /**
   * Draws it as SVG: an image that needs nothing else, light or dark as the reader's screen is.
   *
   * @throws {RangeError} for a width that nothing can be drawn in.
   */
  svg(options: SvgOptions = {}): string {
    const { width = 760 } = options;
    if (!(width >= 320 && width <= 4000)) {
      throw new RangeError(`Cannot draw ${width} pixels wide: 320 to 4000 are possible`);
    }
    return svgDocument(this.picture(width)).toString();
  }

  /** Writes it as lines of text. */
  toString(): string {
    return this.lines().map((line) => visibleText(line).trimEnd()).join("\n");
  }

  /** Shows it in a notebook. */
  [DISPLAY](): { readonly "image/svg+xml": string; readonly "text/plain": string } {
    return { "image/svg+xml": this.svg(), "text/plain": this.toString() };
  }

  /** Draws it without the frame, for a page of several. @param width The room, in CSS pixels. */
  abstract picture(width: number): Picture;

  /** Gives it as text; what is foreign in it needs no treatment. */
  protected abstract lines(): readonly string[];
}
