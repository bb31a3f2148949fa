import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../src/api.ts";
import { ofPaper } from "../src/answers.ts";
import { Drafts, papersWithDrafts, type Shelf } from "../src/drafts.ts";
import { Saver, type Reply } from "../src/saver.ts";
import type { Answer } from "../src/types.ts";

class Box implements Shelf {
  readonly held = new Map<string, string>();
  get length(): number { return this.held.size; }
  key(i: number): string | null { return [...this.held.keys()][i] ?? null; }
  getItem(key: string): string | null { return this.held.get(key) ?? null; }
  setItem(key: string, value: string): void { this.held.set(key, value); }
  removeItem(key: string): void { this.held.delete(key); }
}

const unit = ofPaper("about");
const say = (code: string): Answer => ({ codes: [code], spans: [], unsure: false, memo: "", stands_for: null });
const ok = (revision: number): Outcome<Reply> => ({ kind: "ok", value: { revision, at: "2026-01-01T12:03:00Z" } });
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

function bench(shelf: Shelf = new Box(), codebook = 1, study = "pilot") {
  const sent: { action: string; body: Record<string, unknown>; answer: (outcome: Outcome<Reply>) => void }[] = [];
  const waiting: (() => void)[] = [];
  let n = 0;
  const saver = new Saver({
    send: (action, body) => new Promise((answer) => sent.push({ action, body, answer })),
    known: ({ variable }) => variable !== "gone",
    complete: (_unit, answer) => answer.codes !== undefined && answer.memo !== "half",
    token: () => `t${(n += 1)}`,
    later: (_seconds, then) => { waiting.push(then); return () => waiting.splice(waiting.indexOf(then), 1); },
    changed: () => {},
  }, new Drafts(shelf, study, "Ann", { row: 17, title: "A paper" }), [], codebook);
  return { saver, sent, waiting, slot: saver.slot(unit) };
}

test("an answer is sent, then nothing is kept on this machine", async () => {
  const shelf = new Box();
  const { saver, sent, slot } = bench(shelf);
  saver.edit(unit, say("main"));
  assert.equal(shelf.length, 1);
  assert.deepEqual([sent[0]!.body.base, sent[0]!.body.token, slot.state], [null, "t1", "sending"]);
  sent[0]!.answer(ok(5));
  await settled();
  assert.deepEqual([slot.state, slot.base, slot.saved?.codes, shelf.length], ["quiet", 5, ["main"], 0]);
});

test("what changes while a request is out follows it, on its revision", async () => {
  const { saver, sent, slot } = bench();
  saver.edit(unit, say("main"));
  saver.edit(unit, say("no"));
  saver.edit(unit, say("passing"));
  assert.equal(sent.length, 1);
  sent[0]!.answer(ok(5));
  await settled();
  assert.deepEqual([sent[1]!.body.codes, sent[1]!.body.base, sent[1]!.body.token], [["passing"], 5, "t2"]);
  sent[1]!.answer(ok(6));
  await settled();
  assert.deepEqual([slot.base, slot.saved?.codes, sent.length], [6, ["passing"], 2]);
});

test("an unreached server gets the same request with the same token, though the answer has changed", async () => {
  const { saver, sent, waiting, slot } = bench();
  saver.edit(unit, say("main"));
  sent[0]!.answer({ kind: "unreached", message: "no connection" });
  await settled();
  assert.equal(slot.state, "unreached");
  saver.edit(unit, say("no"));
  await settled();
  assert.deepEqual([sent[1]!.body.codes, sent[1]!.body.token], [["main"], "t1"]);
  sent[1]!.answer({ kind: "unreached", message: "no connection" });
  await settled();
  waiting.at(-1)!();
  assert.equal(sent[2]!.body.token, "t1");
  sent[2]!.answer(ok(5));
  await settled();
  assert.deepEqual([sent[3]!.body.codes, sent[3]!.body.token, sent[3]!.body.base], [["no"], "t2", 5]);
});

test("after a reload, what was out is sent again first, with its token", async () => {
  const shelf = new Box();
  const first = bench(shelf);
  first.saver.edit(unit, say("main"));
  first.saver.edit(unit, say("no"));
  const second = bench(shelf);
  second.saver.restore();
  assert.deepEqual([second.sent[0]!.body.codes, second.sent[0]!.body.token], [["main"], "t1"]);
  second.sent[0]!.answer(ok(9));
  await settled();
  assert.deepEqual([second.sent[1]!.body.codes, second.sent[1]!.body.base], [["no"], 9]);
});

test("an incomplete answer stays here, and comes back after a reload", () => {
  const shelf = new Box();
  const { saver, sent } = bench(shelf);
  saver.edit(unit, { ...say("main"), memo: "half" });
  assert.equal(sent.length, 0);
  const again = bench(shelf);
  again.saver.restore();
  assert.equal(again.saver.shown(unit)?.memo, "half");
  again.saver.drop(unit);
  assert.deepEqual([again.saver.shown(unit), shelf.length], [null, 0]);
});

test("a conflict waits for a choice; the own version is saved over the other's revision", async () => {
  const { saver, sent, slot } = bench();
  saver.edit(unit, say("main"));
  const last = { ...unit, ...say("no"), codes: ["no"], revision: 8, at: "" };
  sent[0]!.answer({ kind: "conflict", message: "", last, revision: null });
  await settled();
  assert.deepEqual([slot.state, slot.theirs?.codes, saver.shown(unit)?.codes], ["conflict", ["no"], ["main"]]);
  saver.retry();
  assert.equal(sent.length, 1);
  saver.keepMine(slot);
  assert.deepEqual([sent[1]!.body.base, sent[1]!.body.codes], [8, ["main"]]);
});

test("a conflict may be settled by the other version", async () => {
  const shelf = new Box();
  const { saver, sent, slot } = bench(shelf);
  saver.edit(unit, say("main"));
  sent[0]!.answer({ kind: "conflict", message: "", last: { ...unit, ...say("no"), codes: ["no"], revision: 8, at: "" }, revision: null });
  await settled();
  saver.takeTheirs(slot);
  assert.deepEqual([saver.shown(unit)?.codes, slot.base, slot.state, shelf.length], [["no"], 8, "quiet", 0]);
});

test("a refused answer stays as a draft, and a new try has a new token", async () => {
  const { saver, sent, slot } = bench();
  saver.edit(unit, say("main"));
  sent[0]!.answer({ kind: "refused", status: 422, message: "not verbatim", body: {} });
  await settled();
  assert.deepEqual([slot.state, slot.why, saver.shown(unit)?.codes], ["refused", "not verbatim", ["main"]]);
  saver.retry();
  assert.equal(sent[1]!.body.token, "t2");
});

test("undo drops a draft first, then asks the server; clear keeps the revision to build on", async () => {
  const { saver, sent, slot } = bench();
  saver.edit(unit, say("main"));
  sent[0]!.answer(ok(5));
  await settled();
  saver.edit(unit, { ...say("no"), memo: "half" });
  saver.change(unit, "undo");
  assert.deepEqual([saver.shown(unit)?.codes, sent.length], [["main"], 1]);
  saver.change(unit, "clear");
  sent[1]!.answer({ kind: "ok", value: { revision: 6, coding: null } });
  await settled();
  assert.deepEqual([slot.saved, slot.base, sent[1]!.action], [null, 6, "clear"]);
  saver.change(unit, "undo");
  assert.deepEqual([sent[2]!.action, sent[2]!.body.base], ["undo", 6]);
});

test("a shelf without room does not stop saving", async () => {
  const full = new Box();
  full.setItem = () => { throw new Error("full"); };
  const { saver, sent } = bench(full);
  saver.edit(unit, say("main"));
  assert.deepEqual([sent.length, saver.keeps], [1, false]);
});

test("an answer by an earlier codebook is sent only when the person says so", async () => {
  const shelf = new Box();
  bench(shelf, 1).saver.edit(unit, say("main")); // its request's answer never comes
  const { saver, sent, slot } = bench(shelf, 2);
  saver.restore();
  saver.retry();
  assert.deepEqual([sent.length, slot.state, saver.shown(unit)?.codes], [0, "stale", ["main"]]);
  saver.edit(unit, slot.draft!);
  sent[0]!.answer(ok(7));
  await settled();
  assert.deepEqual([slot.state, slot.saved?.codes, shelf.length], ["quiet", ["main"], 0]);
});

test("an answer to a question that is no longer asked is shown, not sent, until it is forgotten", () => {
  const shelf = new Box();
  bench(shelf, 1).saver.edit(ofPaper("gone"), { ...say("main"), memo: "my thoughts" });
  const { saver, sent } = bench(shelf, 2);
  saver.restore();
  assert.deepEqual([sent.length, saver.slots.size, saver.orphans[0]?.draft?.memo], [0, 1, "my thoughts"]);
  saver.forget(saver.orphans[0]!);
  assert.deepEqual([saver.orphans.length, shelf.length], [0, 0]);
});

test("drafts of another study at the same address are none of ours", () => {
  const shelf = new Box();
  bench(shelf, 1, "pilot").saver.edit(unit, say("main"));
  const { saver, sent } = bench(shelf, 1, "main");
  saver.restore();
  assert.deepEqual([sent.length, saver.shown(unit)], [0, null]);
  assert.deepEqual([...papersWithDrafts(shelf, "pilot", "Ann")], [[17, "A paper"]]);
  assert.deepEqual([...papersWithDrafts(shelf, "main", "Ann"), ...papersWithDrafts(shelf, "pilot", "An")], []);
});

test("an undo that met another version gives way to it", async () => {
  const { saver, sent, slot } = bench();
  saver.edit(unit, say("main"));
  sent[0]!.answer(ok(5));
  await settled();
  saver.change(unit, "undo");
  sent[1]!.answer({ kind: "conflict", message: "", last: { ...unit, ...say("no"), codes: ["no"], revision: 8, at: "" }, revision: 8 });
  await settled();
  assert.deepEqual([slot.state, slot.base, saver.shown(unit)?.codes], ["quiet", 8, ["no"]]);
});

test("an undo that was refused can be left behind", async () => {
  const { saver, sent, slot } = bench();
  saver.edit(unit, say("main"));
  sent[0]!.answer(ok(5));
  await settled();
  saver.change(unit, "undo");
  sent[1]!.answer({ kind: "refused", status: 500, message: "the server answered 500", body: {} });
  await settled();
  assert.equal(slot.state, "refused");
  saver.retry();
  assert.deepEqual([slot.state, sent.length, saver.shown(unit)?.codes], ["quiet", 2, ["main"]]);
});

test("what is only passed while a request is out waits until the person stays", async () => {
  const { saver, sent, waiting } = bench();
  saver.edit(unit, say("main"));
  saver.edit(unit, say("no"), 1);
  sent[0]!.answer(ok(5));
  await settled();
  assert.equal(sent.length, 1);
  saver.edit(unit, say("passing"), 1);
  waiting.at(-1)!();
  assert.deepEqual([sent.length, sent[1]!.body.codes, sent[1]!.body.base], [2, ["passing"], 5]);
});
