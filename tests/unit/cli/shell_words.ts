/** How a POSIX shell reads a command line, as far as what is printed here may go: anything else is refused. */

/** A word that the shell would hand on, or an operator between words. */
export type Token = { readonly word: string } | { readonly operator: string };

const BLANKS = /[ \t]+/y;
const COMMENT = /#.*/y;
const OPERATOR = /&&|\|\||;|\||<<|>>|>|<|\n/y;
const PLAIN = /[A-Za-z0-9_@%+=:,./{}[\]-]+/y;
const SINGLE = /'([^']*)'/y;
const ESCAPED = /\\(.)/y;
const VARIABLE = /"\$(?:\w+|\{\w+(?::-\$\w+)?\})"|\$(?:\w+|\$)/y;
/** What makes characters that would not be seen. */
const PRINTF = /"\$\(printf '([^'%]*)'\)"/y;

/** Splits it. @throws {SyntaxError} for what begins anything else than words and operators. */
export function shellTokens(line: string): Token[] {
  const tokens: Token[] = [];
  let word: string | undefined;
  const end = () => {
    if (word !== undefined) tokens.push({ word });
    word = undefined;
  };
  for (let at = 0; at < line.length;) {
    const take = (pattern: RegExp): RegExpExecArray | undefined => {
      pattern.lastIndex = at;
      const match = pattern.exec(line) ?? undefined;
      at += match?.[0].length ?? 0;
      return match;
    };
    let match: RegExpExecArray | undefined;
    if (take(BLANKS) !== undefined || (word === undefined && take(COMMENT) !== undefined)) end();
    else if ((match = take(OPERATOR)) !== undefined) {
      end();
      tokens.push({ operator: match[0] });
    } else {
      const part = take(PLAIN)?.[0] ?? take(SINGLE)?.[1] ?? take(ESCAPED)?.[1] ?? take(VARIABLE)?.[0] ??
        printed(take(PRINTF)?.[1]);
      if (part === undefined) {
        throw new SyntaxError(`a shell would obey ${JSON.stringify(line.slice(at, at + 40))}`);
      }
      word = (word ?? "") + part;
    }
  }
  end();
  return tokens;
}

/** The words of a command without operators. */
export function shellArguments(line: string): string[] {
  return shellTokens(line).map((token) => {
    if ("word" in token) return token.word;
    throw new SyntaxError(`a shell would obey ${JSON.stringify(token.operator)}`);
  });
}

function printed(format: string | undefined): string | undefined {
  if (format === undefined) return undefined;
  const bytes = [...format.matchAll(/\\([0-7]{3})|[^\\]/g)].map(([character, octal]) =>
    octal === undefined ? character.charCodeAt(0) : parseInt(octal, 8)
  );
  // $(...) drops newlines at the end, and shells drop bytes of 0.
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  return text.replace(/\n+$/, "").replaceAll("\0", "");
}
