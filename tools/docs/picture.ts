/** docs/groups.svg: what a call of vfio draws. */

/** The call: a machine with a device that is ready, one whose sibling is in the way, and two that the kernel uses. */
export const PICTURE: readonly string[] = [
  "groups",
  "--emulated",
  "edu,nvme:nvme+edu,igb:igb,nvme:nvme",
  "--svg",
  "-",
];
