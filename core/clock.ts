/** Time as a backend has it. */

/** The backend's clock: real on Linux; virtual on the emulated host, where waiting is what moves it. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  now(): number;
  /** Blocks this isolate for `ms` milliseconds; the emulated host runs what falls due meanwhile. */
  pause(ms: number): void;
  /**
   * Lets `ms` milliseconds pass while the event loop goes on; 0 lets the event loop take a turn.
   *
   * @param signal Cancels: the promise rejects with the signal's reason.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
