/** Where a type ends, among the tokens of a source. */
import type { Token } from "./tokens.ts";

const PREFIX = /^(?:readonly|keyof|typeof|asserts|unique|new|infer|abstract|-|\||&)$/;
const INFIX = /^(?:\||&|is|extends)$/;
const OPENING = /^[([{]$/;
const CLOSING = /^[)\]}]$/;

/** The index behind the brackets that open at token `i`. */
export function afterBrackets(tokens: readonly Token[], i: number): number {
  let depth = 0;
  for (let at = i; at < tokens.length; at++) {
    const text = textOf(tokens, at);
    if (OPENING.test(text)) depth++;
    else if (CLOSING.test(text) && --depth === 0) return at + 1;
  }
  return tokens.length;
}

/** The index behind the type arguments that open at token `i`; an arrow's head closes none. */
export function afterTypeArguments(tokens: readonly Token[], i: number): number {
  let depth = 0;
  for (let at = i; at < tokens.length; at++) {
    const text = textOf(tokens, at);
    if (text === "<") depth++;
    else if (/^>{1,3}$/.test(text)) depth -= text.length;
    if (depth <= 0) return at + 1;
  }
  return tokens.length;
}

/** The index behind the type that begins at token `i`. */
export function afterType(tokens: readonly Token[], i: number): number {
  let at = i;
  while (PREFIX.test(textOf(tokens, at))) at++;
  const isGroup = textOf(tokens, at) === "(" || textOf(tokens, at) === "<";
  at = afterOperand(tokens, at);
  if (isGroup && textOf(tokens, at) === "=>") return afterType(tokens, at + 1);
  while (textOf(tokens, at) === "[") at = afterBrackets(tokens, at);
  return INFIX.test(textOf(tokens, at)) ? afterType(tokens, at + 1) : at;
}

function afterOperand(tokens: readonly Token[], i: number): number {
  let at = i;
  if (textOf(tokens, at) === "<") at = afterTypeArguments(tokens, at);
  if (OPENING.test(textOf(tokens, at))) return afterBrackets(tokens, at);
  at++;
  while (textOf(tokens, at) === ".") at += 2;
  return textOf(tokens, at) === "<" ? afterTypeArguments(tokens, at) : at;
}

function textOf(tokens: readonly Token[], i: number): string {
  return tokens[i]?.text ?? "";
}
