import { assertEquals } from "@std/assert";
import { EmulatedEdu } from "../../../devices/mod.ts";
import { parse, targetOf, usageLine } from "../../../examples/arguments.ts";

const GRAMMAR = { options: { "--overwrite": "", "--depths": "N" }, operand: "FILE" };

Deno.test("parse() takes backend, options and an operand, in any order", () => {
  assertEquals(parse([], GRAMMAR), { address: undefined, options: new Map(), operands: [] });
  const all = ["--depths", "1,2", "--backend", "linux", "0000:01:00.0", "data.bin", "--overwrite"];
  assertEquals(parse(all, GRAMMAR), {
    address: "0000:01:00.0",
    options: new Map([["--depths", "1,2"], ["--overwrite", ""]]),
    operands: ["data.bin"],
  });
});

Deno.test("parse() takes nothing that the grammar does not have", () => {
  const wrong = [
    ["--backend"],
    ["--backend", "linux"],
    ["--backend", "windows", "0000:01:00.0"],
    ["--depths"],
    ["--constructor"],
    ["-x"],
    ["a", "b"],
  ];
  for (const args of wrong) assertEquals(parse(args, GRAMMAR), undefined);
  assertEquals(parse(["a"], {}), undefined);
  assertEquals(parse(["--overwrite"], {}), undefined);
});

Deno.test("usageLine() says what parse() takes", () => {
  assertEquals(
    usageLine("it", GRAMMAR),
    "usage: it [--backend linux ADDRESS] [--overwrite] [--depths N] [FILE]",
  );
  assertEquals(usageLine("it", {}), "usage: it [--backend linux ADDRESS]");
});

Deno.test("targetOf() is an emulated host with the device, unless Linux is asked for", () => {
  const { backend, address } = targetOf(undefined, () => new EmulatedEdu());
  assertEquals([backend.name, backend.host.find(address)?.driver], ["emulated", "vfio-pci"]);
  assertEquals(targetOf("0000:09:00.0", () => new EmulatedEdu()).address, "0000:09:00.0");
});
