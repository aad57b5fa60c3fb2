/**
 * The fence around the machine: which files may name `Deno`, and what of it.
 *
 * The library needs one permission, `--allow-ffi`, and only in two files; all else that `Deno` offers would ask for more.
 */
import { isIn, LIBRARY, projectPath } from "./path.ts";

/** The two files that open libc and turn pointers into memory. */
const GATES = ["os/libc.ts", "os/host_memory.ts"];
/** What talks to the kernel through them. */
const SYSTEM = ["os/", "backends/linux/", "backends/vfio_user/"];
/** Free of the fence: they measure or attack what it protects. */
const FREE = ["tests/", "bench/"];

const FFI = /^(dlopen|Unsafe)/;

/** What is wrong with naming `Deno.${member}` in a file; `member` is undefined where `Deno` itself is taken. */
export function fenceFault(path: string, member: string | undefined, asType: boolean): string | undefined {
  if (isIn(path, FREE)) return undefined;
  if (!isIn(path, LIBRARY)) {
    if (member === undefined) return "Deno must not get another name";
    return FFI.test(member) ? `Deno.${member} belongs in ${GATES.join(" or ")}` : undefined;
  }
  if (!isIn(path, SYSTEM)) return "only os/ and the backends above it may name Deno";
  if (member === undefined) return "Deno must not get another name";
  if (FFI.test(member)) {
    return isIn(path, GATES) ? undefined : `Deno.${member} belongs in ${GATES.join(" or ")}`;
  }
  if (asType || member === "build") return undefined;
  return `Deno.${member} needs a permission beyond --allow-ffi, or is none of a library's business`;
}

function memberOf(node: Deno.lint.Identifier): { member: string | undefined; asType: boolean } {
  const { parent } = node;
  if (parent.type === "MemberExpression" && parent.object === node && !parent.computed) {
    return {
      member: parent.property.type === "Identifier" ? parent.property.name : undefined,
      asType: false,
    };
  }
  if (parent.type === "TSQualifiedName" && parent.left === node) {
    return { member: parent.right.name, asType: true };
  }
  return { member: undefined, asType: false };
}

/** Keeps `Deno` behind the fence. */
export const fence: Deno.lint.Rule = {
  create(context) {
    const path = projectPath(context.filename);
    return {
      "Identifier[name='Deno']"(node: Deno.lint.Identifier) {
        const { member, asType } = memberOf(node);
        const message = fenceFault(path, member, asType);
        if (message !== undefined) context.report({ node, message });
      },
      // globalThis["Deno"] and its like
      "MemberExpression[computed=true] > Literal[value='Deno']"(node: Deno.lint.StringLiteral) {
        const message = fenceFault(path, undefined, false);
        if (message !== undefined) context.report({ node, message });
      },
      "Identifier[name='globalThis']"(node: Deno.lint.Identifier) {
        if (isIn(path, LIBRARY)) context.report({ node, message: "a library has no need of globalThis" });
      },
    };
  },
};
