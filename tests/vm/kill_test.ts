import { assertEquals } from "@std/assert";
import { boot } from "./harness/mod.ts";

const ROUNDS = 3;
const DENO = "deno run --no-check --no-prompt --allow-ffi";

const SCRIPT = `
for round in $(seq ${ROUNDS}); do
  ${DENO} tests/vm/guest/hold.ts $VFIO_EDU >/tmp/held$round &
  pid=$!
  until grep -q held /tmp/held$round; do usleep 20000; done
  kill -9 $pid
  ${DENO} tests/vm/guest/reopen.ts $VFIO_EDU || exit 1
done`;

Deno.test("A program that is killed in the middle of its work leaves a device that opens and works again", async () => {
  const result = await boot({ devices: ["edu"], timeoutMs: 300_000 }, SCRIPT);
  assertEquals(result.status, 0, `${result.reason ?? ""}\n${result.stdout}\n${result.stderr}`);
  const line = "bus master false, 10! = 3628800, DMA equal";
  assertEquals(result.stdout.trimEnd().split("\n"), Array(ROUNDS).fill(line));
});
