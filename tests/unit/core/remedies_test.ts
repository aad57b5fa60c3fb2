import { assert, assertEquals } from "@std/assert";
import { ACTIONS } from "../../../core/actions_data.ts";
import { ERRNO } from "../../../core/errno_data.ts";
import { allRemediesOf, findRemedies, remediesOf, rowsOfLine } from "../../../core/remedies.ts";
import { REMEDIES } from "../../../core/remedies_data.ts";
import { ROW_CASES } from "./remedies_rows_data.ts";

/** Calls of the system that only errors of files name. */
const FILE_CALLS = ["write"];
/** Facts that texts may name, as the catalogue's head lists them. */
const FACTS = new Set(
  "address group node owner mode blockers blockerAddresses holders limit locked needed ranges alignment driver bridge opened uses"
    .split(" "),
);
const FLAGS = new Set([
  "container",
  "group",
  "noIommu",
  "noGroup",
  "bridge",
  "interruptRemapping",
  "driver",
  "cdev",
  "explained",
]);

Deno.test("findRemedies() fills facts in, and drops a step whose facts are unknown or empty", () => {
  const found = findRemedies("EPERM", "VFIO_GROUP_SET_CONTAINER", { group: 3, blockers: [] });
  assertEquals(found, [{
    id: "GROUP-INUSE",
    text: "Another owner (a virtual machine, an iommufd) has the DMA of group 3",
  }]);
});

Deno.test("findRemedies() leaves out what helps beyond the moment, remediesOf() what is not known", () => {
  const facts = { container: "/dev/vfio/vfio" };
  const commands = (remedies: readonly { readonly command?: string }[]) =>
    remedies.map(({ command }) => command);
  assertEquals(commands(findRemedies("ENOENT", "open", facts)), ["sudo modprobe vfio-pci"]);
  const row = (id: string) => REMEDIES.filter((each) => each.id === id);
  assertEquals(row("NO-MODULE").flatMap((each) => commands(remediesOf(each, facts))), [
    "sudo modprobe vfio-pci",
    "echo vfio-pci | sudo tee /etc/modules-load.d/vfio.conf",
  ]);
  assertEquals(row("MEMLOCK").flatMap((each) => commands(remediesOf(each, {}))), ["vfio setup"]);
});

Deno.test("allRemediesOf() gives all steps of a row, with words in capitals for what is not known", () => {
  const row = REMEDIES.find(({ id }) => id === "NOT-VIABLE");
  assert(row !== undefined);
  const [step] = allRemediesOf(row, { group: 7 });
  assert(step !== undefined && step.text.startsWith("Group 7 is not viable: BLOCKERS can do DMA"));
  assertEquals(step.command, "sudo vfio bind BLOCKER_ADDRESSES");
});

Deno.test("A remedy's command is made with no fact that a shell would obey", () => {
  const row = REMEDIES.find(({ id }) => id === "BIND-NODRIVER");
  assert(row !== undefined);
  const commandOf = (driver: string) => allRemediesOf(row, { driver })[0]?.command;
  assertEquals([commandOf("ixgbe"), commandOf("a b,c")], ["sudo modprobe ixgbe", "sudo modprobe a b,c"]);
  for (const driver of ["$(reboot)", "a;b", "a\nb", "-r", "a -r", "`a`", "a'b", "=ls", "~", "ä", "\x1b[2J"]) {
    assertEquals(commandOf(driver), "sudo modprobe DRIVER", driver);
    assertEquals(remediesOf(row, { driver }), [], driver);
    assertEquals(findRemedies("ENOENT", "bind", { driver }), [], driver);
  }
});

Deno.test("rowsOfLine() finds nothing in what no row speaks of, however long it is", () => {
  assertEquals(rowsOfLine("usb 1-1: new high-speed USB device number 2 using xhci_hcd"), []);
  assertEquals(rowsOfLine(`${"x".repeat(5000)}DMAR: No DMAR devices found`), []);
});

Deno.test("rowsOfLine() takes facts from the line", () => {
  const line = "vfio_pin_pages_remote: RLIMIT_MEMLOCK (65536) exceeded";
  assertEquals(rowsOfLine(line).map(({ row, facts }) => [row.id, facts]), [["MEMLOCK", { limit: "65536" }]]);
  for (
    const probe of ["vfio-pci 0000:00:04.0: probe with driver vfio-pci", "vfio-pci: probe of 0000:00:04.0"]
  ) {
    const [found] = rowsOfLine(`${probe} failed with error -22`);
    assertEquals(found?.facts, { address: "0000:00:04.0" });
  }
});

Deno.test("REMEDIES has one row an id, and a case for each", () => {
  const ids = REMEDIES.map(({ id }) => id);
  assertEquals(ids.length, new Set(ids).size);
  assertEquals(ids.toSorted(), Object.keys(ROW_CASES).sort());
});

Deno.test("REMEDIES names only operations, errnos and facts that exist, and nothing that a terminal obeys", () => {
  for (const { id, title, cause, operations, codes, when = [], log, steps } of REMEDIES) {
    for (const name of operations) assert(name in ACTIONS || FILE_CALLS.includes(name), `${id}: ${name}`);
    for (const code of codes) assert(code in ERRNO, `${id}: ${code}`);
    assertEquals(operations.length === 0, codes.length === 0, id);
    for (const name of when) assert(FLAGS.has(name), `${id}: ${name}`);
    assert(steps.length > 0 && cause.endsWith(".") && !title.endsWith("."), id);
    assert(log === undefined || !log.global, id);
    for (const { text, command = "" } of steps) {
      for (const [, name = ""] of `${text} ${command}`.matchAll(/\{(\w+)\}/g)) {
        assert(FACTS.has(name), `${id}: ${name}`);
      }
      assert(!text.endsWith("."), `${id}: ${text}`);
      assert(/^[\x20-\x7e]*$/.test(title + cause + text + command), id);
    }
  }
});

for (const row of REMEDIES) {
  Deno.test(`REMEDIES ${row.id} is found by what it is for, and says what helps`, () => {
    const { error, log, command } = ROW_CASES[row.id] ?? {};
    const first = (remedies: readonly { readonly id: string; readonly command?: string }[]) =>
      remedies.filter(({ id }) => id === row.id).map((remedy) => remedy.command).find((each) =>
        each !== undefined
      );
    assertEquals(error !== undefined, row.codes.length > 0);
    assertEquals(log !== undefined, row.log !== undefined);
    if (log !== undefined) assert(rowsOfLine(log).some((found) => found.row === row));
    if (error === undefined) return assertEquals(first(allRemediesOf(row)), command);
    const [code, operation, facts = {}] = error;
    const found = findRemedies(code, operation, facts);
    assert(found.some(({ id }) => id === row.id));
    const explained = first(found) ?? first(allRemediesOf(row, facts));
    assertEquals(explained, command);
  });
}
