import { assert, assertEquals, assertNotStrictEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { PhysicalDevice } from "../../backends/linux/physical_device.ts";
import type { Guarded } from "../../backends/linux/physical_device.ts";
import type { Memory } from "../../core/memory.ts";
import { configMemory } from "../../pci/config_bytes.ts";
import "./holdings.ts";

const NAME = "ffff:00:00.0";
const OTHER = "ffff:00:01.0";
const OFF = "memory decoding is off";

/** A handle on a device: its config space, with Memory Space on and power management at 0x40. */
class Handle implements Disposable {
  readonly config: Memory;
  readonly physical: PhysicalDevice;

  constructor(name = NAME, config = configMemory(new Uint8Array(256))) {
    this.config = config;
    if (config.size === 256) {
      config.write16(0x06, 0x0010);
      config.write8(0x34, 0x40);
      config.write8(0x40, 0x01);
      this.decode(true);
    }
    this.physical = PhysicalDevice.of(name);
    this.physical.enter(this.config);
  }

  decode(on: boolean): void {
    this.config.write16(0x04, on ? 0x0002 : 0);
  }

  /** Its descriptor is about to be closed, and has not been yet. */
  leave(): void {
    this.physical.leave(this.config);
  }

  [Symbol.dispose](): void {
    this.leave();
    this.physical.release();
  }
}

/** A mapping that counts how often it was shut. */
class Shutter implements Guarded, Disposable {
  readonly physical: PhysicalDevice;
  blocks = 0;

  constructor(physical: PhysicalDevice) {
    this.physical = physical;
    physical.cover(this);
  }

  block(): void {
    this.blocks++;
  }

  [Symbol.dispose](): void {
    this.physical.uncover(this);
  }
}

Deno.test("PhysicalDevice.of() gives one object as long as anything holds the device", () => {
  let before: PhysicalDevice;
  {
    using first = new Handle();
    using second = new Handle();
    using other = new Handle(OTHER);
    before = first.physical;
    assertStrictEquals(second.physical, before);
    assertNotStrictEquals(other.physical, before);
  }
  using next = new Handle();
  assertNotStrictEquals(next.physical, before);
});

Deno.test("PhysicalDevice.isHeld() tells whether handles, mappings or a close under way hold the device", () => {
  const held = () => PhysicalDevice.isHeld(NAME);
  assert(!held());
  const handle = new Handle();
  assert(held() && !PhysicalDevice.isHeld(OTHER));
  const mapping = new Shutter(handle.physical);
  handle.leave();
  mapping[Symbol.dispose]();
  assert(held());
  handle.physical.release();
  assert(!held());
});

Deno.test("PhysicalDevice.isHeld() is true until the last of two handles and two mappings is gone, in any order", () => {
  for (const order of [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]]) {
    const first = new Handle();
    const holders = [first, new Handle(), new Shutter(first.physical), new Shutter(first.physical)];
    for (const i of order) {
      assert(PhysicalDevice.isHeld(NAME));
      holders[i]?.[Symbol.dispose]();
    }
    assert(!PhysicalDevice.isHeld(NAME));
  }
});

Deno.test("PhysicalDevice.doubt() shuts every mapping of the device that is there, and no other's", () => {
  using handle = new Handle();
  using other = new Handle(OTHER);
  using first = new Shutter(handle.physical);
  using elsewhere = new Shutter(other.physical);
  const gone = new Shutter(handle.physical);
  gone[Symbol.dispose]();
  using second = new Shutter(handle.physical);
  handle.physical.doubt();
  assertEquals([first.blocks, second.blocks, gone.blocks, elsewhere.blocks], [1, 1, 0, 0]);
});

Deno.test("PhysicalDevice.doubtAll() shuts the mappings of all devices", () => {
  using handle = new Handle();
  using other = new Handle(OTHER);
  using first = new Shutter(handle.physical);
  using second = new Shutter(other.physical);
  PhysicalDevice.doubtAll();
  assertEquals([first.blocks, second.blocks], [1, 1]);
});

Deno.test("PhysicalDevice.refusal() asks the device each time", () => {
  using handle = new Handle();
  const { physical, config } = handle;
  assertEquals(physical.refusal(), undefined);
  handle.decode(false);
  assertEquals(physical.refusal(), OFF);
  handle.decode(true);
  config.write16(0x44, 3);
  assertEquals(physical.refusal(), "it is in D3hot");
  config.write16(0x44, 0);
  assertEquals(physical.refusal(), undefined);
});

Deno.test("PhysicalDevice.refusal() looks for power management once: it stays where it is", () => {
  using handle = new Handle();
  const { physical, config } = handle;
  assertEquals(physical.refusal(), undefined);
  config.write8(0x40, 0x05);
  config.write16(0x44, 3);
  assertEquals(physical.refusal(), "it is in D3hot");
});

Deno.test("PhysicalDevice.refusal() takes a device that cannot be asked for one that does not decode", () => {
  using handle = new Handle(NAME, configMemory(new Uint8Array(2)));
  assertEquals(handle.physical.refusal(), "it does not answer");
});

Deno.test("PhysicalDevice.refusal() asks through whichever handle is open", () => {
  const first = new Handle();
  using second = new Handle();
  using _mapping = new Shutter(first.physical);
  second.decode(false);
  first[Symbol.dispose]();
  assertEquals(second.physical.refusal(), OFF);
  second.decode(true);
  assertEquals(second.physical.refusal(), undefined);
});

Deno.test("PhysicalDevice.leave() keeps what the last handle saw, for mappings that outlive it", () => {
  for (const decodes of [true, false]) {
    const handle = new Handle();
    using mapping = new Shutter(handle.physical);
    handle.decode(decodes);
    handle[Symbol.dispose]();
    handle.decode(!decodes);
    assertEquals(mapping.physical.refusal(), decodes ? undefined : OFF);
  }
});

Deno.test("PhysicalDevice.leave() asks the last handle anew, each time there is one", () => {
  const first = new Handle();
  using mapping = new Shutter(first.physical);
  first.decode(false);
  first[Symbol.dispose]();
  const second = new Handle();
  assertStrictEquals(second.physical, mapping.physical);
  second[Symbol.dispose]();
  assertEquals(mapping.physical.refusal(), undefined);
});

Deno.test("PhysicalDevice.whileResetting() shuts mappings, and refuses until the reset is over", async () => {
  using handle = new Handle();
  const { physical } = handle;
  using mapping = new Shutter(physical);
  const { promise, resolve } = Promise.withResolvers<void>();
  const reset = physical.whileResetting(promise);
  assertEquals([mapping.blocks, physical.refusal()], [1, "it is in reset"]);
  resolve();
  await reset;
  assertEquals(physical.refusal(), undefined);
});

Deno.test("PhysicalDevice.whileResetting() rejects as the reset does, which is over then too", async () => {
  using handle = new Handle();
  const { physical } = handle;
  const { promise, reject } = Promise.withResolvers<void>();
  const reset = physical.whileResetting(promise);
  reject(new RangeError("no"));
  await assertRejects(() => reset, RangeError, "no");
  assertEquals(physical.refusal(), undefined);
});

Deno.test("PhysicalDevice.refusal() refuses until the last of two resets is over", async () => {
  using handle = new Handle();
  const { physical } = handle;
  const resets = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const over = resets.map(({ promise }) => physical.whileResetting(promise));
  resets[1]?.resolve();
  await over[1];
  assertEquals(physical.refusal(), "it is in reset");
  resets[0]?.resolve();
  await over[0];
  assertEquals(physical.refusal(), undefined);
});

Deno.test("PhysicalDevice.lowPower shuts mappings, and refuses until it is left", () => {
  using handle = new Handle();
  const { physical } = handle;
  using mapping = new Shutter(physical);
  physical.lowPower = true;
  assertEquals([mapping.blocks, physical.refusal()], [1, "it is in its low-power state"]);
  physical.lowPower = false;
  assertEquals(physical.refusal(), undefined);
});

Deno.test("PhysicalDevice.refusal() refuses in low power also when the last handle is gone", () => {
  const handle = new Handle();
  using mapping = new Shutter(handle.physical);
  handle.physical.lowPower = true;
  handle[Symbol.dispose]();
  assertEquals(mapping.physical.refusal(), "it is in its low-power state");
});
