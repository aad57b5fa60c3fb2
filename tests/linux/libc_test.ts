import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { VfioError } from "../../core/errors.ts";
import { callBlocking } from "../../os/blocking_call.ts";
import { EBADF, EINVAL, ENXIO, O_RDONLY } from "../../os/constants_data.ts";
import { openFile } from "../../os/files.ts";
import { addressOf, cString, errno, inPlace, libc } from "../../os/libc.ts";
import { Place } from "../../os/place.ts";
import { systemError } from "../../os/system_error.ts";
import "./holdings.ts";

Deno.test("errno() is that of the last call, also after many that allocate", () => {
  for (let i = 0; i < 20_000; i++) {
    assert(libc().close(0x7fff_ffff) < 0);
    assertEquals(errno(), EBADF);
    const more = Array.from({ length: 20 }, () => ({ i }));
    assert(libc().eventfd(0, -1) < 0 && more.length === 20);
    assertEquals(errno(), EINVAL);
  }
});

Deno.test("addressOf() tells where a part of a buffer lies", () => {
  const bytes = new Uint8Array(64);
  assertEquals(addressOf(bytes.subarray(24)) - addressOf(bytes), 24n);
});

Deno.test("Place lies where the kernel finds its bytes", () => {
  const place = new Place(8);
  const fd = openFile("/dev/zero", O_RDONLY);
  place.u64[0] = 0xffff_ffff_ffff_ffffn;
  assertEquals(inPlace().read(fd, place.pointer, 4n), 4);
  assertEquals(libc().close(fd), 0);
  assertEquals([place.u64[0], place.u32[1], place.u16[1], place.u8[4]], [
    0xffff_ffff_0000_0000n,
    0xffff_ffff,
    0,
    0xff,
  ]);
  assertEquals(place.pointer, place.pointer);
});

Deno.test("cString() ends with a NUL, and has no other", () => {
  assertEquals([...cString("aé")], [0x61, 0xc3, 0xa9, 0]);
  assertThrows(() => cString("a\0b"), TypeError);
});

Deno.test("systemError() names the errno, and keeps the number of one without a name", () => {
  assertEquals(systemError(ENXIO, "open", "it").code, "ENXIO");
  const strange = systemError(250, "open", "it", { detail: "because" });
  assertEquals(strange.code, "EIO");
  assert(strange.message.includes("errno 250, because"));
});

Deno.test("callBlocking() makes a call in a thread of its own, with the errno of that thread", async () => {
  const fd = openFile("/dev/null", O_RDONLY);
  const close = { call: "close", fd, operation: "close", subject: "/dev/null" } as const;
  assertEquals(await callBlocking(close), 0);
  const again = { ...close, fd: 0x7fff_ffff };
  assertEquals((await assertRejects(() => callBlocking(again), VfioError)).code, "EBADF");
  const ioctl = {
    call: "ioctl",
    fd: 0x7fff_ffff,
    request: 0x3b6f,
    operation: "VFIO_DEVICE_RESET",
    subject: "it",
  } as const;
  const error = await assertRejects(() => callBlocking(ioctl), VfioError);
  assertEquals([error.code, error.operation], ["EBADF", "VFIO_DEVICE_RESET"]);
});
