// Where the keyboard is. A control that vanishes, or is switched off, hands it to its neighbour: else the next Tab would
// begin at the top of the page.

const CONTROLS = "button, input, select, textarea, summary";
const PLACES = "[data-variable], .bar";

const controls = (place: Element): HTMLElement[] => [...place.querySelectorAll<HTMLElement>(CONTROLS)].filter((one) => !one.matches(":disabled"));

export class Focus {
  private control: Element | null = null;
  /** How to find the place of the control again, and the control's number in it. */
  private place = "";
  private number = 0;

  constructor() {
    document.addEventListener("focusin", (event) => this.note(event.target as Element));
  }

  /** To be called after each drawing. */
  keep(): void {
    const here = document.activeElement;
    if (here !== null && here !== document.body && !here.matches(":disabled")) return this.note(here);
    if (!this.control || (this.control.isConnected && !this.control.matches(":disabled"))) return;
    const place = document.querySelector(this.place);
    const there = place ? controls(place) : [];
    there[Math.min(this.number, there.length - 1)]?.focus({ preventScroll: true });
  }

  private note(control: Element): void {
    const place = control.closest<HTMLElement>(PLACES);
    const name = place?.dataset["variable"];
    this.control = place && control;
    if (!place) return;
    this.place = name === undefined ? ".bar" : `[data-variable="${CSS.escape(name)}"]`;
    this.number = controls(place).indexOf(control as HTMLElement);
  }
}
