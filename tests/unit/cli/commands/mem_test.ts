import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EmulatedEdu, EmulatedNvme } from "../../../../devices/mod.ts";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";
import { vfio } from "../captured_io.ts";
import type { World } from "../captured_io.ts";

const NOTHING = { descriptors: 0, mappings: 0 };

function machine(): EmulatedHost {
  return new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu());
}

function mem(words: readonly string[], world: World = {}): ReturnType<typeof vfio> {
  return vfio(["mem", "00:04.0", "0", ...words], { backend: machine(), ...world });
}

Deno.test("mem read prints offsets and values, and closes the device", async () => {
  const backend = machine();
  const { status, out, err } = await mem(["read", "0", "0x4"], { backend });
  assertEquals([status, err], [0, ""]);
  assertEquals(out, "0x000000  0x010000ed  16777453\n0x000004  0x00000000  0\n");
  assertEquals(backend.holdings(), NOTHING);
});

Deno.test("mem does several actions on a device that stays open between them", async () => {
  const { status, out } = await mem(
    "--map edu write factorial=10 , wait status.computing==0 , read factorial".split(" "),
  );
  assertEquals(status, 0);
  const lines = out.split("\n");
  assertEquals(lines[0], "0x000008  factorial  <- 0x0000000a  10");
  assertMatch(
    lines[1] ?? "",
    /^0x000020 {2}status {2}0x00000000 {2}computing=0 irqWhenDone=0 {2}after [\d.]+ ms$/,
  );
  assertEquals(lines[2], "0x000008  factorial  0x00375f00  3628800");
});

Deno.test("mem write says that the device is reset afterwards, where it can be and nothing comes behind", async () => {
  const backend = new EmulatedHost().plug("0000:00:04.0", new EmulatedNvme());
  assertStringIncludes((await mem(["poke", "0x14=0"], { backend })).err, "--hold keeps it open");
  assertEquals((await mem("poke 0x14=0 , peek 0x14".split(" "), { backend })).err, "");
  assertEquals((await mem(["poke", "0x4=1"])).err, "");
});

Deno.test("mem write keeps the bits that a mask leaves", async () => {
  const masked = await mem("write 0x20=0x80 , write 0x20=0:1 , peek 0x20".split(" "));
  assertEquals(masked.out.split("\n")[1], "0x000020  <- 0x00000080  128");
});

Deno.test("mem write puts nothing but what is said into registers that reading or ones would change", async () => {
  const map = `{"ack": {"at": "0x04", "access": "w1c", "fields": {"done": 0, "bad": 4}}}`;
  const files = new Map([["map.json", map]]);
  const { out } = await mem("--map map.json write 0x4=0xff , write ack.bad=1".split(" "), { files });
  assertEquals(out.split("\n")[1], "0x000004  ack  <- 0x00000010  done=0 bad=1");
});

Deno.test("mem uses the width that is asked for", async () => {
  const { out } = await mem(["read", "0x80", "--width", "64"]);
  assertEquals(out, "0x000080  0x0000000000000000  0\n");
  assertEquals((await mem(["read", "0x80", "--width", "24"])).status, 2);
});

Deno.test("mem dump prints words and text, and rows that repeat as one star", async () => {
  const { out } = await mem(["fill", "0x80", "16", "0x41", "--width", "64", ",", "dump", "0x80", "16"]);
  assertStringIncludes(out, "0x000080 to 0x00008f  0x0000000000000041\n");
  assertStringIncludes(out, "0x000080  0000000000000041 0000000000000041  A.......A.......\n");
  const repeated = await mem(["dump", "0x200", "0x100"]);
  assertEquals(repeated.out.split("\n").map((line) => line.slice(0, 8)), ["0x000200", "*", "0x0002f0", ""]);
});

Deno.test("mem dump prints each readable register of a map", async () => {
  const { out } = await mem(["dump", "--map", "edu"]);
  assertMatch(out, /^0x000000 {2}id {14}0x010000ed {2}major=1 minor=0\n/);
  assertEquals(out.includes("irqRaise"), false);
});

Deno.test("mem names registers that are told by their offsets, but dumps bytes in words", async () => {
  const { out } = await mem("--map edu read 0x20 0x80 0x4c , dump 0x80 16".split(" "));
  assertEquals(out.split("\n"), [
    "0x000020  status     0x00000000  computing=0 irqWhenDone=0",
    "0x000080  dmaSource  0x0000000000000000  0",
    "0x00004c             0xffffffff  4294967295",
    "0x000080  00000000 ffffffff 00000000 ffffffff  ................",
    "",
  ]);
  assertEquals((await mem("--map edu write 0=1".split(" "))).status, 2);
});

Deno.test("mem takes names from LiteX's csr.csv", async () => {
  const files = new Map([[
    "csr.csv",
    "csr_register,ctrl_scratch,0xf0000004,1,rw\nmemory_region,csr,0xf0000000,1,io\n",
  ]]);
  const { out } = await mem("--map csr.csv write ctrl_scratch=1 , read ctrl_scratch".split(" "), { files });
  assertEquals(
    out,
    "0x000004  ctrl_scratch  <- 0x00000001  1\n0x000004  ctrl_scratch  0xfffffffe  4294967294\n",
  );
});

Deno.test("mem watch prints the values, and from then on changes only", async () => {
  const { status, out, err } = await mem(
    "--map edu write factorial=5 , watch factorial status --timeout 20".split(" "),
  );
  assertEquals(status, 0);
  const lines = out.trimEnd().split("\n");
  assertEquals(lines.slice(1, 3), [
    "0x000008  factorial  0x00000005  5",
    "0x000020  status     0x00000001  computing=1 irqWhenDone=0",
  ]);
  assertMatch(
    lines[3] ?? "",
    /^0x000008 {2}factorial {2}0x00000078 {2}120 {2}\(was 0x00000005\) {2}\+0\.0\d\d s$/,
  );
  assertEquals(lines.length, 5);
  assertMatch(err, /^\d+ samples, 2 changes\n/);
});

Deno.test("mem watch ends after --count changes", async () => {
  const { err } = await mem("--map edu write factorial=5 , watch status --count 1".split(" "));
  assertStringIncludes(err, ", 1 change\n");
});

Deno.test("mem watch ends at Ctrl-C with what it saw, and closes the device", async () => {
  const backend = machine();
  const { status, err, listening } = await mem(["watch", "0"], {
    backend,
    interrupt: (press) => queueMicrotask(press),
  });
  assertEquals([status, err, listening], [130, "1 sample, 0 changes\n", false]);
  assertEquals(backend.holdings(), NOTHING);
});

Deno.test("mem wait fails when the condition does not come about, and says what is there", async () => {
  const { status, out, err } = await mem(["wait", "0x20&1==1", "--timeout", "5"]);
  assertEquals([status, out], [1, ""]);
  assertStringIncludes(err, "0x20&1==1 did not come about within 5 ms: it reads 0x00000000");
});

Deno.test("mem wait ends at Ctrl-C", async () => {
  const backend = machine();
  const { status } = await mem(["wait", "0x20==1"], { backend, interrupt: (press) => queueMicrotask(press) });
  assertEquals([status, backend.holdings()], [130, NOTHING]);
});

Deno.test("mem --json prints a line for each access", async () => {
  const { out } = await mem("--json --map edu read id , write liveness=1".split(" "));
  assertEquals(out.trimEnd().split("\n").map((line) => JSON.parse(line)), [
    {
      schemaVersion: 1,
      action: "read",
      region: "bar0",
      offset: "0x000000",
      register: "id",
      width: 32,
      value: "0x010000ed",
      fields: { major: 1, minor: 0 },
    },
    {
      schemaVersion: 1,
      action: "write",
      region: "bar0",
      offset: "0x000004",
      register: "liveness",
      width: 32,
      value: "0x00000001",
      fields: {},
    },
  ]);
});

Deno.test("mem says what nothing but ones may mean", async () => {
  assertStringIncludes((await mem(["read", "0x200"])).err, "no register of this width is there");
  assertEquals((await mem(["read", "0x200", "0"])).err, "");
});

Deno.test("mem refuses what cannot be meant before it opens, and so resets, the device", async () => {
  for (
    const [words, message] of [
      [["read"], "read takes offsets"],
      [["read", "id"], "names with --map FILE"],
      [["read", "1"], "no access of 32 bits begins"],
      [["write", "0x4"], "write takes OFF=VALUE"],
      [["write", "id=1", "--map", "edu"], "read-only"],
      [["fill", "0", "6", "1"], "multiple of 4"],
      [["fill", "0"], "fill takes"],
      [["dump", "0", "3"], "multiple of 4"],
      [["wait", "0x20"], "nothing to wait for"],
      [["wait", "0==1", "0==2"], "one condition"],
      [["watch"], "watch takes offsets"],
      [["read", "0", ",", "burn"], "'burn' is no action"],
      [["read", "0", ","], "'' is no action"],
      [["watch", "0", "--interval", "0"], "--interval takes a number from 1"],
      [["read", "\x1b[2J"], "\\x1b[2J"],
    ] as const
  ) {
    const backend = machine();
    const calls = backend.calls.trace();
    const { status, out, err } = await mem(words, { backend });
    assertEquals([status, out, calls.length, err.includes("\x1b")], [2, "", 0, false], words.join(" "));
    assertStringIncludes(err, message);
  }
});

Deno.test("mem names the regions that a device has", async () => {
  const backend = machine();
  const missing = await vfio(["mem", "00:04.0", "3", "read", "0"], { backend });
  assertEquals(missing.status, 1);
  assertStringIncludes(missing.err, "0000:00:04.0 has no bar3: it has bar0 (1 MiB)");
  assertEquals(backend.holdings(), NOTHING);
  for (const region of ["6", "config", "vga", "bar7"]) {
    assertEquals((await vfio(["mem", "00:04.0", region, "read", "0"], { backend })).status, 2, region);
  }
  const outside = await mem(["read", "0x100000"]);
  assertEquals(outside.status, 2);
  assertStringIncludes(outside.err, "outside: bar0 has 0x100000 bytes");
});

Deno.test("mem shows names of a map file, and says what is wrong with one, without what a terminal obeys", async () => {
  const files = new Map([
    ["hostile.json", JSON.stringify({ "a\x1b[2J\n": { at: 0, fields: { "b\u202e": 0 } } })],
    ["wrong.json", JSON.stringify({ "a\x1b[2J": { at: "x" } })],
  ]);
  const shown = await mem(["dump", "--map", "hostile.json"], { files });
  assertEquals(shown.status, 0);
  assertEquals(["\x1b", "\u202e"].some((mark) => shown.out.includes(mark)), false);
  assertStringIncludes(shown.out, "a\\x1b[2J\\x0a");
  const wrong = await mem(["dump", "--map", "wrong.json"], { files });
  assertEquals([wrong.status, wrong.err.includes("\x1b")], [1, false]);
  assertStringIncludes(wrong.err, "wrong.json is no register map");
  assertEquals((await mem(["dump", "--map", "none.json"])).status, 1);
});

Deno.test("mem ends with the status of what is in the way", async () => {
  const backend = machine();
  assertEquals((await vfio(["mem", "09:00.0", "0", "read", "0"], { backend })).status, 5);
  assertEquals((await mem(["read", "0"], { backend: backend.process({ uid: 1000 }) })).status, 4);
});
