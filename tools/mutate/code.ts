/** Code: the tokens of a source that run; imports, types and their annotations are left out. */
import type { Token } from "./tokens.ts";
import { endOf, tokensOf } from "./tokens.ts";
import { afterBrackets, afterType, afterTypeArguments } from "./types.ts";

/** A token that runs. */
export interface CodeToken extends Token {
  /** A statement begins with it. */
  readonly starts: boolean;
  /** What the token before was, types left out; "" at the start. */
  readonly before: string;
  /** There is space on both sides: of signs that can be more than one thing, the formatter leaves it to operators. */
  readonly spaced: boolean;
}

/** What a bracket that is open holds. */
interface Room {
  readonly holds: "statements" | "members" | "values" | "condition" | "arguments";
  /** Question marks whose colon is still to come. */
  questions: number;
  /** `case` was read, its colon was not. */
  isCase: boolean;
}

/** Behind one of these a brace opens an object, or takes one apart. */
const BEFORE_OBJECT = /^(?:[([,=?:]|\?\?|&&|\|\||\.\.\.|return|throw|yield|const|let|of|in)$/;

/** Gives the tokens that run, in order. It reads what `deno fmt` wrote. */
export function codeOf(source: string): CodeToken[] {
  return new Reader(tokensOf(source)).read();
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #found: CodeToken[] = [];
  readonly #rooms: Room[] = [{ holds: "statements", questions: 0, isCase: false }];
  #isClass = false;
  /** The last colon ended a `case`. */
  #afterCase = false;
  /** The last bracket closed what stands before a statement: `if (...)`. */
  #afterCondition = false;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  read(): CodeToken[] {
    for (let i = 0; i < this.#tokens.length;) i = this.#skipped(i) ?? this.#take(i);
    return this.#found;
  }

  /** Where to go on when an import, a type or an annotation begins here. */
  #skipped(i: number): number | undefined {
    const text = this.#text(i);
    if (this.#startsStatement()) {
      const next = this.#text(i + 1);
      if (text === "interface") return this.#afterInterface(i);
      if (text === "import" && next !== "(" && next !== ".") return this.#afterSemicolon(i);
      if (text === "type" && this.#tokens[i + 1]?.kind === "word") return this.#afterSemicolon(i);
      if (text === "export" && /^(?:\{|\*)$/.test(next)) return this.#afterSemicolon(i);
      if (text === "export" && /^(?:type|interface)$/.test(next)) return i + 1;
    }
    if (text === "as" || text === "satisfies") return afterType(this.#tokens, i + 1);
    if (text === "<" && !this.#gap(i)) return afterTypeArguments(this.#tokens, i);
    if (text === "?" && this.#text(i + 1) === ":") return i + 1;
    return text === ":" && this.#isAnnotation() ? afterType(this.#tokens, i + 1) : undefined;
  }

  #take(i: number): number {
    const token = this.#tokens[i];
    if (token === undefined) return i + 1;
    const { text } = token;
    const before = this.#before;
    const starts = this.#startsStatement();
    this.#found.push({ ...token, starts, before, spaced: i > 0 && this.#gap(i - 1) && this.#gap(i) });
    const room = this.#room;
    this.#afterCondition = false;
    this.#afterCase = text === ":" && room.questions === 0 && room.isCase;
    if (token.kind !== "sign") {
      if (text === "class") this.#isClass = true;
      else if (starts && /^(?:case|default)$/.test(text)) room.isCase = true;
    } else if (/^[([{]$/.test(text)) this.#open(text, before);
    else if (/^[)\]}]$/.test(text)) {
      this.#rooms.pop();
      this.#afterCondition = room.holds === "condition";
    } else if (text === "?") room.questions++;
    else if (text === ":") {
      if (room.questions > 0) room.questions--;
      else room.isCase = false;
    }
    return i + 1;
  }

  #open(text: string, before: string): void {
    this.#rooms.push({ holds: this.#holds(text, before), questions: 0, isCase: false });
    if (text === "{") this.#isClass = false;
  }

  #holds(text: string, before: string): Room["holds"] {
    if (text === "(") return /^(?:if|for|while|switch)$/.test(before) ? "condition" : "arguments";
    if (text === "[") return "arguments";
    if (this.#isClass) return "members";
    return BEFORE_OBJECT.test(before) && !this.#afterCase ? "values" : "statements";
  }

  /** A colon that is not of `? :`, a `case` or a property says a type. */
  #isAnnotation(): boolean {
    const { holds, questions, isCase } = this.#room;
    if (questions > 0 || isCase) return false;
    return holds !== "values" || this.#before === ")";
  }

  #startsStatement(): boolean {
    if (this.#room.holds !== "statements") return false;
    return this.#afterCase || this.#afterCondition || /^(?:|[{};]|else|do|export)$/.test(this.#before);
  }

  #afterInterface(i: number): number {
    let at = i;
    while (at < this.#tokens.length && this.#text(at) !== "{") at++;
    return afterBrackets(this.#tokens, at);
  }

  #afterSemicolon(i: number): number {
    let at = i;
    while (at < this.#tokens.length && this.#text(at) !== ";") {
      at = /^[([{]$/.test(this.#text(at)) ? afterBrackets(this.#tokens, at) : at + 1;
    }
    return at + 1;
  }

  /** Whether there is space behind token `i`. */
  #gap(i: number): boolean {
    const [token, next] = [this.#tokens[i], this.#tokens[i + 1]];
    return token === undefined || next === undefined || endOf(token) < next.at;
  }

  #text(i: number): string {
    return this.#tokens[i]?.text ?? "";
  }

  get #before(): string {
    return this.#found.at(-1)?.text ?? "";
  }

  get #room(): Room {
    return this.#rooms.at(-1) ?? { holds: "statements", questions: 0, isCase: false };
  }
}
