import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  attachFacts,
  groupFacts,
  groupNode,
  holdersOf,
  ifKnown,
  interruptFacts,
  memlockFacts,
  nodeFacts,
} from "../../backends/linux/facts.ts";
import { closeDescriptor } from "../../os/descriptor.ts";
import { readText, writeText } from "../../os/files.ts";
import "./holdings.ts";
import { linkOf, memfd } from "./memfd.ts";

/** No machine has as many. */
const GROUP = 999_999_999;
const NODE = groupNode(GROUP, false);
const FILE = "vfio-held";

function opened(): Disposable {
  const stack = new DisposableStack();
  stack.adopt(memfd(FILE), (fd) => closeDescriptor(fd, FILE));
  return stack;
}

Deno.test("groupNode() names both kinds of nodes", () => {
  assertEquals([groupNode(12, false), groupNode(12, true)], ["/dev/vfio/12", "/dev/vfio/noiommu-12"]);
});

Deno.test("memlockFacts() tells the limit of this process, and what it has locked", () => {
  const { needed, limit, locked, ...others } = memlockFacts(4096n);
  assertEquals([needed, others], [4096n, {}]);
  assert(
    readText("/proc/self/limits").match(/^Max locked memory.*$/m)?.[0].split(/\s+/).includes(String(limit)),
  );
  assert(typeof locked === "bigint" && locked % 1024n === 0n);
});

Deno.test("nodeFacts() tells owner and mode, or nothing of what is not there", () => {
  const { owner, mode } = nodeFacts("/dev/null");
  assert(owner === "root" || owner === "user 0");
  assertEquals(mode, "0666");
  assertEquals(nodeFacts("/dev/vfio/no such node"), {});
});

Deno.test("holdersOf() finds the processes that have a file open, as long as they have", () => {
  {
    using _file = opened();
    const [holder, ...others] = holdersOf(linkOf(FILE));
    assert(holder?.pid === Deno.pid && holder.command !== "");
    assertEquals(others, []);
  }
  assertEquals(holdersOf(linkOf(FILE)), []);
});

Deno.test("holdersOf() passes on nothing that a terminal obeys, whatever a process calls itself", () => {
  const comm = `/proc/${Deno.pid}/comm`;
  using names = new DisposableStack();
  names.adopt(readText(comm).trim(), (name) => writeText(comm, name));
  writeText(comm, "a\u001b[2J\u0007\u00e9b");
  using _file = opened();
  assertEquals(holdersOf(linkOf(FILE)), [{ pid: Deno.pid, command: "a?[2J??b" }]);
});

Deno.test("groupFacts() of a group that is not there names its node, and nobody", () => {
  assertEquals(groupFacts(GROUP, NODE), {
    group: GROUP,
    node: NODE,
    blockers: [],
    blockerAddresses: "",
    holders: [],
  });
});

Deno.test("attachFacts() tells about interrupts where nothing else blocks the group", () => {
  assertEquals(attachFacts(GROUP, NODE), { ...groupFacts(GROUP, NODE), ...interruptFacts() });
});

Deno.test("ifKnown() gives undefined for what cannot be found out", () => {
  assertEquals(ifKnown(() => 3), 3);
  assertEquals(ifKnown(() => readText("/nowhere")), undefined);
  assertThrows(() => readText("/nowhere"));
});
