/** Stops the source at a page until the story lets it go on. */
export class Gate {
  #open = true;
  #waiting = 0;
  #release: (() => void)[] = [];

  close(): void {
    this.#open = false;
  }
  async pass(): Promise<void> {
    if (this.#open) return;
    this.#waiting++;
    await new Promise<void>((resolve) => this.#release.push(resolve));
  }
  get waiting(): number {
    return this.#waiting;
  }
  open(): void {
    this.#open = true;
    this.#waiting = 0;
    for (const release of this.#release.splice(0)) release();
  }
}
