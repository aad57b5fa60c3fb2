/** Tokens: a TypeScript source cut into words, numbers, strings and signs; comments and spaces are left out. */

/** What a token is. A template is one, whatever is computed inside. */
export type TokenKind = "word" | "number" | "string" | "template" | "regex" | "sign";

/** A token. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Where it begins, in UTF-16 units. */
  readonly at: number;
}

/** Where a token ends. */
export function endOf({ at, text }: Token): number {
  return at + text.length;
}

const NOTHING = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/)+/y;
const KINDS: readonly (readonly [TokenKind, RegExp])[] = [
  ["word", /#?[A-Za-z_$][\w$]*/y],
  ["number", /0[xX][\da-fA-F_]+n?|0[bBoO][\d_]+n?|(?:\d[\d_]*(?:\.[\d_]+)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?/y],
  ["string", /"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/y],
];
/** Signs of more than one character. */
const SIGN =
  />>>=|\.\.\.|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|=>|[=!<>+\-*/%&|^]=|&&|\|\||\?\?|\?\.|\+\+|--|<<|>>|\*\*/y;
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
/** A slash behind one of these words begins a regular expression; behind any other it divides. */
const BEFORE_OPERAND = /^(?:return|typeof|case|in|of|void|yield|await|throw|else)$/;

/** Cuts a source into tokens. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  for (let at = matched(NOTHING, source, 0).length; at < source.length;) {
    const token = tokenAt(source, at, tokens.at(-1));
    tokens.push(token);
    at = endOf(token);
    at += matched(NOTHING, source, at).length;
  }
  return tokens;
}

function tokenAt(source: string, at: number, previous: Token | undefined): Token {
  if (source[at] === "`") return { kind: "template", text: source.slice(at, templateEnd(source, at)), at };
  if (source[at] === "/" && expectsOperand(previous)) {
    const text = matched(REGEX, source, at);
    if (text !== "") return { kind: "regex", text, at };
  }
  for (const [kind, pattern] of KINDS) {
    const text = matched(pattern, source, at);
    if (text !== "") return { kind, text, at };
  }
  return { kind: "sign", text: matched(SIGN, source, at) || source.charAt(at), at };
}

function expectsOperand(previous: Token | undefined): boolean {
  if (previous === undefined) return true;
  if (previous.kind === "word") return BEFORE_OPERAND.test(previous.text);
  return previous.kind === "sign" && !/^[)\]}]$/.test(previous.text);
}

/** Where the template that begins at `start` ends. What is computed inside may hold braces and templates of its own. */
function templateEnd(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== "`") {
    if (source.startsWith("${", at)) at = computedEnd(source, at + 2);
    else at += source[at] === "\\" ? 2 : 1;
  }
  return at + 1;
}

function computedEnd(source: string, start: number): number {
  let previous: Token | undefined;
  let depth = 0;
  for (let at = start; at < source.length;) {
    at += matched(NOTHING, source, at).length;
    previous = tokenAt(source, at, previous);
    at = endOf(previous);
    if (previous.text === "{") depth++;
    else if (previous.text === "}" && depth-- === 0) return at;
  }
  return source.length;
}

function matched(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? "";
}
