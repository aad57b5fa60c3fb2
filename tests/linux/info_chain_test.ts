import { assertEquals, assertThrows } from "@std/assert";
import { askInfo, chainOf } from "../../backends/linux/info_chain.ts";
import { struct, u32 } from "../../core/struct.ts";
import { vfio_info_cap_header, vfio_region_info } from "../../uapi/vfio.ts";

const INFO = struct("info", { argsz: u32, flags: u32, cap_offset: u32, pad: u32 });

/** A kernel whose answer needs that many bytes: one number for each time it is asked. */
function kernel(
  needed: readonly number[],
): { ask: (bytes: Uint8Array<ArrayBuffer>) => void; asked: number[] } {
  const asked: number[] = [];
  function ask(bytes: Uint8Array<ArrayBuffer>): void {
    const { argsz } = INFO.decode(bytes);
    assertEquals(argsz, bytes.length);
    const need = needed[asked.length] ?? 0;
    asked.push(argsz);
    if (need > argsz) bytes.set(INFO.encode({ argsz: need }).subarray(0, 4));
  }
  return { ask, asked };
}

/** An answer of `size` bytes with headers in it. */
function answerOf(size: number, ...headers: readonly (readonly [at: number, id: number, next: number])[]) {
  const answer = new Uint8Array(size);
  for (const [at, id, next] of headers) answer.set(vfio_info_cap_header.encode({ id, version: 1, next }), at);
  return answer;
}

Deno.test("askInfo() asks once when there are no capabilities", () => {
  const { ask, asked } = kernel([16]);
  assertEquals(askInfo(INFO, {}, ask).length, 16);
  assertEquals(asked, [16]);
});

Deno.test("askInfo() asks again with the room that the kernel asks for, and gives no byte more", () => {
  const { ask, asked } = kernel([40, 40]);
  assertEquals(askInfo(INFO, {}, ask).length, 40);
  assertEquals(asked, [16, 40]);
});

Deno.test("askInfo() asks on while the answer grows", () => {
  const { ask, asked } = kernel([40, 72, 80, 80]);
  assertEquals(askInfo(INFO, {}, ask).length, 80);
  assertEquals(asked, [16, 40, 72, 80]);
});

Deno.test("askInfo() asks for the same thing each time", () => {
  const indexes: number[] = [];
  askInfo(vfio_region_info, { index: 6 }, (bytes) => {
    indexes.push(vfio_region_info.decode(bytes).index);
    if (indexes.length === 1) bytes[0] = 48;
  });
  assertEquals(indexes, [6, 6]);
});

Deno.test("askInfo() throws what asking throws", () => {
  assertThrows(
    () =>
      askInfo(INFO, {}, () => {
        throw new RangeError("no");
      }),
    RangeError,
    "no",
  );
});

Deno.test("chainOf() gives no capability where none begins", () => {
  assertEquals(chainOf(answerOf(64, [16, 1, 0]), 0), []);
});

Deno.test("chainOf() gives capabilities in the chain's order, each with what lies up to the next one", () => {
  const answer = answerOf(64, [16, 1, 40], [40, 2, 28], [28, 3, 0]);
  answer.fill(0xaa, 24, 28);
  answer.fill(0xbb, 36, 40);
  answer.fill(0xcc, 48, 64);
  assertEquals(chainOf(answer, 16), [
    { id: 1, version: 1, at: 16, data: new Uint8Array(4).fill(0xaa) },
    { id: 2, version: 1, at: 40, data: new Uint8Array(16).fill(0xcc) },
    { id: 3, version: 1, at: 28, data: new Uint8Array(4).fill(0xbb) },
  ]);
});

Deno.test("chainOf() gives copies: what is done to the answer later does not show", () => {
  const answer = answerOf(32, [16, 1, 0]);
  const [capability] = chainOf(answer, 16);
  answer.fill(0xff);
  assertEquals(capability?.data, new Uint8Array(8));
});

Deno.test("chainOf() gives each capability of a ring once", () => {
  const ids = (answer: Uint8Array<ArrayBuffer>) => chainOf(answer, 16).map(({ id }) => id);
  assertEquals(ids(answerOf(64, [16, 1, 16])), [1]);
  assertEquals(ids(answerOf(64, [16, 1, 32], [32, 2, 16])), [1, 2]);
  assertEquals(ids(answerOf(64, [16, 1, 32], [32, 2, 48], [48, 3, 32])), [1, 2, 3]);
});

Deno.test("chainOf() ends where the answer does", () => {
  const answer = answerOf(64, [16, 1, 56], [56, 2, 57]);
  assertEquals(chainOf(answer, 16).map(({ at, data }) => [at, data.length]), [[16, 32], [56, 0]]);
  for (const next of [57, 63, 64, 0xffff_ffff]) {
    assertEquals(chainOf(answerOf(64, [16, 1, next]), 16).length, 1);
    assertEquals(chainOf(answerOf(64), next), []);
  }
});
