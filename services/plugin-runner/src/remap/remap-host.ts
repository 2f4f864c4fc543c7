import type { ListStoredRawResponse } from '@made-open/contracts';
import { UnknownCallError } from '../errors.ts';
import { Gate } from '../host/gate.ts';
import { failedAnswer, type CallAnswer, type HostCalls } from '../host/open-calls.ts';
import { textOf } from '../host/processes/sandbox-failure.ts';

export interface RemapHostOptions {
  /** A page of stored raw behind a cursor; the first, or where the run went on from, behind none. */
  readonly page: (cursor: string) => Promise<Pick<ListStoredRawResponse, 'items' | 'nextCursor'>>;
  readonly signal: AbortSignal;
  readonly onLog: (level: string, message: string, fieldsText: string) => void;
}

/** One page is asked for at a time; whoever asks for more is no guest of ours. */
const pagesAtATime = 1;
const queuedPages = 4;

/** Gives a sandbox that maps again what it maps, and nothing else; never rejects. */
export class RemapHost implements HostCalls {
  readonly #options: RemapHostOptions;
  readonly #pages: Gate;

  constructor(options: RemapHostOptions) {
    this.#options = options;
    this.#pages = new Gate(pagesAtATime, queuedPages, options.signal);
  }

  log(level: string, message: string, fieldsText: string): void {
    this.#options.onLog(level, message, fieldsText);
  }

  async call(method: string, argsText: string): Promise<CallAnswer> {
    try {
      if (method !== 'storedRaw') throw new UnknownCallError(textOf(method).slice(0, 64));
      return await this.#pages.through(() => this.#page(JSON.parse(argsText)));
    } catch (error) {
      return { text: failedAnswer(error) };
    }
  }

  async #page(cursor: unknown): Promise<CallAnswer> {
    const { items, nextCursor } = await this.#options.page(
      typeof cursor === 'string' ? cursor : '',
    );
    const value = {
      items: items.map(({ type, externalId, rawJson }) => ({ type, externalId, rawJson })),
      nextCursor,
    };
    return { text: JSON.stringify({ ok: true, value }) };
  }
}
