import { assert, assertEquals, assertThrows } from "@std/assert";
import { adoptContainer, adoptDevice, adoptGroup, adoptMemory } from "../../backends/linux/mod.ts";
import { PhysicalDevice } from "../../backends/linux/physical_device.ts";
import { VfioError } from "../../core/errors.ts";
import { O_RDWR } from "../../os/constants_data.ts";
import { closeDescriptor } from "../../os/descriptor.ts";
import { Eventfd } from "../../os/eventfd.ts";
import { openFile } from "../../os/files.ts";
import { holdings } from "./holdings.ts";
import { memfd, openOnes } from "./memfd.ts";

const ADDRESS = "ffff:00:00.0";
const FILE = "vfio-adopted";

const ADOPTIONS: readonly (readonly [string, (fd: number) => Disposable])[] = [
  ["adoptContainer", adoptContainer],
  ["adoptGroup", adoptGroup],
  ["adoptDevice", (fd) => adoptDevice(fd, ADDRESS)],
  ["adoptMemory", adoptMemory],
];

for (const [name, adopt] of ADOPTIONS) {
  Deno.test(`${name}() refuses a descriptor that is something else, and leaves it open`, () => {
    const before = holdings();
    {
      using signal = new Eventfd();
      using file = new DisposableStack();
      const fd = file.adopt(openFile("/dev/zero", O_RDWR), (fd) => closeDescriptor(fd, "it"));
      for (const wrong of [signal.fd, fd]) {
        const error = assertThrows(() => adopt(wrong), VfioError);
        assertEquals([error.code, error.operation], ["EINVAL", "open"]);
        assert(error.message.includes(`descriptor ${wrong} is`));
      }
      assert(!PhysicalDevice.isHeld(ADDRESS));
      signal.notify();
      assertEquals(signal.read(), 1);
    }
    assertEquals(holdings(), before);
  });

  Deno.test(`${name}() refuses a descriptor that is closed with EBADF, and what can be none`, () => {
    using signal = new Eventfd();
    const { fd } = signal;
    signal[Symbol.dispose]();
    for (const closed of [fd, 0x7fff_ffff, 0xffff_ffff]) {
      const error = assertThrows(() => adopt(closed), VfioError);
      assertEquals([error.code, error.operation], ["EBADF", "open"]);
    }
    for (const fd of [-1, 0.5, NaN, 2 ** 32, "3" as unknown as number]) {
      assertThrows(() => adopt(fd), TypeError);
    }
  });
}

Deno.test("adoptContainer(), adoptGroup() and adoptDevice() do not take a file for what its name ends with", () => {
  for (const name of ["/dev/vfio/vfio", "/dev/vfio/12", "anon_inode:[vfio-device]"]) {
    using file = new DisposableStack();
    const fd = file.adopt(memfd(name), (fd) => closeDescriptor(fd, name));
    for (const [, adopt] of ADOPTIONS.slice(0, 3)) {
      assertEquals(assertThrows(() => adopt(fd), VfioError).code, "EINVAL");
    }
    assertEquals(openOnes(name), 1);
  }
});

Deno.test("adoptDevice() refuses what is no address, before it looks at the descriptor", () => {
  for (const address of ["", "../..", "0000:00:04.0\n", "0000:00:04"]) {
    assertThrows(() => adoptDevice(0x7fff_ffff, address), TypeError);
  }
});

Deno.test("adoptMemory() owns a memfd from then on, and knows its size", () => {
  const before = holdings();
  {
    using file = adoptMemory(memfd(FILE, 0x3000));
    assertEquals([file.kind, file.size, file.closed], ["memfd", 0x3000, false]);
    assertEquals(openOnes(FILE), 1);
  }
  assertEquals(openOnes(FILE), 0);
  assertEquals(holdings(), before);
});
