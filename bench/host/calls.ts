/** What a call into C costs, by the shape of its arguments, and a system call with the shape that is used here. */
import { against, alone } from "../line.ts";
import { parameter, post } from "./worker.ts";

const TURN = 1_000;
const LIBRARY = parameter(import.meta.url, "library");

const { symbols: c } = Deno.dlopen(LIBRARY, {
  call_none: { parameters: [], result: "i32" },
  call_pointer: { parameters: ["pointer"], result: "i32" },
  call_buffer: { name: "call_pointer", parameters: ["buffer"], result: "i32" },
  call_u64: { parameters: ["u64"], result: "i32" },
  call_result: { parameters: [], result: "u64" },
  pread_words: { parameters: ["i32", "u32"], result: "i32" },
});
const { symbols: libc } = Deno.dlopen("libc.so.6", {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  pread: { parameters: ["i32", "pointer", "usize", "i64"], result: "i32" },
});

const bytes = new Uint8Array(new ArrayBuffer(8));
const pointer = Deno.UnsafePointer.of(bytes);
const zero = libc.open(new TextEncoder().encode("/dev/zero\0"), 0);

post([
  alone("call: no argument", TURN, () => {
    for (let i = 0; i < TURN; i++) c.call_none();
  }),
  alone("call: pointer", TURN, () => {
    for (let i = 0; i < TURN; i++) c.call_pointer(pointer);
  }),
  alone("call: buffer", TURN, () => {
    for (let i = 0; i < TURN; i++) c.call_buffer(bytes);
  }),
  alone("call: u64", TURN, () => {
    for (let i = 0; i < TURN; i++) c.call_u64(4n);
  }),
  alone("call: u64 result", TURN, () => {
    for (let i = 0; i < TURN; i++) c.call_result();
  }),
  await against("pread 4 of /dev/zero", TURN, () => {
    for (let i = 0; i < TURN; i++) libc.pread(zero, pointer, 4n, 0n);
  }, () => c.pread_words(zero, TURN)),
]);
