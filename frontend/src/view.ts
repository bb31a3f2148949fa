// What both views of a paper (text and PDF pages) can do. Stretches are in UTF-16 units.

import type { Stretch } from "./lines.ts";
import type { Mark } from "./marks.ts";

export interface View {
  readonly root: HTMLElement;
  draw(marks: Mark[]): void;
  /** Bring a stretch into sight. */
  reveal(stretch: Stretch, flash: boolean): void;
  focusMention(at: number): void;
  /** Select for the eye what the keyboard moves over. */
  select(stretch: Stretch): void;
  close(): void;
}

export const FLASH_MILLISECONDS = 1600;
