import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, chooseNone, empty, lack, sameAnswer, target, unasked } from "../src/answers.ts";
import type { Code, Codebook, Variable } from "../src/types.ts";

const code = (id: string, absence = false): Code => ({ id, label: id, definition: "", rule: "", provenance: "U", absence, examples: [] });
const variable = (answers: Variable["answers"], codes: Code[]): Variable => ({ id: "v", label: "V", question: "?", unit: "paper", answers, provenance: "U", when: null, codes });
const words = (code: string | null) => ({ start: 0, stop: 2, quote: "We", code });
const one = variable("one", [code("a"), code("no", true)]);
const many = variable("many", [code("a"), code("b"), code("none", true)]);

test("a code that claims something needs words; absence, none and can't say do not", () => {
  assert.deepEqual(lack(one, empty()), { kind: "choice" });
  assert.deepEqual(lack(one, { ...empty(), codes: ["a"] }), { kind: "evidence", codes: ["a"] });
  assert.equal(lack(one, { ...empty(), codes: ["a"], spans: [words(null)] }), null);
  for (const codes of [["no"], [], null]) assert.equal(lack(one, { ...empty(), codes }), null);
  assert.deepEqual(lack(many, { ...empty(), codes: ["a", "b"], spans: [words("a")] }), { kind: "evidence", codes: ["b"] });
});

test("choosing", () => {
  let answer = choose(many, empty(), many.codes[1]!);
  answer = { ...choose(many, answer, many.codes[0]!), spans: [words("a"), words("b")] };
  assert.deepEqual(answer.codes, ["a", "b"]);
  const less = choose(many, answer, many.codes[0]!);
  assert.deepEqual([less.codes, less.spans], [["b"], [words("b")]]);
  assert.deepEqual(choose(many, answer, many.codes[2]!).codes, ["none"]);
  assert.deepEqual(choose(many, choose(many, answer, many.codes[2]!), many.codes[0]!).codes, ["a"]);
  assert.equal("codes" in choose(many, less, many.codes[1]!), false);
  assert.deepEqual(choose(one, { ...empty(), codes: ["a"], spans: [words(null)] }, one.codes[1]!).spans, []);
  assert.deepEqual(chooseNone(answer).codes, []);
});

test("new evidence goes to the wanted code, else to the one that lacks it", () => {
  const answer = { ...empty(), codes: ["a", "b"], spans: [words("a")] };
  assert.deepEqual([target(many, answer, null), target(many, answer, "a"), target(one, answer, "a")], ["b", "a", null]);
});

test("a variable whose condition isn't met says why", () => {
  const later = { ...many, when: ["v", ["a"]] as [string, string[]] };
  const book: Codebook = { row: 1, id: "", version: "", title: "", variables: [one] };
  assert.equal(unasked(book, later, () => ["a"]), null);
  assert.match(unasked(book, later, () => undefined)!, /“a”, which isn't answered yet/);
  assert.match(unasked(book, later, () => ["no"])!, /^Asked only where V is “a”\.$/);
});

test("answers are the same by what they say", () => {
  assert.ok(sameAnswer({ ...empty(), codes: null }, { ...empty(), codes: null }));
  assert.ok(!sameAnswer({ ...empty(), codes: null }, empty()));
  assert.ok(!sameAnswer({ ...empty(), codes: [] }, empty()));
});
