import { assertEquals, assertMatch } from "@std/assert";
import { ByteMemory, registers } from "../../../../../mod.ts";
import { NVME_BLOCK_FORMAT, NVME_CONTROLLER, NVME_NAMESPACE } from "../../../../../devices/mod.ts";
import {
  parseController,
  parseNamespace,
  parseNamespaceList,
} from "../../../../../devices/nvme/driver/identify.ts";
import { thrownBy } from "./machine.ts";

function controllerPage(change: (fields: ReturnType<typeof registers<typeof NVME_CONTROLLER>>) => void) {
  const page = new Uint8Array(4096);
  const fields = registers(new ByteMemory(page), NVME_CONTROLLER);
  fields.sqes.write({ min: 6, max: 6 });
  fields.cqes.write({ min: 4, max: 4 });
  fields.mdts.write(5);
  change(fields);
  return page;
}

interface Shape {
  readonly blocks?: bigint;
  readonly format?: number;
  readonly last?: number;
  readonly formats?: readonly { readonly lbads: number; readonly ms?: number; readonly rp?: number }[];
}

function namespacePage({ blocks = 100n, format = 0, last, formats = [{ lbads: 9 }] }: Shape): Uint8Array {
  const page = new Uint8Array(4096);
  const memory = new ByteMemory(page);
  const fields = registers(memory, NVME_NAMESPACE);
  fields.nsze.write(blocks);
  fields.nuse.write(7n);
  fields.flbas.write({ format });
  fields.nlbaf.write(last ?? formats.length - 1);
  for (const [i, each] of formats.entries()) registers(memory, NVME_BLOCK_FORMAT, 4 * i).format.write(each);
  return page;
}

Deno.test("parseController() reads text, limits and options", () => {
  const page = controllerPage((fields) => {
    fields.vid.write(0x1b36);
    fields.cntlid.write(3);
    fields.nn.write(256);
    fields.elpe.write(63);
    fields.aerl.write(3);
    fields.rtd3e.write(1_500_001);
    fields.oncs.write({ writeZeroes: true });
  });
  page.set(new TextEncoder().encode("ser\x01al  "), 4);
  const identity = parseController(page, 4096, "it");
  assertEquals(
    [identity.vendor, identity.serial, identity.model, identity.controller, identity.lastNamespace],
    [0x1b36, "ser?al", "", 3, 256],
  );
  assertEquals([identity.errorEntries, identity.eventRequests, identity.shutdownMs], [64, 4, 1501]);
  assertEquals([identity.optional.writeZeroes, identity.optional.datasetManagement], [true, false]);
});

Deno.test("parseController() bounds what one command moves by MDTS and by one list of pages", () => {
  const maxTransfer = (mdts: number, pageSize: number) =>
    parseController(controllerPage((fields) => fields.mdts.write(mdts)), pageSize, "it").maxTransfer;
  assertEquals(maxTransfer(5, 4096), 128 * 1024);
  assertEquals(maxTransfer(5, 8192), 256 * 1024);
  assertEquals(maxTransfer(0, 4096), 2 ** 21);
  assertEquals(maxTransfer(255, 4096), 2 ** 21);
  assertEquals(maxTransfer(20, 65536), 2 ** 29);
});

Deno.test("parseController() refuses entries of other sizes than drivers use", () => {
  const sizes = ["sqes", "cqes"] as const;
  for (const name of sizes) {
    for (const [min, max] of [[7, 15], [0, 3]] as const) {
      const page = controllerPage((fields) => fields[name].write({ min, max }));
      assertMatch(thrownBy(() => parseController(page, 4096, "it")).message, /allows entries of 2\^/);
    }
  }
});

Deno.test("parseNamespaceList() takes ids that ascend up to the last", () => {
  const page = new Uint8Array(4096);
  const memory = new ByteMemory(page);
  assertEquals(parseNamespaceList(page, 0, 10, "it"), []);
  for (const [i, id] of [2, 3, 9].entries()) memory.write32(4 * i, id);
  assertEquals(parseNamespaceList(page, 0, 9, "it"), [2, 3, 9]);
  assertEquals(parseNamespaceList(page, 1, 9, "it"), [2, 3, 9]);
  for (const [after, last] of [[2, 9], [0, 8]] as const) {
    assertEquals(thrownBy(() => parseNamespaceList(page, after, last, "it")).code, "EIO");
  }
  memory.write32(8, 3);
  assertMatch(
    thrownBy(() => parseNamespaceList(page, 0, 9, "it")).message,
    /tells of 3 after 3, and ids ascend to 9/,
  );
});

Deno.test("parseNamespace() reads blocks and formats", () => {
  const formats = [{ lbads: 9 }, { lbads: 9, ms: 8, rp: 2 }, { lbads: 12, rp: 1 }];
  const info = parseNamespace(namespacePage({ format: 2, formats }), 1, "it");
  assertEquals(info, {
    blocks: 100n,
    used: 7n,
    format: { index: 2, blockSize: 4096, metadataSize: 0, performance: 1 },
    formats: [
      { index: 0, blockSize: 512, metadataSize: 0, performance: 0 },
      { index: 1, blockSize: 512, metadataSize: 8, performance: 2 },
      { index: 2, blockSize: 4096, metadataSize: 0, performance: 1 },
    ],
  });
});

Deno.test("parseNamespace() takes a namespace without blocks as not there, and leaves out formats that cannot be", () => {
  assertEquals(thrownBy(() => parseNamespace(namespacePage({ blocks: 0n }), 1, "it")).code, "ENODEV");
  const formats = [{ lbads: 9 }, { lbads: 0 }, { lbads: 255 }];
  assertEquals(parseNamespace(namespacePage({ formats }), 1, "it").formats.length, 1);
});

Deno.test("parseNamespace() refuses what cannot be", () => {
  const shapes: Shape[] = [
    { format: 1 },
    { last: 16 },
    { last: 255, format: 3 },
    { formats: [{ lbads: 8 }] },
    { formats: [{ lbads: 64 }] },
    { formats: [{ lbads: 255 }] },
    { blocks: 2n ** 55n },
    { blocks: 2n ** 64n - 1n },
  ];
  for (const shape of shapes) {
    assertEquals(thrownBy(() => parseNamespace(namespacePage(shape), 1, "it")).code, "EIO");
  }
  assertEquals(parseNamespace(namespacePage({ blocks: 2n ** 55n - 1n }), 1, "it").blocks, 2n ** 55n - 1n);
});
