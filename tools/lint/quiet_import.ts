/** Importing the library does nothing: it neither prints nor waits nor loads more. */
import { isIn, LIBRARY, projectPath } from "./path.ts";

/** Refuses what a module would do when it is imported, or say behind its caller's back. */
export const quietImport: Deno.lint.Rule = {
  create(context) {
    if (!isIn(projectPath(context.filename), LIBRARY)) return {};
    return {
      "MemberExpression[object.name='console']"(node: Deno.lint.MemberExpression) {
        context.report({ node, message: "a library does not print: throw, or return a value" });
      },
      AwaitExpression(node) {
        if (isTopLevel(context, node)) context.report({ node, message: "an import must not wait" });
      },
      "ForOfStatement[await=true]"(node: Deno.lint.ForOfStatement) {
        if (isTopLevel(context, node)) context.report({ node, message: "an import must not wait" });
      },
      ImportExpression(node) {
        context.report({ node, message: "a library imports statically" });
      },
    };
  },
};

function isTopLevel(context: Deno.lint.RuleContext, node: Deno.lint.Node): boolean {
  return !context.sourceCode.getAncestors(node).some(({ type }) =>
    /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type)
  );
}
