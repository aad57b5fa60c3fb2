#!/usr/bin/env -S deno run --allow-ffi
/**
 * The command `vfio`: looks at PCI devices and IOMMU groups, gives devices to vfio-pci and takes them back, says what is
 * in the way and what helps.
 *
 *     deno run --allow-ffi jsr:@vfio/vfio/cli list
 *     deno run jsr:@vfio/vfio/cli list --emulated edu,nvme
 *
 * @module
 */
import { main } from "./main.ts";
import { runInTerminal } from "./terminal.ts";

export { emulatedBackend } from "./emulated.ts";

if (import.meta.main) await runInTerminal((io) => main(Deno.args, io));
