/** Words that are wrong where a device, a number or a machine is due. */

/** Words for devices that are not there. */
export const ABSENT: readonly string[] = [
  "0000:0a:1f.7",
  "ff:1f.7",
  "dead:beef",
  "1234:11e9",
  "eth9",
  "nvme7",
  "Zz",
  "0001:00:04.0",
];

/** Words that name no device, whatever is there. */
export const NO_DEVICE: readonly string[] = [
  "1f.0",
  "00:04",
  "0000:00:04",
  "00:4.0:1",
  "00:zz.0",
  "00:04.8",
  "1234:11e",
  "1234:",
  ":11e8",
  "12345:11e8",
  "",
  " ",
  "#",
  "..",
  "04.",
  "0x4",
  "@",
  "*",
];

/** Words that are no numbers. */
export const NO_NUMBER: readonly string[] = [
  "0x",
  "0xg",
  "0x1z",
  "1e",
  "1.5",
  "1_000",
  "NaN",
  "∞",
  "",
  " ",
  "0x12345678901234567890",
  "99999999999999999999999",
  "0b1",
  "१",
  "1 ",
];

/** Words that are no machines, most of them. */
export const NO_MACHINE: readonly string[] = [
  "toaster",
  "edu,",
  "edu,iommu=best",
  "edu,seed=x",
  "=",
  "edu:",
  "edu@",
  "edu+",
  "edu,user=-1",
  "edu,memlock=0x",
  "__proto__",
];
