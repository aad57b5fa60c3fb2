/** LinuxBackend: this machine's own VFIO. */
import type { Backend, GroupDoor, MapFileOptions } from "../../core/backend.ts";
import { checkU32 } from "../../core/checks.ts";
import type { Clock } from "../../core/clock.ts";
import type { Host } from "../../core/host.ts";
import type { HostMemory, HostMemoryOptions, MemoryFile } from "../../core/memory.ts";
import type { Signal } from "../../core/signal.ts";
import { allocateMemory } from "../../os/allocate.ts";
import { RealClock } from "../../os/clock.ts";
import { Eventfd } from "../../os/eventfd.ts";
import { mapMemory } from "../../os/process_memory.ts";
import { LinuxContainer } from "./container.ts";
import { LinuxGroup } from "./group.ts";
import { LinuxHost } from "./host.ts";

/** The kernel's VFIO. */
export class LinuxBackend implements Backend {
  /** "linux". */
  readonly name = "linux";
  /** The machine, as /sys shows it. */
  readonly host: Host = new LinuxHost();
  /** Real time. */
  readonly clock: Clock = new RealClock();
  /** /dev/vfio/vfio and /dev/vfio/N. */
  readonly groups: GroupDoor = {
    openContainer: () => LinuxContainer.open(),
    openGroup: (id, { noIommu = false } = {}) => LinuxGroup.open(checkU32("id", id), noIommu),
  };

  /** Makes page-aligned, zeroed memory. */
  allocate(size: number, options: HostMemoryOptions = {}): HostMemory {
    return allocateMemory(size, options);
  }

  /** Maps memory that somebody else made. */
  mapFile(file: MemoryFile, options: MapFileOptions = {}): HostMemory {
    return mapMemory(file, options);
  }

  /** Makes an eventfd. */
  createSignal(): Signal {
    return new Eventfd();
  }
}
