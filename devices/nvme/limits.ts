/** What the controller can do at most; Identify tells it, and commands are held to it. */

/** Namespace ids that could be; there are fewer namespaces. */
export const NAMESPACE_IDS = 256;
/** Abort commands at a time. */
export const ABORTS = 4;
/** Event requests that can wait. */
export const EVENT_REQUESTS = 4;
/** Entries of the error log. */
export const ERROR_ENTRIES = 64;
/** Memory pages are 4096 << n bytes, up to this n. */
export const MPSMAX = 4;
/** Entries of submission queues are 2^n bytes. */
export const COMMAND_SHIFT = 6;
/** Entries of completion queues are 2^n bytes. */
export const COMPLETION_SHIFT = 4;
/** The composite temperature, in kelvin: it never changes. */
export const TEMPERATURE = 0x143;
/** From here on it is too warm. */
export const WARNING_TEMPERATURE = 0x157;
/** From here on it is far too warm. */
export const CRITICAL_TEMPERATURE = 0x175;
