/**
 * Reads 32 bits, writes 32 bits, and reads 64 bits of an edu device through sysfs, without the library: the harness's
 * own tests look at how QEMU's trace shows that.
 *
 * @module
 */
const libc = Deno.dlopen("libc.so.6", {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  mmap: { parameters: ["pointer", "u64", "i32", "i32", "i32", "i64"], result: "pointer" },
});

const O_RDWR = 2;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const SIZE = 4096;

const path = new TextEncoder().encode(`/sys/bus/pci/devices/${Deno.args[0]}/resource0\0`);
const descriptor = libc.symbols.open(path, O_RDWR);
const address = libc.symbols.mmap(null, BigInt(SIZE), PROT_READ_WRITE, MAP_SHARED, descriptor, 0n);
if (descriptor < 0 || address === null) throw new Error(`cannot map the BAR of ${Deno.args[0]}`);
const bar = new Deno.UnsafePointerView(address).getArrayBuffer(SIZE);
const words = new Uint32Array(bar);

const identity = Atomics.load(words, 0);
words[1] = 0x12345678;
const dmaSource = Atomics.load(new BigUint64Array(bar), 0x80 / 8);
Deno.stdout.writeSync(new TextEncoder().encode(`${identity.toString(16)} ${dmaSource}\n`));
