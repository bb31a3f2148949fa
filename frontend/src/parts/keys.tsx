// All keys, in a dialog; single keys can be switched off there for those whom they hinder.

import type { JSX, TargetedEvent } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { singleKeys } from "../keyboard.ts";

const KEYS: [string, string][] = [
  ["1 – 9", "choose a code of the variable at hand"],
  ["0", "none of these"],
  ["x", "can't say"],
  ["n, p", "next, previous mention"],
  ["j, k", "next, previous variable"],
  ["e", "choose words for the answer at hand"],
  ["← →", "while choosing: by word"],
  ["↑ ↓", "while choosing: by sentence"],
  ["Shift + arrow", "while choosing: more words"],
  ["Enter", "while choosing: attach the words"],
  ["Esc", "leave choosing, or a memo"],
  ["u", "unsure"],
  ["m", "memo"],
  ["a", "add an entry to the ledger"],
  ["z", "undo the last change of the answer at hand"],
  ["d", "what does it mean?"],
  ["t", "PDF or text"],
  ["Ctrl + Enter", "done, next paper"],
  ["?", "this list"],
];

export function Keys({ open, onClose }: { open: boolean; onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  const toggle = (event: TargetedEvent<HTMLInputElement>): void => singleKeys.set(event.currentTarget.checked);
  return (
    <dialog ref={dialog} class="keys" aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">Keys</h2>
      <dl>{KEYS.map(([key, does]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div>)}</dl>
      <label><input type="checkbox" checked={singleKeys.on()} onChange={toggle} /> Single letters and digits are keys</label>
      <p><button type="button" class="button" onClick={onClose}>Close</button></p>
    </dialog>
  );
}
