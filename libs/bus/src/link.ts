/** Whether the connection stands, and who wants to hear when that changes. */
export class Link {
  #up = true;
  readonly #listeners = new Set<(up: boolean) => void>();

  get isUp(): boolean {
    return this.#up;
  }

  set(up: boolean): void {
    if (this.#up === up) return;
    this.#up = up;
    for (const listener of this.#listeners) listener(up);
  }

  /** Resolves to whether the connection stands, at the latest after `timeoutMs`. */
  async whenUp(timeoutMs: number): Promise<boolean> {
    if (this.#up) return true;
    const { promise, resolve } = Promise.withResolvers<void>();
    const release = this.onChange(() => resolve());
    const timer = setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timer);
    release();
    return this.#up;
  }

  onChange(listener: (up: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
