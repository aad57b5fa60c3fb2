import { assertEquals } from "@std/assert";
import { registers } from "../../../../mod.ts";
import type { DmaBuffer } from "../../../../mod.ts";
import {
  NVME_ADMIN,
  NVME_BLOCK_FORMAT,
  NVME_CNS,
  NVME_COMMANDS,
  NVME_CONTROLLER,
  NVME_CONTROLLER_TEXT,
  NVME_DESCRIPTOR,
  NVME_EUI64,
  NVME_NAMESPACE,
  packFields,
} from "../../../../devices/mod.ts";
import { PAGE, Rig, statusOf } from "./rig.ts";

/** Identifies into a page that was full of other things. */
function identify(rig: Rig, cns: number, nsid = 0): { readonly status: string; readonly page: DmaBuffer } {
  const page = rig.allocate(PAGE);
  page.bytes.fill(0xee);
  const cdw10 = packFields(NVME_COMMANDS.identify.cdw10, { cns });
  const completion = rig.admin.run({ opcode: NVME_ADMIN.identify, nsid, prp1: page.iova, cdw10 });
  return { status: statusOf(completion), page };
}

function text(page: DmaBuffer, { at, size }: { readonly at: number; readonly size: number }): string {
  return new TextDecoder().decode(page.bytes.slice(at, at + size));
}

Deno.test("Identify tells what the controller is", () => {
  using rig = new Rig({ serial: "S1", mdts: 3 });
  rig.enable();
  const { status, page } = identify(rig, NVME_CNS.controller);
  assertEquals(status, "success");
  const fields = registers(page, NVME_CONTROLLER);
  assertEquals([fields.vid.read(), fields.ssvid.read()], [0x1b36, 0x1af4]);
  assertEquals([fields.mdts.read(), fields.ver.read(), fields.cntrltype.read()], [3, 0x10400, 1]);
  assertEquals([fields.sqes.read().raw, fields.cqes.read().raw], [0x66, 0x44]);
  assertEquals([fields.nn.read(), fields.oncs.read().raw, fields.vwc.read().raw], [256, 0x5d, 7]);
  assertEquals([fields.oacs.read().raw, fields.lpa.read().raw, fields.sgls.read().raw], [2, 5, 0]);
  assertEquals([fields.acl.read(), fields.aerl.read(), fields.elpe.read()], [3, 3, 63]);
  assertEquals([fields.wctemp.read(), fields.cctemp.read()], [343, 373]);
  const { sn, mn, fr, ieee, subnqn } = NVME_CONTROLLER_TEXT;
  assertEquals(text(page, sn), "S1".padEnd(20));
  assertEquals(text(page, mn), "QEMU NVMe Ctrl".padEnd(40));
  assertEquals(text(page, fr), "7.2     ");
  assertEquals(page.bytes.slice(ieee.at, ieee.at + 3), Uint8Array.of(0x00, 0x54, 0x52));
  assertEquals(text(page, subnqn), "nqn.2019-08.org.qemu:S1".padEnd(256, "\0"));
});

Deno.test("Identify tells how a namespace is formatted", () => {
  for (const [lbaSize, format] of [[512, 0], [4096, 1]] as const) {
    using rig = new Rig({ lbaSize, blocks: 1000 });
    rig.enable();
    const { status, page } = identify(rig, NVME_CNS.namespace, 1);
    assertEquals(status, "success");
    const fields = registers(page, NVME_NAMESPACE);
    assertEquals([fields.nsze.read(), fields.ncap.read(), fields.nuse.read()], [1000n, 1000n, 1000n]);
    assertEquals([fields.nlbaf.read(), fields.flbas.read().format], [1, format]);
    assertEquals(fields.dlfeat.read().read, 1);
    const formats = [0, 1, 2].map((i) => registers(page, NVME_BLOCK_FORMAT, 4 * i).format.read());
    assertEquals(formats.map(({ lbads, ms }) => [lbads, ms]), [[9, 0], [12, 0], [0, 0]]);
  }
});

Deno.test("Identify tells zeros of a namespace that is not there, and refuses one that cannot be", () => {
  using rig = new Rig();
  rig.enable();
  for (const nsid of [2, 256]) {
    const { status, page } = identify(rig, NVME_CNS.namespace, nsid);
    assertEquals([status, page.bytes.slice()], ["success", new Uint8Array(PAGE)]);
  }
  for (const nsid of [0, 257, 0xffff_ffff]) {
    assertEquals(identify(rig, NVME_CNS.namespace, nsid).status, "invalidNamespaceOrFormat");
    assertEquals(identify(rig, NVME_CNS.namespaceDescriptors, nsid).status, "invalidNamespaceOrFormat");
  }
  assertEquals(identify(rig, NVME_CNS.namespaceDescriptors, 2).status, "invalidField");
});

Deno.test("Identify lists namespaces from an id on", () => {
  using rig = new Rig({ namespaces: 3, blocks: 8 });
  rig.enable();
  for (const [from, ids] of [[0, [1, 2, 3, 0]], [2, [3, 0]], [3, [0]], [0xffff_fffd, [0]]] as const) {
    const { status, page } = identify(rig, NVME_CNS.activeNamespaces, from);
    assertEquals([status, ids.map((_, i) => page.read32(4 * i))], ["success", [...ids]]);
    assertEquals(page.bytes.slice(4 * ids.length), new Uint8Array(PAGE - 4 * ids.length));
  }
  for (const from of [0xffff_fffe, 0xffff_ffff]) {
    assertEquals(identify(rig, NVME_CNS.activeNamespaces, from).status, "invalidNamespaceOrFormat");
  }
});

Deno.test("Identify gives each namespace an EUI-64 of its own, the same everywhere", () => {
  using rig = new Rig({ namespaces: 2, blocks: 8 });
  rig.enable();
  for (const [nsid, name] of [[1, "5254000000000001"], [2, "5254000000000002"]] as const) {
    const { at, size } = NVME_EUI64;
    assertEquals(identify(rig, NVME_CNS.namespace, nsid).page.bytes.slice(at, at + size).toHex(), name);
    const { page } = identify(rig, NVME_CNS.namespaceDescriptors, nsid);
    const head = registers(page, NVME_DESCRIPTOR);
    assertEquals([head.nidt.read(), head.nidl.read()], [1, 8]);
    assertEquals(page.bytes.slice(4, 12).toHex(), name);
    assertEquals(registers(page, NVME_DESCRIPTOR, 12).nidl.read(), 0, "the end of the list");
  }
});

Deno.test("Identify refuses to tell what it does not know", () => {
  using rig = new Rig();
  rig.enable();
  for (const cns of [4, 5, 6, 8, 0x10, 0x12, 0x1c, 0xff]) {
    const { status, page } = identify(rig, cns, 1);
    assertEquals([status, page.read8(0)], ["invalidField", 0xee]);
  }
});
