/** Life: the controller's way from disabled to ready, to shut down, and back. */
import type { Clock } from "../../../core/clock.ts";
import type { Iova } from "../../../core/iommu_driver.ts";
import type { ReadValue, Registers } from "../../../core/registers.ts";
import { untilAsync } from "../../../driverkit/until.ts";
import type { NVME } from "../registers.ts";
import { NVME_COMMAND_SIZE, NVME_COMPLETION_SIZE } from "../registers_entries.ts";
import type { NvmeCapabilities } from "./capabilities.ts";
import { controllerError } from "./errors.ts";

const ALL_ONES = 0xffff_ffff;
/** Values of `cc.shn` and `csts.shst`. */
const NORMAL_SHUTDOWN = 1;
const SHUT_DOWN = 2;
const POLL_MS = 0.5;

/** Where the admin queues are. */
export interface AdminQueues {
  readonly entries: number;
  readonly submissions: Iova;
  readonly completions: Iova;
}

/**
 * The registers `cc` and `csts`. Every wait has an end, and ends at once when the controller reports a fatal error or is
 * gone.
 *
 * @see NVM Express Base Specification 1.4, sections 3.1.5, 3.1.6, 7.3 and 7.6
 */
export class Life {
  readonly #regs: Registers<typeof NVME>;
  readonly #clock: Clock;
  readonly #capabilities: NvmeCapabilities;
  readonly #address: string;

  /** Goes through `regs`. */
  constructor(
    regs: Registers<typeof NVME>,
    clock: Clock,
    capabilities: NvmeCapabilities,
    address: string,
  ) {
    this.#regs = regs;
    this.#clock = clock;
    this.#capabilities = capabilities;
    this.#address = address;
  }

  /**
   * The status as it is.
   *
   * @throws {VfioError} `ENODEV` when all ones are read: the device is gone, or does not answer.
   */
  status(): ReadValue<typeof NVME.csts> {
    const status = this.#regs.csts.read();
    if (status.raw !== ALL_ONES) return status;
    throw controllerError(
      "ENODEV",
      "use",
      this.#address,
      "its registers read as all ones: it is gone, or asleep",
    );
  }

  /** Looks whether the controller can go on. @throws {VfioError} `EIO` after a fatal error; `ENODEV` when it is gone. */
  check(): void {
    if (!this.status().cfs) return;
    throw controllerError("EIO", "use", this.#address, "CSTS.CFS tells of a fatal error: only a reset helps");
  }

  /** Disables the controller: it drops its queues and all commands, and does no more DMA. @throws {VfioError} `ETIMEDOUT`; `ENODEV`. */
  async disable(): Promise<void> {
    const { cc } = this.#regs;
    this.status();
    // A shutdown that was asked for ends with it.
    if (cc.read().en) cc.update({ en: false, shn: 0 });
    await this.#wait("to be disabled", this.#capabilities.readyMs, () => !this.status().rdy);
  }

  /** Enables the controller with these admin queues, once it is disabled. @throws {VfioError} `ETIMEDOUT`; `EIO` after a fatal error; `ENODEV`. */
  async enable({ entries, submissions, completions }: AdminQueues): Promise<void> {
    const { aqa, asq, acq, cc } = this.#regs;
    aqa.write({ asqs: entries - 1, acqs: entries - 1 });
    asq.write(submissions);
    acq.write(completions);
    cc.write({
      iosqes: Math.log2(NVME_COMMAND_SIZE),
      iocqes: Math.log2(NVME_COMPLETION_SIZE),
      mps: Math.log2(this.#capabilities.pageSize / 4096),
      en: true,
    });
    await this.#wait("to be ready", this.#capabilities.readyMs, () => {
      this.check();
      return this.status().rdy;
    });
  }

  /** Tells the controller that its power may go soon, and waits until that would do no harm. @throws {VfioError} `ETIMEDOUT`; `EIO` after a fatal error; `ENODEV`. */
  async shutDown(timeoutMs: number): Promise<void> {
    this.check();
    this.#regs.cc.update({ shn: NORMAL_SHUTDOWN });
    await this.#wait("to shut down", timeoutMs, () => {
      this.check();
      return this.status().shst === SHUT_DOWN;
    });
  }

  #wait(what: string, timeoutMs: number, condition: () => boolean): Promise<boolean> {
    return untilAsync(this.#clock, condition, {
      timeoutMs,
      intervalMs: POLL_MS,
      what: `${this.#address} ${what}`,
    });
  }
}
