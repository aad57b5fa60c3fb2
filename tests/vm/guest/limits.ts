/** This process's own limits, lowered for a while. */

/** @see Linux, include/uapi/asm-generic/resource.h */
const RESOURCES = { descriptors: 7n, lockedMemory: 8n } as const;
/** prlimit64 on x86-64. */
const SYS_PRLIMIT64 = 302n;

const { symbols: libc } = Deno.dlopen("libc.so.6", {
  syscall: { parameters: ["i64", "i64", "i64", "buffer", "buffer"], result: "i64" },
});

/** Sets a soft limit; dispose puts the old one back. */
export function limit(resource: keyof typeof RESOURCES, soft: number): Disposable {
  const before = prlimit(resource, undefined);
  prlimit(resource, BigUint64Array.of(BigInt(soft), before[1] ?? 0n));
  return { [Symbol.dispose]: () => void prlimit(resource, before) };
}

function prlimit(
  resource: keyof typeof RESOURCES,
  set: BigUint64Array<ArrayBuffer> | undefined,
): BigUint64Array<ArrayBuffer> {
  const old = new BigUint64Array(new ArrayBuffer(16));
  const given = set === undefined ? null : new Uint8Array(set.buffer);
  if (libc.syscall(SYS_PRLIMIT64, 0n, RESOURCES[resource], given, new Uint8Array(old.buffer)) < 0) {
    throw new Error(`Cannot set the limit of ${resource}`);
  }
  return old;
}
