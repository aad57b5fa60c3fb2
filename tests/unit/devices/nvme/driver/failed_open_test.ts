import { assertEquals, assertMatch } from "@std/assert";
import { ByteMemory, registers } from "../../../../../mod.ts";
import { NVME, NVME_CNS, NVME_CONTROLLER } from "../../../../../devices/mod.ts";
import type { BarModel } from "../../../../../devices/mod.ts";
import { withBar } from "../wraps.ts";
import { claiming } from "./claiming.ts";
import { errorOf, Machine, NOTHING } from "./machine.ts";

Deno.test("openNvme() that fails leaves nothing behind, the controller disabled and bus mastering as it was", async () => {
  const never = (inner: BarModel): BarModel => ({
    read: (offset, width) => inner.read(offset, width) & (offset === NVME.csts.at ? ~1 : ~0),
    write: (offset, width, value) => inner.write(offset, width, value),
  });
  const fatal = (inner: BarModel): BarModel => ({
    read: (offset, width) =>
      inner.read(offset, width) | (offset === NVME.csts.at && (inner.read(NVME.cc.at, 32) & 1) !== 0 ? 2 : 0),
    write: (offset, width, value) => inner.write(offset, width, value),
  });
  const machines: [Machine, string, RegExp][] = [
    [claiming({ mqes: 0 }), "EIO", /CAP.MQES is 0/],
    [claiming({ dstrd: 12 }), "EIO", /CAP.DSTRD is 12/],
    [claiming({ css: 2 }), "EIO", /no NVM command set/],
    [new Machine({ wrap: (nvme) => withBar(nvme, never) }), "ETIMEDOUT", /to be ready/],
    [new Machine({ wrap: (nvme) => withBar(nvme, fatal) }), "EIO", /CSTS.CFS tells of a fatal error/],
  ];
  for (const [machine, code, reason] of machines) {
    const error = await errorOf(machine.open());
    assertEquals(error.code, code);
    assertMatch(error.message, reason);
    assertEquals(machine.device.config.command.read().busMaster, false);
    assertEquals(registers(machine.device.region("bar0"), NVME).cc.read().en, false);
    machine[Symbol.dispose]();
    assertEquals(machine.host.holdings(), NOTHING);
  }
});

Deno.test("openNvme() fails when an admin command never ends, tells lies, or Identify cannot be believed", async () => {
  const lies: [(machine: Machine) => void, string, RegExp][] = [
    [({ model }) => model.completes = () => [], "ETIMEDOUT", /identify 0000:01:00.0.*not within 100 ms/],
    [({ model }) => model.completes = (entry) => [{ ...entry, sqid: 1 }], "EIO", /a command of queue 1/],
    [
      ({ model }) => model.completes = (entry) => [{ ...entry, cid: 0x7000 }],
      "EIO",
      /command 0x7000, which is not under way/,
    ],
    [({ model }) => model.identifies = (page) => page.fill(0), "EIO", /SQES allows entries of 2\^0/],
    [({ model }) => model.identifies = (page) => page.fill(0xff), "EIO", /SQES allows/],
    [
      ({ model }) =>
        model.identifies = (page, cns) => {
          if (cns === NVME_CNS.activeNamespaces) page.fill(0xff);
        },
      "EIO",
      /tells of 4294967295 after 0, and ids ascend to 256/,
    ],
    [
      ({ model }) =>
        model.identifies = (page, cns) => {
          const memory = new ByteMemory(page);
          if (cns === NVME_CNS.controller) registers(memory, NVME_CONTROLLER).nn.write(0xffff_fffe);
          if (cns === NVME_CNS.activeNamespaces) {
            const first = memory.read32(0) === 1 ? 1 : 0x1000;
            for (let i = 0; i < 1024; i++) memory.write32(4 * i, first + i + endless);
            endless += 1024;
          }
        },
      "EIO",
      /its list of namespaces does not end after|tells of/,
    ],
    [
      ({ model }) =>
        model.identifies = (page, cns) => {
          if (cns === NVME_CNS.namespace) page.fill(0xff);
        },
      "EIO",
      /it has format 15 of 256 formats/,
    ],
    [
      ({ model }) =>
        model.identifies = (page, cns) => {
          if (cns === NVME_CNS.namespace) page.fill(0);
        },
      "ENODEV",
      /it has no blocks/,
    ],
  ];
  let endless = 0;
  for (const [lie, code, reason] of lies) {
    const machine = new Machine();
    lie(machine);
    const error = await errorOf(machine.open({ adminTimeoutMs: 100 }));
    assertMatch(error.message, reason);
    assertEquals(error.code, code);
    machine[Symbol.dispose]();
    assertEquals(machine.host.holdings(), NOTHING);
  }
});
