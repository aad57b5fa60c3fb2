/**
 * The usage example of the kernel's Documentation/driver-api/vfio.rst, call for call on the model floor.
 *
 *     deno run examples/vfio_rst.ts
 *     deno run --allow-ffi examples/vfio_rst.ts --backend linux 0000:00:04.0
 */
import { VfioError } from "@vfio/vfio";
import type { Backend } from "@vfio/vfio";
import { target } from "./arguments.ts";

const MIB = 1n << 20n;

function main(backend: Backend, address: string): void {
  const id = backend.host.find(address)?.group;
  if (backend.groups === undefined || id === undefined) throw new Error(`${address} has no IOMMU group`);

  // Create a new container
  using container = backend.groups.openContainer();
  console.log(`API version       ${container.apiVersion()}`);
  console.log(`Type1             ${container.supports("type1") ? "supported" : "not supported"}`);

  // Open the group, and test that it is viable and available
  using group = backend.groups.openGroup(id);
  console.log(`group             ${group.status().viable ? "viable" : "not viable"}`);

  // Add the group to the container, enable the IOMMU model we want, get additional IOMMU info
  group.setContainer(container);
  const iommu = container.setIommu("type1");
  const { pageSizes } = iommu.info();
  console.log(`IOMMU             page sizes 0x${pageSizes.toString(16)}`);

  // Allocate some space and setup a DMA mapping: 1 MiB starting at 0x0 from device view
  using memory = backend.allocate(Number(MIB));
  iommu.map({ iova: 0n, vaddr: memory.vaddr, size: MIB, read: true, write: true });
  console.log(`mapped            1 MiB at IOVA 0x0`);

  // Get a file descriptor for the device, test and setup the device
  using device = group.openDevice(address);
  const { regions, irqs } = device.info();
  for (let i = 0; i < regions; i++) {
    console.log(`region ${i}          ${ask(() => region(device.regionInfo(i)))}`);
  }
  for (let i = 0; i < irqs; i++) console.log(`irq ${i}             ${ask(() => irq(device.irqInfo(i)))}`);

  // Gratuitous device reset and go
  console.log(`reset             ${ask(() => (device.reset(), "done"))}`);
}

function region(info: { size: number; readable: boolean; writable: boolean; mappable: boolean }): string {
  const flags = [info.readable && "read", info.writable && "write", info.mappable && "mmap"].filter(Boolean);
  return info.size === 0 ? "absent" : `${info.size} bytes, ${flags.join(" ")}`;
}

function irq(info: { count: number; eventfd: boolean; maskable: boolean; automasked: boolean }): string {
  const flags = [info.eventfd && "eventfd", info.maskable && "maskable", info.automasked && "automasked"];
  return `${info.count} vectors, ${flags.filter(Boolean).join(" ")}`;
}

/** What a device does not have it answers with an errno: that is an answer too. */
function ask(call: () => string): string {
  try {
    return call();
  } catch (error) {
    if (error instanceof VfioError) return error.code;
    throw error;
  }
}

try {
  const { backend, address } = target(Deno.args, "examples/vfio_rst.ts");
  main(backend, address);
} catch (error) {
  console.error(error instanceof VfioError ? error.explain() : error);
  Deno.exit(1);
}
