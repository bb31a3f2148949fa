// The coding page: reads what it needs, then shows the paper beside the codebook's variables.

import { render } from "preact";
import { Api, type Outcome } from "./api.ts";
import { App } from "./app.tsx";
import type { Codebook, Paper, Person } from "./types.ts";
import { Workspace } from "./workspace.ts";

function tell(root: HTMLElement, words: string): void {
  render(<p class="notice bad" role="alert">{words}</p>, root);
}

async function begin(root: HTMLElement): Promise<void> {
  const row = Number(root.dataset["paper"]);
  const api = new Api(root.dataset["csrf"] ?? "");
  const [person, codebook, paper] = await Promise.all([api.me(), api.codebook(), api.paper(row)]);
  const failed = ([person, codebook, paper] as Outcome<Person | Codebook | Paper>[]).find((outcome) => outcome.kind !== "ok");
  if (failed) return tell(root, `The paper can't be shown: ${failed.message}.`);
  if (person.kind !== "ok" || codebook.kind !== "ok" || paper.kind !== "ok") return;
  const work = new Workspace(api, root.dataset["study"] ?? "", person.value, codebook.value, paper.value);
  work.saver.restore();
  render(<App work={work} />, root);
}

const root = document.getElementById("coding");
if (root) {
  begin(root).catch((error: unknown) => {
    tell(root, `The page could not be built: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  });
}
