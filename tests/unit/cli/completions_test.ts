import { assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../../cli/commands/mod.ts";
import { wordsOf } from "../../../cli/completion/words.ts";
import { vfio } from "./captured_io.ts";

Deno.test("vfio completions knows every command and option, for each shell", async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { status, out } = await vfio(["completions", shell]);
    assertEquals(status, 0);
    for (const { name, options } of wordsOf(COMMANDS)) {
      assertStringIncludes(out, name);
      for (const option of options) {
        for (const flag of option.names) {
          assertStringIncludes(out, shell === "fish" ? flag.replace(/^-+/, "") : flag);
        }
      }
    }
    assertStringIncludes(out, "vfio list --all --quiet");
  }
});

Deno.test("vfio completions of another shell is wrong usage", async () => {
  assertEquals((await vfio(["completions", "tcsh"])).status, 2);
  assertEquals((await vfio(["completions"])).status, 2);
});

Deno.test("wordsOf() reads names and values from what a command declares", () => {
  const words = wordsOf([{
    name: "x",
    summary: "Do it",
    arguments: [{ name: "device", text: "", values: "devices" }, {
      name: "what",
      text: "",
      values: ["a", "b"],
    }],
    options: [{ flags: "-m, --method <method>", text: "how", values: ["flr"] }],
    examples: [],
    changes: true,
    run: () => {},
  }]);
  assertEquals(words[0]?.options[0], {
    names: ["-m", "--method"],
    text: "how",
    takesValue: true,
    values: ["flr"],
  });
  assertEquals([words[0]?.takesDevice, words[0]?.values], [true, ["a", "b"]]);
  assertEquals(words[0]?.options[1]?.names, ["--dry-run"]);
});
