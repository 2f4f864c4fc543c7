import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient, Run } from '../platform/api-client.ts';
import { sync } from '../platform/steps.ts';

const pauseMs = 250;

/** A connection that syncs again and again until it is told to stop. */
export class Neighbour {
  readonly runs: Run[] = [];
  readonly #admin: ApiClient;
  readonly #connectionId: string;
  readonly #done: Promise<void>;
  #stopping = false;

  constructor(admin: ApiClient, connectionId: string) {
    this.#admin = admin;
    this.#connectionId = connectionId;
    this.#done = this.#repeat();
    this.#done.catch(() => undefined); // told by stop()
  }

  /** Rejects when one of its syncs could not be asked for. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
  }

  async #repeat(): Promise<void> {
    while (!this.#stopping) {
      this.runs.push(await sync(this.#admin, this.#connectionId));
      await delay(pauseMs);
    }
  }
}
