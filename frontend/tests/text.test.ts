import assert from "node:assert/strict";
import { test } from "node:test";
import { chunks, holding, lines } from "../src/lines.ts";
import { Offsets } from "../src/offsets.ts";
import { byStretch, flatten } from "../src/segments.ts";
import { move, pieces, trim } from "../src/words.ts";

const TEXTS = {
  plain: "We align it.\n\nThen we stop.",
  emoji: "🙂 a👩‍👩‍👧‍👦b 🇨🇭 align🎯",
  combining: "e\u0301 align n\u0303o",
  crlf: "one\r\n\r\ntwo\rthree\n",
  rtl: "שלום align مرحبا 🙂 נ\u05b8",
  lone: "a\ud800b\udc00c",
  none: "",
};

for (const [name, text] of Object.entries(TEXTS)) {
  test(`${name}: code points and units are there and back the same`, () => {
    const points = Array.from(text);
    const offsets = new Offsets(text);
    let unit = 0;
    points.forEach((character, point) => {
      assert.equal(offsets.units(point), unit);
      for (let half = 0; half < character.length; half += 1) assert.equal(offsets.points(unit + half), point);
      unit += character.length;
    });
    assert.deepEqual([offsets.units(points.length), offsets.points(text.length)], [text.length, points.length]);
    assert.equal(offsets.slice(1, 4), points.slice(1, 4).join(""));
  });

  test(`${name}: lines and segments spell the text exactly`, () => {
    const all = lines(text);
    assert.equal(all.map((l) => text.slice(l.start, l.stop)).join(""), text);
    const spans = [{ start: 0, stop: 4 }, { start: 2, stop: 9 }, { start: 3, stop: 5 }, { start: 3, stop: 3 }];
    const spelt = all.flatMap((l) => flatten(l.start, l.stop, spans)).map((s) => text.slice(s.start, s.stop)).join("");
    assert.equal(spelt, text);
    for (let unit = 0; unit < text.length; unit += 1) {
      const line = all[holding(all, unit)]!;
      assert.ok(line.start <= unit && unit < line.stop);
    }
  });
}

test("CR LF ends one line; a lone CR ends one too", () => {
  assert.deepEqual(lines(TEXTS.crlf).map((l) => TEXTS.crlf.slice(l.start, l.stop)), ["one\r\n", "\r\n", "two\r", "three\n"]);
});

test("chunks hold all lines in order", () => {
  const all = lines("0123456789\n".repeat(100));
  const found = chunks(all, 100);
  assert.deepEqual([found[0], found.at(-1)![1]], [[0, 10], 100]);
  found.forEach(([first], i) => assert.equal(first, i ? found[i - 1]![1] : 0));
});

test("segments name exactly the spans over them", () => {
  const [a, b, c] = [{ start: 0, stop: 6 }, { start: 3, stop: 9 }, { start: 4, stop: 5 }];
  const found = flatten(1, 12, [a, b, c]).map((s) => [s.start, s.stop, s.spans.length]);
  assert.deepEqual(found, [[1, 3, 1], [3, 4, 2], [4, 5, 3], [5, 6, 2], [6, 9, 1], [9, 12, 0]]);
});

test("each line gets the spans that touch it", () => {
  const all = lines("aaa\nbbb\nccc\n");
  const long = { start: 2, stop: 9 };
  const end = { start: 4, stop: 8 };
  const found = byStretch(all, [long, end], (unit) => holding(all, unit));
  assert.deepEqual([found.get(0), found.get(1), found.get(2)], [[long], [long, end], [long]]);
});

test("words and sentences go over line ends within a block, and over blank lines", () => {
  const text = "We align\r\nit here. Then stop.\r\n\r\nNew 🙂 block.";
  const sentences = pieces(text, 0, "sentence").map((p) => text.slice(p.start, p.stop));
  assert.deepEqual(sentences, ["We align\r\nit here.", "Then stop."]);
  const words: string[] = [];
  for (let at: { start: number; stop: number } | null = { start: 0, stop: 2 }; at; at = move(text, at, "word", 1)) words.push(text.slice(at.start, at.stop));
  assert.deepEqual(words, ["We", "align", "it", "here", "Then", "stop", "New", "block"]);
  const back = move(text, { start: text.indexOf("New"), stop: text.length }, "sentence", -1)!;
  assert.equal(text.slice(back.start, back.stop), "Then stop.");
  assert.equal(move(text, { start: 0, stop: 2 }, "word", -1), null);
});

test("white space is trimmed off", () => assert.deepEqual(trim(" a b \n", { start: 0, stop: 6 }), { start: 1, stop: 4 }));
