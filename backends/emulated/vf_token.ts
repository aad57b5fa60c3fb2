/** Names that GET_DEVICE_FD takes: an address, and options after a space. */

const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/**
 * Matches a name against a device.
 *
 * @returns undefined: another device. "plain": this one, without options. Else why the options are refused: a device
 * that is neither a PF nor a VF takes no token.
 * @see Linux, drivers/vfio/pci/vfio_pci_core.c, `vfio_pci_core_match`
 */
export function matchName(
  address: string,
  name: string,
): "plain" | (string & Record<never, never>) | undefined {
  if (!name.startsWith(address)) return undefined;
  const rest = name.slice(address.length);
  if (rest !== "" && !rest.startsWith(" ")) return undefined;
  const options = rest.trim();
  if (options === "") return "plain";
  const [key, value] = options.split("=", 2);
  if (key !== "vf_token" || value === undefined || !UUID.test(value)) {
    return `the option "${options}" is not known: vf_token=UUID is`;
  }
  return "it takes no VF token: it is neither a VF nor a PF";
}
