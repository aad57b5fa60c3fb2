/** Real time stays out of what is pure and of the emulation, whose time is virtual and repeats exactly. */
import { isIn, projectPath } from "./path.ts";

const TIMELESS = ["core/", "uapi/", "pci/", "iommu/", "devices/", "backends/emulated/"];
const CLOCKS =
  "Identifier[name=/^(Date|performance|setTimeout|setInterval|setImmediate|queueMicrotask|crypto|Temporal)$/]";

/** Refuses real clocks, timers and real randomness. */
export const virtualTime: Deno.lint.Rule = {
  create(context) {
    if (!isIn(projectPath(context.filename), TIMELESS)) return {};
    return {
      [CLOCKS](node: Deno.lint.Identifier) {
        if (isReference(node)) {
          context.report({ node, message: `${node.name} is real: ask the backend's clock` });
        }
      },
      "MemberExpression[object.name='Math'][property.name='random']"(node: Deno.lint.MemberExpression) {
        context.report({ node, message: "Math.random differs from run to run: take the host's seed" });
      },
      "MemberExpression[object.name='AbortSignal'][property.name='timeout']"(
        node: Deno.lint.MemberExpression,
      ) {
        context.report({ node, message: "AbortSignal.timeout is a real timer: ask the backend's clock" });
      },
    };
  },
};

/** Not the name of somebody's own property. */
function isReference(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  if (parent.type === "MemberExpression") return parent.object === node || parent.computed;
  return !("key" in parent && parent.key === node);
}
