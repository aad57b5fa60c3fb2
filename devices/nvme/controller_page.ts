/** The page of Identify about the controller. */
import { ByteMemory } from "../../core/byte_memory.ts";
import { registers } from "../../core/registers.ts";
import type { ControllerSettings } from "./controller.ts";
import {
  ABORTS,
  COMMAND_SHIFT,
  COMPLETION_SHIFT,
  CRITICAL_TEMPERATURE,
  ERROR_ENTRIES,
  EVENT_REQUESTS,
  NAMESPACE_IDS,
  WARNING_TEMPERATURE,
} from "./limits.ts";
import { NVME_CONTROLLER, NVME_CONTROLLER_TEXT, NVME_IDENTIFY_SIZE } from "./registers_identify.ts";

/** The specification it follows, 1.4.0. */
export const VERSION = 0x0001_0400;
/** QEMU's: what drivers see is a device of that kind. */
export const IDENTITY = {
  vendor: 0x1b36,
  device: 0x0010,
  subsystemVendor: 0x1af4,
  subsystemDevice: 0x1100,
} as const;
/** What the page and the firmware log say. */
export const FIRMWARE = "7.2";
const MODEL = "QEMU NVMe Ctrl";
const OUI = "\x00\x54\x52";
const IO_CONTROLLER = 1;
const FLUSHES_ALL = 3;

/** Makes the page. */
export function controllerPage({ mdts, serial }: ControllerSettings): Uint8Array {
  const page = new Uint8Array(NVME_IDENTIFY_SIZE);
  const fields = registers(new ByteMemory(page), NVME_CONTROLLER);
  fields.vid.write(IDENTITY.vendor);
  fields.ssvid.write(IDENTITY.subsystemVendor);
  fields.rab.write(6);
  fields.mdts.write(mdts);
  fields.ver.write(VERSION);
  fields.cntrltype.write(IO_CONTROLLER);
  fields.oacs.write({ format: true });
  fields.acl.write(ABORTS - 1);
  fields.aerl.write(EVENT_REQUESTS - 1);
  fields.frmw.write({ slots: 1, firstReadOnly: true });
  fields.lpa.write({ extended: true, healthPerNamespace: true });
  fields.elpe.write(ERROR_ENTRIES - 1);
  fields.wctemp.write(WARNING_TEMPERATURE);
  fields.cctemp.write(CRITICAL_TEMPERATURE);
  fields.sqes.write({ min: COMMAND_SHIFT, max: COMMAND_SHIFT });
  fields.cqes.write({ min: COMPLETION_SHIFT, max: COMPLETION_SHIFT });
  fields.nn.write(NAMESPACE_IDS);
  fields.oncs.write({
    compare: true,
    datasetManagement: true,
    writeZeroes: true,
    selectFeatures: true,
    timestamp: true,
  });
  fields.vwc.write({ present: true, broadcast: FLUSHES_ALL });
  fields.mp0.write(2500);
  fields.enlat0.write(16);
  fields.exlat0.write(4);
  const { sn, mn, fr, ieee, subnqn } = NVME_CONTROLLER_TEXT;
  writeText(page, sn, serial, " ");
  writeText(page, mn, MODEL, " ");
  writeText(page, fr, FIRMWARE, " ");
  writeText(page, ieee, OUI, "\0");
  writeText(page, subnqn, `nqn.2019-08.org.qemu:${serial}`, "\0");
  return page;
}

/** Writes ASCII into its place, filled up and cut to its size. */
export function writeText(
  page: Uint8Array,
  place: { readonly at: number; readonly size: number },
  text: string,
  filler: string,
): void {
  const full = text.padEnd(place.size, filler);
  for (let i = 0; i < place.size; i++) page[place.at + i] = full.charCodeAt(i);
}
