const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Hears that this process should end: by a signal, or because who started it is gone and its standard input closed. */
export class StopSignals {
  /** Resolves at the first of them. */
  readonly told: Promise<void>;
  #release: () => void = () => undefined;

  constructor(endsWithStdin: boolean) {
    this.told = new Promise((resolve) => {
      const tell = (): void => resolve();
      // Heard until release: a second Ctrl-C must not cut off what the first one lets finish.
      for (const signal of signals) process.on(signal, tell);
      if (endsWithStdin) process.stdin.once('end', tell).resume();
      this.#release = () => {
        for (const signal of signals) process.off(signal, tell);
        if (endsWithStdin) process.stdin.off('end', tell).pause();
      };
    });
  }

  release(): void {
    this.#release();
  }
}
