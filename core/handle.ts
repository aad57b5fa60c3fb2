/** What every descriptor of the model has in common. */

/**
 * One descriptor of the VFIO model.
 *
 * Guarantees: dispose closes this descriptor and nothing else (the kernel's reference counts keep alive what
 * is still used elsewhere); disposing twice is a no-op; after dispose every use of the handle, as receiver or
 * as argument, throws {@linkcode VfioError} `EBADF` at the place where the kernel would look the descriptor up.
 */
export interface Handle extends Disposable {
  /** Whether the descriptor has been disposed of. */
  readonly closed: boolean;
}
