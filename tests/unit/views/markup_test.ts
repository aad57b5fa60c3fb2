import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Markup, markup } from "../../../views/markup.ts";

Deno.test("markup escapes what is inserted, in content and in attributes", () => {
  const text = `<&>"'`;
  assertEquals(
    String(markup`<a b="${text}">${text}</a>`),
    '<a b="&lt;&amp;&gt;&quot;&#39;">&lt;&amp;&gt;&quot;&#39;</a>',
  );
});

Deno.test("markup inserts numbers, nothing, lists, and markup as it is", () => {
  const inner = markup`<b>${1}</b>`;
  assertInstanceOf(inner, Markup);
  assertEquals(
    String(markup`<a>${undefined}${2n}${[inner, "<", [inner]]}</a>`),
    "<a>2<b>1</b>&lt;<b>1</b></a>",
  );
});

Deno.test("markup takes several insertions in one attribute", () => {
  assertEquals(String(markup`<a viewBox="0 ${1} ${2}" c="${"x"}"/>`), '<a viewBox="0 1 2" c="x"/>');
});

Deno.test("markup takes what looks like markup for text", () => {
  const forged = { toString: () => "<script>" } as unknown as string;
  const like = Object.create(Markup.prototype, { toString: { value: () => "<b>" } });
  assertEquals(String(markup`<a>${forged}</a>`), "<a>&lt;script&gt;</a>");
  assertEquals(String(markup`<a>${like}</a>`), "<a>&lt;b&gt;</a>");
});

Deno.test("Markup cannot be made of text", () => {
  assertThrows(() => new Markup(Symbol("markup"), "<script>"), TypeError, "Cannot make markup of text");
});

Deno.test("markup refuses insertions where escaping does not help", () => {
  const text = "x";
  const places = [
    () => markup`<${text}/>`,
    () => markup`<a ${text}/>`,
    () => markup`<a b=${text}/>`,
    () => markup`<a b='${text}'/>`,
    () => markup`<a b="x"${text}/>`,
    () => markup`</${text}>`,
    () => markup`<style>${text}</style>`,
    () => markup`<STYLE media="x">a{}${text}</STYLE>`,
    () => markup`<script>${text}</script>`,
    () => markup`<!-- ${text} -->`,
    () => markup`<a onclick="${text}"/>`,
    () => markup`<a ONLOAD="x${text}"/>`,
    () => markup`<a style="color:${text}"/>`,
    () => markup`<a src="${text}"/>`,
    () => markup`<a href="${text}"/>`,
    () => markup`<a href="x${text}"/>`,
    () => markup`<a xlink:href="#${text}"/>`,
    () => markup`<a b="${text}" href="${text}"/>`,
  ];
  for (const place of places) assertThrows(place, TypeError, "escaping does not help there", String(place));
});

Deno.test("markup takes insertions behind what it refuses them in", () => {
  const text = "<";
  assertEquals(
    String(markup`<style>a{}</style><a href="#${1}">${text}</a>`),
    '<style>a{}</style><a href="#1">&lt;</a>',
  );
  assertEquals(String(markup`<!-- a --><b>${text}</b>`), "<!-- a --><b>&lt;</b>");
});
