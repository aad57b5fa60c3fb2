/**
 * Prints the config spaces of the devices whose addresses it is given, a line of JSON for each: as VFIO shows them, and as
 * sysfs does in the same moment; first as they are when the device has been opened, then when a driver has written to
 * registers that the kernel virtualises.
 *
 *     deno run --allow-ffi tests/vm/guest/config_spaces.ts ADDRESS...
 */
import { openDevice, REGION_NAMES } from "../../../mod.ts";
import type { PciDevice, Region } from "../../../mod.ts";
import { linux } from "../../../backends/linux/mod.ts";
import { CAPABILITY, CONFIG_HEADER, findCapability } from "../../../pci/mod.ts";

/** The message address of MSI, and Device Control, from the starts of their capabilities. */
const MESSAGE_ADDRESS = 4;
const DEVICE_CONTROL = 8;
const MAX_PAYLOAD_256 = 1 << 5;
const INTERRUPT_DISABLE = 1 << 10;

function look(address: string, region: Region): { readonly vfio: string; readonly sysfs: string } {
  const vfio = new Uint8Array(region.size);
  region.read(0, vfio);
  const sysfs = new Uint8Array(4096);
  const size = linux().host.readConfig(address, 0, sysfs);
  return { vfio: vfio.toHex(), sysfs: sysfs.subarray(0, size).toHex() };
}

function write({ config }: PciDevice, region: Region): void {
  region.write32(CONFIG_HEADER.bar0.at, 0xffff_ffff);
  region.write32(CONFIG_HEADER.expansionRom.at, 0xffff_f800);
  region.write8(CONFIG_HEADER.interruptLine.at, 0x55);
  region.write8(CONFIG_HEADER.latencyTimer.at, 0x40);
  region.write16(CONFIG_HEADER.command.at, config.command.read().raw | INTERRUPT_DISABLE);
  const msi = findCapability(region, CAPABILITY.msi);
  if (msi !== undefined) region.write32(msi + MESSAGE_ADDRESS, 0xfee0_1000);
  const express = findCapability(region, CAPABILITY.pciExpress);
  if (express !== undefined) {
    const at = express + DEVICE_CONTROL;
    region.write16(at, (region.read16(at) & ~(7 << 5)) | MAX_PAYLOAD_256);
  }
}

for (const address of Deno.args) {
  using device = openDevice(address);
  const region = device.model.region(REGION_NAMES.indexOf("config"));
  const opened = look(address, region);
  write(device, region);
  console.log(JSON.stringify({ address, opened, written: look(address, region) }));
}
