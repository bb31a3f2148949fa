// Talking to the server: one outcome for each thing that can happen to a request.

import type { Codebook, Coding, Paper, Person, Suggestions } from "./types.ts";

export type Outcome<T> =
  | { kind: "ok"; value: T }
  | { kind: "conflict"; message: string; last: Coding | null; revision: number | null }
  | { kind: "refused"; status: number; message: string; body: Record<string, unknown> }
  | { kind: "unreached"; message: string };

/** Answers after which the same request may go through later. */
const PASSING = new Set([408, 425, 429, 502, 503, 504, 507]);

/** Browsers let about 64 kB outlive a page. */
const LIVES_ON = 20_000;

async function ask<T>(path: string, csrf: string | null, body?: unknown): Promise<Outcome<T>> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (csrf !== null) Object.assign(headers, { "X-CSRF-Token": csrf, "Content-Type": "application/json" });
  const request: RequestInit = { headers, credentials: "same-origin", signal: AbortSignal.timeout(30_000) };
  if (csrf !== null) {
    const sent = JSON.stringify(body ?? {});
    // Small ones outlive the page: an answer typed just before it is left is saved all the same.
    Object.assign(request, { method: "POST", body: sent, keepalive: sent.length < LIVES_ON });
  }
  let response: Response;
  try {
    response = await fetch(path, request);
  } catch {
    return { kind: "unreached", message: navigator.onLine ? "the server can't be reached" : "no connection" };
  }
  const said = await words(response);
  if (response.ok && said && !response.redirected) return { kind: "ok", value: said as T };
  const message = shut(response) ?? (typeof said?.["message"] === "string" ? said["message"] : `the server answered ${response.status}`);
  if (response.status === 409) {
    const { last, revision } = said ?? {};
    return { kind: "conflict", message, last: (last as Coding | undefined) ?? null, revision: typeof revision === "number" ? revision : null };
  }
  if (PASSING.has(response.status)) return { kind: "unreached", message };
  return { kind: "refused", status: response.status, message, body: said ?? {} };
}

async function words(response: Response): Promise<Record<string, unknown> | null> {
  try {
    return (await response.json()) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** What a person whose login is over, or is another one than the page's, can do; the server's own words don't know of drafts. */
function shut(response: Response): string | null {
  const kept = "what isn't saved yet is kept in this browser";
  if (response.status === 401 || response.redirected) return `you are no longer logged in. Load the page again and log in; ${kept}`;
  return response.status === 403 ? `this page is of an earlier login. Load it again; ${kept}` : null;
}

export class Api {
  constructor(private readonly csrf: string) {}

  me = (): Promise<Outcome<Person>> => ask("/api/me", null);
  codebook = (): Promise<Outcome<Codebook>> => ask("/api/codebook", null);
  paper = (row: number): Promise<Outcome<Paper>> => ask(`/api/papers/${row}`, null);
  suggestions = (row: number): Promise<Outcome<Suggestions>> => ask(`/api/papers/${row}/suggestions`, null);
  next = (): Promise<Outcome<{ row: number | null }>> => ask("/api/next", null);
  done = (row: number): Promise<Outcome<{ next: number | null }>> => ask(`/api/papers/${row}/done`, this.csrf);
  change = <T>(row: number, action: string, body: unknown): Promise<Outcome<T>> => ask(`/api/papers/${row}/${action}`, this.csrf, body);
}
