/** Nvme: an NVMe controller, open and ready. */
import type { DmaBuffer } from "../../../driverkit/dma.ts";
import type { PciDevice } from "../../../driverkit/pci_device.ts";
import { VfioError } from "../../../core/errors.ts";
import { NVME_CNS } from "../registers_commands.ts";
import { NVME_IDENTIFY_SIZE } from "../registers_identify.ts";
import { NVME_ERROR_SIZE, NVME_HEALTH_SIZE, NVME_LOG } from "../registers_logs.ts";
import { NVME_ALL_NAMESPACES } from "../registers_commands.ts";
import type { NvmeCapabilities } from "./capabilities.ts";
import { controllerError, nameOf } from "./errors.ts";
import { parseEvent } from "./events.ts";
import type { NvmeEvent } from "./events.ts";
import { parseNamespace, parseNamespaceList } from "./identify.ts";
import type { NvmeIdentity } from "./identify.ts";
import { parseErrors, parseHealth } from "./logs.ts";
import type { NvmeHealth, NvmeLoggedError } from "./logs.ts";
import { NvmeNamespace } from "./namespace.ts";
import { settingsOf } from "./options.ts";
import type { NvmeOptions } from "./options.ts";
import type { NvmeQueue } from "./queue.ts";
import { openSession } from "./session.ts";
import type { Session } from "./session.ts";
import type { NvmeTransfer } from "./transfer.ts";

/** Ids in one page of the list. */
const LIST_LENGTH = NVME_IDENTIFY_SIZE / 4;
/** A controller that tells of more is not believed. */
const MAX_NAMESPACES = 4096;

/**
 * An NVMe controller, open and ready; {@linkcode openNvme} makes it.
 *
 * Close it, or let `await using` do so, before the device is disposed of: that shuts the controller down, so that it
 * loses nothing. The device stays its opener's.
 */
export class Nvme implements AsyncDisposable {
  /** The namespaces that are active, in the order of their ids. */
  readonly namespaces: readonly NvmeNamespace[];
  readonly #session: Session;

  /** Wraps a session. */
  constructor(session: Session, namespaces: readonly NvmeNamespace[]) {
    this.#session = session;
    this.namespaces = namespaces;
  }

  /** What the controller's registers say it can do. */
  get capabilities(): NvmeCapabilities {
    return this.#session.capabilities;
  }

  /** What the controller says of itself. */
  get identity(): NvmeIdentity {
    return this.#session.identity;
  }

  /** The I/O queues: the fast floor. Promises use them in turn. */
  get queues(): readonly NvmeQueue[] {
    return [...this.#session.io.keys()];
  }

  /** Whether the driver is closed. */
  get closed(): boolean {
    return this.#session.closed;
  }

  /** A namespace by its id. @throws {VfioError} `ENODEV` when there is none that is active. */
  namespace(id: number): NvmeNamespace {
    const found = this.namespaces.find((each) => each.id === id);
    if (found !== undefined) return found;
    const { address } = this.#session.device;
    const ids = this.namespaces.map((each) => each.id).join(", ");
    throw controllerError("ENODEV", "use", `${nameOf(id)} of ${address}`, `active ones: ${ids || "none"}`);
  }

  /**
   * Makes a part of DMA memory ready for commands of the fast floor: once, for any number of them.
   *
   * @param offset Bytes from the start of the buffer, a multiple of 4. @default 0
   * @param size Bytes, at most `identity.maxTransfer`. @default the rest of the buffer
   * @throws {RangeError} for more than one command moves.
   * @throws {VfioError} `EBADF` after close.
   */
  prepare(buffer: DmaBuffer, offset = 0, size: number = buffer.size - offset): NvmeTransfer {
    return this.#session.prepare(buffer, offset, size);
  }

  /** Reads the SMART page. @param keepEvents Leaves health events masked. @default false */
  async health(keepEvents = false): Promise<NvmeHealth> {
    return parseHealth(await this.#log(NVME_LOG.health, NVME_HEALTH_SIZE, keepEvents));
  }

  /** Reads the error log, the newest error first, up to 64. @param keepEvents Leaves error events masked. @default false */
  async errorLog(keepEvents = false): Promise<NvmeLoggedError[]> {
    const entries = Math.min(this.identity.errorEntries, NVME_IDENTIFY_SIZE / NVME_ERROR_SIZE);
    return parseErrors(await this.#log(NVME_LOG.error, entries * NVME_ERROR_SIZE, keepEvents));
  }

  /**
   * Gives what the controller tells unasked, as it comes; ends quietly when the driver is closed. An event's type comes
   * again once its log page was read.
   *
   * @param options `signal` cancels: the iteration throws its reason.
   * @throws {VfioError} `EOPNOTSUPP` when the admin queue has no interrupt: nothing would tell of events.
   * @throws {NvmeError} "asyncEventLimitExceeded" when too many listen.
   */
  async *events(options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<NvmeEvent, void, void> {
    const { signal } = options;
    const { admin, adminQueue, device, hasAdminVector } = this.#session;
    if (!hasAdminVector) {
      throw controllerError(
        "EOPNOTSUPP",
        "wait for events of",
        device.address,
        "its admin queue has no vector",
      );
    }
    let id = -1;
    const cancel = () => void admin.abort(adminQueue.id, id).catch(() => {});
    while (!this.closed) {
      signal?.throwIfAborted();
      try {
        const event = await this.#session.whenUp(() => {
          signal?.throwIfAborted();
          const under = admin.event((submitted) => id = submitted);
          signal?.addEventListener("abort", cancel);
          return under;
        });
        yield parseEvent(event);
      } catch (error) {
        signal?.throwIfAborted();
        if (this.closed) return;
        // A reset ends requests too: the next is as good.
        if (!(error instanceof VfioError && error.code === "ECANCELED")) throw error;
      } finally {
        signal?.removeEventListener("abort", cancel);
      }
    }
  }

  /**
   * Resets the controller: what is under way ends with "abortedByHost", queues are made anew, namespaces keep their data.
   * The driver does it by itself when a command cannot be ended otherwise.
   *
   * @throws {VfioError} why it did not come back.
   */
  reset(): Promise<void> {
    return this.#session.reset();
  }

  /**
   * Shuts the controller down and lets go of all memory and vectors. Commands under way end with `EBADF`: await them
   * first. Again gives the same promise.
   *
   * @throws {VfioError} `ETIMEDOUT` when it does not say in time that it is shut down, `EIO` after a fatal error; all is
   * let go of even so. A device that is gone is not shut down.
   */
  close(): Promise<void> {
    return this.#session.close();
  }

  /** Closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #log(lid: number, size: number, keepEvents: boolean): Promise<Uint8Array> {
    const { admin } = this.#session;
    return await this.#session.whenUp(() => admin.log(lid, size, NVME_ALL_NAMESPACES, keepEvents));
  }
}

/**
 * Takes an open device into use as an NVMe controller: resets and enables it, identifies it and its namespaces, and makes
 * I/O queues. The device stays the caller's to dispose of, after the driver was closed.
 *
 * It switches bus mastering on, after the controller was disabled, and off again when it is closed: queues are in this
 * process's memory, so nothing would work without.
 *
 * What the controller says is checked before it is used. What fails leaves nothing behind.
 *
 * @throws {VfioError} `ENODEV` when the device is gone; `EIO` for capabilities that cannot be, or a fatal error;
 * `ETIMEDOUT` when it does not become ready; `ENOSPC` for fewer queues than `atLeast`; `EBUSY` when interrupts are
 * enabled already.
 * @throws {NvmeError} when it refuses a command that is needed.
 */
export async function openNvme(device: PciDevice, options: NvmeOptions = {}): Promise<Nvme> {
  const session = await openSession(device, settingsOf(options));
  try {
    const namespaces: NvmeNamespace[] = [];
    for (const id of await activeNamespaces(session)) {
      const page = await session.admin.identify(NVME_CNS.namespace, id);
      namespaces.push(new NvmeNamespace(session, id, parseNamespace(page, id, device.address)));
    }
    return new Nvme(session, namespaces);
  } catch (error) {
    // What went wrong first is what is told.
    await session.close().catch(() => {});
    throw error;
  }
}

async function activeNamespaces({ admin, device, identity }: Session): Promise<number[]> {
  const ids: number[] = [];
  while (true) {
    const after = ids.at(-1) ?? 0;
    const page = await admin.identify(NVME_CNS.activeNamespaces, after);
    const more = parseNamespaceList(page, after, identity.lastNamespace, device.address);
    ids.push(...more);
    if (ids.length > MAX_NAMESPACES) {
      const detail = `its list of namespaces does not end after ${ids.length}`;
      throw controllerError("EIO", "identify", device.address, detail);
    }
    if (more.length < LIST_LENGTH) return ids;
  }
}
