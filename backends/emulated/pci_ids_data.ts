/** The emulated machine's pci.ids: names of the devices that there are models of. */

/** As the list has them, a tab before a device. */
export const PCI_IDS = `\
1234  QEMU
	1111  VGA
	11e8  edu
1af4  Red Hat, Inc.
	1110  Inter-VM shared memory
1b36  Red Hat, Inc.
	000c  QEMU PCIe Root port
	0010  QEMU NVM Express Controller
8086  Intel Corporation
	10c9  82576 Gigabit Network Connection
	10ca  82576 Virtual Function
	10d3  82574L Gigabit Network Connection
`;
