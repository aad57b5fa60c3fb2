/** Config spaces of live devices, in a guest: what its own lspci prints of them, what VFIO shows of them, and dumps. */
import { assertEquals } from "@std/assert";
import { changedFields } from "../../cli/config/fields.ts";
import { decodeConfig, formatDump, parseDump } from "../../pci/mod.ts";
import { say } from "./harness/say.ts";
import { compareDumps } from "./lspci/compare_dumps.ts";
import { DIFFERENCES } from "./lspci/differences_data.ts";
import { live } from "./lspci/live.ts";
import type { Opened } from "./lspci/live.ts";
import { FROM_THE_KERNEL, VIRTUALISED } from "./lspci/live_data.ts";
import { Tally } from "./lspci/tally.ts";
import { print } from "./lspci/tool.ts";

Deno.test("Of live devices", async (t) => {
  const { dumps, printed, opened } = await live();

  await t.step("decodeConfig() reads what the guest's lspci prints", () => {
    const tally = new Tally([...DIFFERENCES, ...FROM_THE_KERNEL]);
    for (const { address, pairs } of compareDumps(dumps, printed)) tally.add(address, pairs);
    say(`lspci in the guest: ${tally}`);
    assertEquals(tally.unexplained, []);
  });

  await t.step(
    "decodeConfig() reads what lspci prints of our dump, without a word from the kernel",
    async () => {
      const tally = new Tally(DIFFERENCES);
      for (const each of compareDumps(dumps, await print(formatDump(dumps), "-D", "-vvv"))) {
        tally.add(each.address, each.pairs);
      }
      say(`lspci -F: ${tally}`);
      assertEquals(tally.unexplained, []);
    },
  );

  await t.step("formatDump() writes what lspci reads back byte for byte", async () => {
    const { text } = await print(formatDump(dumps), "-D", "-xxxx");
    const bytesOf = (each: typeof dumps) => each.map(({ address, bytes }) => [address, bytes.toHex()]);
    assertEquals(bytesOf(parseDump(text)), bytesOf(dumps));
  });

  await t.step("VFIO shows a device that was just opened as sysfs does", () => {
    for (const { address, opened: { vfio, sysfs } } of opened) {
      assertEquals(changedFields(sysfs, vfio), [], address);
      assertEquals(vfio.toHex(), sysfs.toHex(), address);
    }
  });

  await t.step("VFIO shows a driver what it wrote, and the device keeps what the kernel needs", () => {
    assertEquals(opened.flatMap(unexplained), []);
    const seen = new Set(
      opened.flatMap((each) => changedFields(each.written.sysfs, each.written.vfio).map(keyOf)),
    );
    assertEquals([...VIRTUALISED.keys()].filter((key) => !seen.has(key)), []);
  });

  await t.step("decodeConfig() reads every capability that the guest's lspci names", () => {
    const kinds = dumps.flatMap(({ bytes }) => {
      const { capabilities, extendedCapabilities } = decodeConfig(bytes);
      return [...capabilities, ...extendedCapabilities].map(({ name, kind }) => name ?? kind);
    });
    say(
      `${dumps.length} functions, ${kinds.length} capabilities, ${new Set(kinds).size} kinds: ${
        [...new Set(kinds)].sort().join(", ")
      }`,
    );
    assertEquals(kinds.includes(undefined), false);
  });
});

function keyOf({ owner, name }: { readonly owner: string; readonly name: string }): string {
  return `${owner}: ${name}`;
}

function unexplained({ address, written: { vfio, sysfs } }: Opened): string[] {
  return changedFields(sysfs, vfio).filter((change) => !VIRTUALISED.has(keyOf(change)))
    .map(({ before, after, ...change }) => `${address} ${keyOf(change)}: sysfs ${before}, VFIO ${after}`);
}
