// What the server sends and takes. Offsets are Unicode code points.

export interface Example { text: string; applies: boolean; because: string }
export interface Code {
  id: string; label: string; definition: string; rule: string; provenance: string; absence: boolean; examples: Example[];
}
export interface Variable {
  id: string; label: string; question: string; unit: "paper" | "mention"; answers: "one" | "many" | "flag" | "ledger";
  provenance: string; when: [string, string[]] | null; codes: Code[];
}
/** `row` names the version in the study: a change tells by which one it was made. */
export interface Codebook { row: number; id: string; version: string; title: string; variables: Variable[] }

export interface Evidence { start: number; stop: number; quote: string; code: string | null }

/** What is coded: a variable of the whole paper (start = stop = -1), of a mention, or one entry of a ledger. */
export interface Unit { variable: string; start: number; stop: number; item: number }

/** An answer in the making. `codes`: not yet chosen where undefined, null for "can't say", empty for "none applies". */
export interface Answer { codes?: string[] | null; spans: Evidence[]; unsure: boolean; memo: string; stands_for: string | null }

/** A saved coding. `cleared` says that the last revision took the answer away. */
export interface Coding extends Unit {
  revision: number; codes: string[] | null; spans: Evidence[]; unsure: boolean; memo: string; stands_for: string | null;
  at: string; cleared?: boolean; coder?: string;
}

export type Box = [start: number, end: number, page: number, left: number, bottom: number, right: number, top: number];
export interface Paper {
  row: number; id: string; title: string; year: number | null; venue: string | null; text: string;
  mentions: [number, number][]; sections: { kind: string; start: number; end: number }[];
  pdf: string | null; boxes: Box[] | null; task: { state: "open" | "done"; batch: string; arm: string } | null;
  progress: { done: number; all: number }; codings: Coding[]; ideals: string[]; question: string | null;
}
export interface Person { name: string; role: string }
export interface Suggestions { shown: boolean; why: string; codings: Coding[] }
