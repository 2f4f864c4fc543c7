import { setTimeout as sleep } from 'node:timers/promises';

const pauseMs = 500; // two clients at one API ask less than what one key may

/** One client: its answer or fault in a word. */
export type Ask = () => Promise<number>;

/** Clients that ask without end, from when it is made. */
export class Load {
  /** Every kind of answer or fault that there was. */
  readonly ended: Promise<string[]>;
  readonly #answers = new Set<string>();
  #isOver = false;

  constructor(clients: Readonly<Record<string, Ask>>) {
    const all = Object.entries(clients).map(([name, ask]) => this.#askOn(name, ask));
    this.ended = Promise.all(all).then(() => [...this.#answers].toSorted());
  }

  end(): void {
    this.#isOver = true;
  }

  async #askOn(name: string, ask: Ask): Promise<void> {
    while (!this.#isOver) {
      const answer = await ask().then(String, describeFault);
      this.#answers.add(`${name}: ${answer}`);
      await sleep(pauseMs);
    }
  }
}

export async function askDirectly(url: string, key: string): Promise<number> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  await response.arrayBuffer();
  return response.status;
}

function describeFault(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error
    ? error.cause.message
    : String(error);
}
