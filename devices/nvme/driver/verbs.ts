/** What commands are called: in tables by name, in errors as what they do. */
import type { NVME_ADMIN, NVME_IO } from "../registers_commands.ts";

/** A command by the name that `NVME_ADMIN` or `NVME_IO` has for it; "other": one that is in neither. */
export type NvmeCommandName = keyof typeof NVME_ADMIN | keyof typeof NVME_IO | "other";

/** What each command does, as a message says it: "Cannot <verb> namespace 1 of 0000:01:00.0". */
export const VERBS: Readonly<Record<NvmeCommandName, string>> = {
  deleteSubmissionQueue: "delete a submission queue of",
  createSubmissionQueue: "create a submission queue of",
  getLogPage: "read a log page of",
  deleteCompletionQueue: "delete a completion queue of",
  createCompletionQueue: "create a completion queue of",
  identify: "identify",
  abort: "abort a command of",
  setFeatures: "set a feature of",
  getFeatures: "get a feature of",
  asyncEventRequest: "wait for events of",
  formatNvm: "format",
  flush: "flush",
  write: "write",
  read: "read",
  compare: "compare",
  writeZeroes: "write zeroes to",
  datasetManagement: "deallocate blocks of",
  other: "carry out a command of",
};
