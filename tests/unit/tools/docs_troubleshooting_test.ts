import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { REMEDIES } from "../../../core/remedies_data.ts";
import type { RemedyRow } from "../../../core/remedies.ts";
import { troubleshooting } from "../../../tools/docs/troubleshooting.ts";

const ROW: RemedyRow = {
  id: "LAB-ONLY",
  title: "It does not work",
  cause: "Because.",
  operations: ["open", "mmap"],
  codes: ["EBUSY", "EIO"],
  log: /group (?<group>\d+) (?:is|was) gone/,
  steps: [{ text: "Do {group}", command: "sudo do {node}", unsafe: true }, { text: "Or that", reboot: true }],
};

Deno.test("troubleshooting() has a heading for each entry, and no other of that level but the index", () => {
  const headings = [...troubleshooting().matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  assertEquals(headings, ["By errno", ...REMEDIES.map(({ id }) => id)]);
});

Deno.test("troubleshooting() links to headings that are there", () => {
  const page = troubleshooting();
  const anchors = new Set([...page.matchAll(/^## (.*)$/gm)].map(([, heading = ""]) => heading.toLowerCase()));
  const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor = ""]) => anchor);
  assert(links.length >= REMEDIES.length);
  for (const link of links) assert(anchors.has(link), link);
});

Deno.test("troubleshooting() tells calls, errnos, the log's line and each step of an entry", () => {
  const page = troubleshooting([ROW]);
  for (
    const text of [
      "- `EBUSY`: [LAB-ONLY](#lab-only)\n- `EIO`: [LAB-ONLY](#lab-only)\n",
      "**It does not work.** Because.\n",
      "Seen as `EBUSY` or `EIO` from `open`, `mmap`.\n",
      "In a log: `group (\\d+) (is|was) gone`\n",
      "- Do GROUP. **It takes protection away.**\n\n  ```sh\n  sudo do NODE\n  ```\n",
      "- Or that. Then restart the machine.\n",
    ]
  ) {
    assertStringIncludes(page, text);
  }
});

Deno.test("troubleshooting() says nothing of calls or logs that an entry has none of", () => {
  const page = troubleshooting([{ id: "A", title: "T", cause: "C.", operations: [], codes: [], steps: [] }]);
  assertStringIncludes(page, "- No errno, for it shows otherwise: [A](#a)\n");
  assertEquals(/Seen as|In a log/.test(page), false);
});
