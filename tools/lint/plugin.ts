/**
 * The project's own lint rules: deno.json names this file.
 *
 * @module
 */
import { deviceMemory } from "./device_memory.ts";
import { fence } from "./fence.ts";
import { quietImport } from "./quiet_import.ts";
import { erasableSyntax, errorMessages, privateFields, topLevelFunctions } from "./style.ts";
import { unfinished } from "./unfinished.ts";
import { virtualTime } from "./virtual_time.ts";

const plugin: Deno.lint.Plugin = {
  name: "vfio",
  rules: {
    "device-memory": deviceMemory,
    "erasable-syntax": erasableSyntax,
    "error-messages": errorMessages,
    fence,
    "private-fields": privateFields,
    "quiet-import": quietImport,
    "top-level-functions": topLevelFunctions,
    unfinished,
    "virtual-time": virtualTime,
  },
};
export default plugin;
