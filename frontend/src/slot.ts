// One answer on its way to the server: what is saved, what is drafted, what is being sent.

import type { Answer, Coding, Unit } from "./types.ts";

/**
 * quiet: nothing to send. draft: something is still missing, or will be sent in a moment. sending: a request is out.
 * unreached: it will be sent again by itself. refused: the server said no. conflict: it was changed elsewhere. stale: it
 * was given by an earlier version of the codebook, and is sent only when the person says so.
 */
export type State = "quiet" | "draft" | "sending" | "unreached" | "refused" | "conflict" | "stale";
export type Action = "codings" | "clear" | "undo";

/** A request that was or will be sent as it is, with the same token, until the server has answered. */
export interface Pending { action: Action; token: string; base: number | null; answer: Answer | null }

export interface Slot {
  unit: Unit;
  saved: Coding | null;
  base: number | null;
  draft: Answer | null;
  complete: boolean;
  pending: Pending | null;
  state: State;
  why: string;
  theirs: Coding | null;
}

/** What is kept on this machine of a slot that isn't saved yet; `codebook` is the version by which the answer was given. */
export interface Kept { unit: Unit; draft: Answer | null; base: number | null; pending: Pending | null; codebook: number }

export const fresh = (unit: Unit): Slot => ({
  unit, saved: null, base: null, draft: null, complete: false, pending: null, state: "quiet", why: "", theirs: null,
});

export function fromCoding(coding: Coding): Slot {
  const { variable, start, stop, item, revision, cleared } = coding;
  return { ...fresh({ variable, start, stop, item }), saved: cleared ? null : coding, base: revision };
}
