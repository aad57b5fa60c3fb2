/** Nothing is left for later in what is committed, and no test is switched off. */

const LATER = /\b(TODO|FIXME|XXX|HACK)\b/;
const STUB = /\bnot (yet )?implemented\b|\bunimplemented\b/i;

/** Refuses marks of unfinished work. */
export const unfinished: Deno.lint.Rule = {
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const mark = LATER.exec(comment.value)?.[0];
          if (mark !== undefined) {
            context.report({ range: comment.range, message: `${mark}: do it, or leave it out` });
          }
          if (/^[\s*]*```\w+\s.*\bignore\b/m.test(comment.value)) {
            context.report({
              range: comment.range,
              message: "an ignored example is neither run nor checked",
            });
          }
        }
      },
      "NewExpression[callee.name=/Error$/] > Literal"(node: Deno.lint.StringLiteral) {
        if (STUB.test(String(node.value))) context.report({ node, message: "implement it, or leave it out" });
      },
      "MemberExpression[property.name=/^(ignore|skip|only)$/][object.property.name='test']"(
        node: Deno.lint.MemberExpression,
      ) {
        context.report({ node, message: "a test runs, or it is not there" });
      },
      "CallExpression > ObjectExpression > Property[key.name=/^(ignore|only)$/] > Literal[value=true]"(
        node: Deno.lint.BooleanLiteral,
      ) {
        context.report({ node, message: "a test runs, or it is not there" });
      },
    };
  },
};
