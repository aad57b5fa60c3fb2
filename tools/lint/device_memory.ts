/**
 * How device memory is touched: one access of the width that was asked for, in every tier of the engine.
 *
 * A register is read by `Atomics.load` and written by a plain store. The other ways compile to a byte at a time, to two
 * accesses, or to a read before the write.
 */
import { isIn, projectPath } from "./path.ts";

const NEAR_DEVICES = ["os/", "backends/linux/"];

/** Those that neither change memory nor read it more than once. */
const SAFE_ATOMICS = new Set(["load", "notify", "wait", "waitAsync"]);

/** Refuses what would not reach a device as one access. */
export const deviceMemory: Deno.lint.Rule = {
  create(context) {
    if (!isIn(projectPath(context.filename), NEAR_DEVICES)) return {};
    return {
      "MemberExpression[object.name='Atomics']"(node: Deno.lint.MemberExpression) {
        const name = node.property.type === "Identifier" ? node.property.name : "";
        if (node.computed || !SAFE_ATOMICS.has(name)) {
          context.report({ node, message: `Atomics.${name} reads what it writes: use a plain store` });
        }
      },
      // An alias would hide which operation is meant.
      "VariableDeclarator > Identifier[name='Atomics']"(node: Deno.lint.Identifier) {
        context.report({ node, message: "Atomics must not get another name" });
      },
      "Identifier[name='DataView']"(node: Deno.lint.Identifier) {
        context.report({
          node,
          message: "a DataView reads and writes a byte at a time until it is hot: use a typed array",
          hint: "bytes of a kernel struct are what core/struct.ts is for",
        });
      },
      "Identifier[name='copyInto']"(node: Deno.lint.Identifier) {
        context.report({ node, message: "copyInto touches some bytes twice: copy word by word" });
      },
    };
  },
};
