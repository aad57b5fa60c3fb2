import { assertEquals } from "@std/assert";
import { branchesOf, branchTable } from "../../../tools/fuzz/branches.ts";

const LCOV = `SF:/x/pci/decode/a.ts
FN:1,a
BRDA:3,1,0,7
BRDA:3,1,1,0
BRDA:9,2,0,-
BRDA:9,2,1,0
DA:3,7
end_of_record
SF:/x/pci/decode/b.ts
DA:1,1
end_of_record
`;

Deno.test("branchesOf() counts the branches of each file, and names the lines of those not taken", () => {
  assertEquals(branchesOf(LCOV), [
    { file: "/x/pci/decode/a.ts", taken: 1, all: 4, missed: [3, 9] },
    { file: "/x/pci/decode/b.ts", taken: 0, all: 0, missed: [] },
  ]);
  assertEquals(branchesOf(""), []);
});

Deno.test("branchTable() leaves out files without branches, and ends with all of them", () => {
  assertEquals(branchTable(branchesOf(LCOV)).split("\n"), [
    "/x/pci/decode/a.ts       1/4   25.0 %",
    "all                      1/4   25.0 %",
  ]);
});
