// Talking to the server: one outcome for each thing that can happen to a request.

import type { Codebook, Coding, Paper, Person, Suggestions } from "./types.ts";

export type Outcome<T> =
  | { kind: "ok"; value: T }
  | { kind: "conflict"; message: string; last: Coding | null; revision: number | null }
  | { kind: "refused"; status: number; message: string; body: Record<string, unknown> }
  | { kind: "unreached"; message: string };

/** Answers after which the same request may go through later. */
const PASSING = new Set([408, 425, 429, 502, 503, 504, 507]);

async function ask<T>(path: string, csrf: string | null, body?: unknown): Promise<Outcome<T>> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (csrf !== null) Object.assign(headers, { "X-CSRF-Token": csrf, "Content-Type": "application/json" });
  const request: RequestInit = { headers, credentials: "same-origin", signal: AbortSignal.timeout(30_000) };
  if (csrf !== null) Object.assign(request, { method: "POST", body: JSON.stringify(body ?? {}) });
  let response: Response;
  try {
    response = await fetch(path, request);
  } catch {
    return { kind: "unreached", message: navigator.onLine ? "the server can't be reached" : "no connection" };
  }
  const said = await words(response);
  if (response.ok && said && !response.redirected) return { kind: "ok", value: said as T };
  const message = typeof said?.["message"] === "string" ? said["message"] : saying(response);
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

function saying(response: Response): string {
  if (response.status === 401 || response.status === 403 || response.redirected) {
    return "you are no longer signed in. Reload the page and sign in again; what is here is kept";
  }
  return `the server answered ${response.status}`;
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
