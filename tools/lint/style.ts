/** The project's own style, as far as the tree of a file shows it. */
import { isIn, LIBRARY, projectPath } from "./path.ts";

/** `#field`, which is private at run time too, never `private`; fields are declared, not slipped in as parameters. */
export const privateFields: Deno.lint.Rule = {
  create(context) {
    function member(node: Deno.lint.MethodDefinition | Deno.lint.PropertyDefinition): void {
      // A constructor has no name that could begin with #.
      if (
        node.accessibility !== "private" || (node.type === "MethodDefinition" && node.kind === "constructor")
      ) return;
      context.report({ node, message: "the name of a private member begins with #" });
    }
    return {
      MethodDefinition: member,
      PropertyDefinition: member,
      TSParameterProperty(node) {
        context.report({ node, message: "declare the field and assign it: a parameter is no property" });
      },
    };
  },
};

/** What TypeScript adds to the language at run time, and types alone would not. */
export const erasableSyntax: Deno.lint.Rule = {
  create(context) {
    return {
      TSEnumDeclaration(node) {
        context.report({ node, message: "use a const object or a union of literals instead of an enum" });
      },
      TSModuleDeclaration(node) {
        context.report({ node, message: "a file is the only namespace" });
      },
    };
  },
};

/** Functions at the top of a file are declared as such: hoisted, and named in a stack trace. */
export const topLevelFunctions: Deno.lint.Rule = {
  create(context) {
    function report(node: Deno.lint.Node): void {
      context.report({ node, message: "declare a function at the top of a file with `function`" });
    }
    return {
      "Program > VariableDeclaration > VariableDeclarator > ArrowFunctionExpression": report,
      "Program > ExportNamedDeclaration > VariableDeclaration > VariableDeclarator > ArrowFunctionExpression":
        report,
    };
  },
};

/** "Cannot <do> <value>: <state>": a sentence with a capital, without a full stop and without a contraction. */
export const errorMessages: Deno.lint.Rule = {
  create(context) {
    if (!isIn(projectPath(context.filename), LIBRARY)) return {};
    return {
      "NewExpression[callee.name=/^(Range|Type|Syntax|Vfio)?Error$/] > :matches(Literal, TemplateLiteral)"(
        node: Deno.lint.StringLiteral | Deno.lint.TemplateLiteral,
      ) {
        const text = context.sourceCode.getText(node).slice(1, -1);
        const message = messageFault(text);
        if (message !== undefined) context.report({ node, message });
      },
    };
  },
};

/** What is wrong with the text of an error, if anything. */
export function messageFault(text: string): string | undefined {
  if (text.endsWith(".") && !text.endsWith("...")) return "an error message has no full stop";
  if (/\b\w+n't\b|\b(it|that|there)'s\b/i.test(text)) return "an error message has no contractions";
  if (/^[a-z]+ /.test(text)) return "an error message begins with a capital: Cannot <do> <value>: <state>";
  return undefined;
}
