import { assertEquals } from "@std/assert";
import { toJson } from "../../../cli/json.ts";

Deno.test("toJson() writes bigints as hexadecimal texts and leaves undefined out", () => {
  assertEquals(
    toJson({ iova: 0xfee0_0000n, none: undefined, list: [1, null] }, "line"),
    '{"iova":"0xfee00000","list":[1,null]}',
  );
});

Deno.test("toJson() writes six digits behind the point at most", () => {
  assertEquals(toJson([0.05734599999777856, 1e-9, 0.1, 3], "line"), "[0.057346,0,0.1,3]");
});

Deno.test("toJson() escapes what a terminal would obey, and means the same", () => {
  const text = "\x1b\x9b\u202e\u2028\u{e0041}\u3164\ufffe\u{1fffe}\n🙂";
  const written = toJson([text], "line");
  assertEquals(/^[\x20-\x7e🙂]*$/u.test(written), true, written);
  assertEquals(JSON.parse(written), [text]);
});

Deno.test("toJson() writes a document over lines, a line of a stream on one", () => {
  assertEquals(toJson({ a: "x\ny" }, "document"), '{\n  "a": "x\\ny"\n}');
  assertEquals(toJson({ a: "x\ny" }, "line"), '{"a":"x\\ny"}');
});
