/** Who may: the owner of a group's node, and nobody else. */
import { assertEquals } from "@std/assert";
import { refused } from "../expect.ts";
import { groupOf, groupsOf, IOVA, map, openGroup, PAGE, ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { rule } from "../rule.ts";

const SOMEBODY = 1000;

export const users: readonly Rule[] = [
  rule(
    37,
    "Backend.openGroup() refuses who does not own the node with EACCES; a container opens for anybody",
    ["edu", "control"],
    (machine) => {
      machine.control?.as({ uid: SOMEBODY }, (backend) => {
        refused("open", "EACCES", () => openGroup(machine, "edu", backend));
        using container = groupsOf(backend).openContainer();
        assertEquals(container.apiVersion(), 0);
      });
    },
  ),

  rule(
    38,
    "Backend.openGroup() and all that follows work for the owner of the node",
    ["edu", "control"],
    (machine) => {
      const group = groupOf(machine, "edu");
      machine.control?.setOwner(group, SOMEBODY);
      try {
        machine.control?.as({ uid: SOMEBODY }, (backend) => {
          using edu = ready(machine, "edu", { backend });
          using memory = backend.allocate(PAGE);
          using signal = backend.createSignal();
          using bar = edu.device.region(0).map();
          map(edu.iommu, IOVA, memory);
          edu.device.setIrqs({ index: 1, action: "trigger", signals: [signal] });
          edu.device.region(7).write16(4, 6);
          assertEquals(edu.device.region(7).read16(4), 6);
          assertEquals(bar.read32(0), 0x0100_00ed);
        });
      } finally {
        machine.control?.setOwner(group, 0);
      }
    },
  ),
];
