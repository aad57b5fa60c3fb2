/** Printer: the one way from a command to a terminal or a pipe. */
import type { Sink } from "./io.ts";
import { toJson } from "./json.ts";
import type { Json } from "./json.ts";
import { render } from "./text.ts";
import type { Line, Span } from "./text.ts";

/** Writes lines that hold nothing that a terminal obeys, but for the printer's own colours. */
export class Printer {
  readonly #sink: Sink;
  readonly #colour: boolean;

  /** Prints into `sink`. @param colour Whether styles show. */
  constructor(sink: Sink, colour: boolean) {
    this.#sink = sink;
    this.#colour = colour;
  }

  /** Columns of the terminal; undefined: it is none. */
  get columns(): number | undefined {
    return this.#sink.columns;
  }

  /** Prints a line. */
  line(...spans: readonly Span[]): void {
    this.#sink.write(`${render(spans, this.#colour)}\n`);
  }

  /** Prints lines. */
  lines(lines: readonly Line[]): void {
    if (lines.length > 0) this.#sink.write(lines.map((line) => `${render(line, this.#colour)}\n`).join(""));
  }

  /** Prints a value as JSON: as a document over lines, or as one line of a stream. */
  json(value: Json, form: "document" | "line" = "document"): void {
    this.#sink.write(`${toJson(value, form)}\n`);
  }

  /** Prints a text as it is: a script, SVG, HTML, whose maker has taken care of what is foreign in it. */
  verbatim(text: string): void {
    this.#sink.write(text);
  }
}
