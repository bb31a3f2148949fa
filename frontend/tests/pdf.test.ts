import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf } from "../src/finish.ts";
import { Offsets } from "../src/offsets.ts";
import { rectangles, runs } from "../src/pdf-geometry.ts";

test("rectangles follow the characters over lines, with astral ones before", () => {
  const offsets = new Offsets("🙂🙂abcd\nefgh");
  const all = runs([[2, 6, 1, 10, 90, 50, 100], [7, 11, 1, 10, 70, 50, 80], [7, 7, 1, 0, 0, 0, 0]], offsets);
  assert.deepEqual(all.map((r) => [r.start, r.stop]), [[4, 8], [9, 13]]);
  const found = rectangles(all, { start: offsets.units(4), stop: offsets.units(8) });
  assert.deepEqual(found.map((r) => [r.left, r.right, r.top]), [[30, 50, 100], [10, 20, 80]]);
  assert.deepEqual(rectangles(all, { start: 0, stop: 4 }), []);
});

test("the next paper's address is this one's with another row", () => {
  assert.equal(addressOf("/code/17", 17, 18), "/code/18");
  assert.equal(addressOf("/17/code/17", 17, 9), "/17/code/9");
  assert.equal(addressOf("/code", 17, 9), "/code");
});
