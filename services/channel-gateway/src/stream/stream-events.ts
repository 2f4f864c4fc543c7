import type { Client } from '../api-keys/api-key.ts';
import { InvalidParametersError, UnavailableError } from '../errors.ts';
import { Admission } from './admission.ts';
import type { EventFeed } from './event-feed.ts';
import type { LogBounds, LoggedMessage } from './event-log.ts';
import { isWanted, mayHold, readStreamFilter, type StreamFilter } from './stream-filter.ts';
import {
  idOf,
  positionBehind,
  positionsBehind,
  eventId,
  type LogName,
  type StreamPosition,
  type StreamPositions,
} from './stream-position.ts';
import { beginningOf, startOf, type StreamStart } from './stream-start.ts';

export type EventFeeds = ReadonlyMap<LogName, EventFeed>;

export interface StreamOptions {
  readonly heartbeatMs: number;
  /** Whether the key of a stream that is open is still valid. */
  readonly isAdmitted: (client: Client) => Promise<boolean>;
  readonly now?: () => number;
  /** Hears when the log could not be read; the stream waits. */
  readonly onError: (error: unknown) => void;
}

/** What a client asks for. */
export interface StreamRequest {
  readonly client: Client;
  readonly query: object;
  readonly lastEventId: string | undefined;
}

const reconnectMs = 2000;
const afterErrorLooks = 10;

/** A page of one stream. */
interface Page {
  readonly name: LogName;
  readonly messages: readonly LoggedMessage[];
}

/** The events of a space as text of server-sent events, from where a client left off, for as long as it listens. */
export class StreamEvents {
  readonly #feeds: EventFeeds;
  readonly #options: StreamOptions;
  readonly #now: () => number;

  constructor(feeds: EventFeeds, options: StreamOptions) {
    this.#feeds = feeds;
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Refuses a wrong request before the first text; the texts end when the signal says so or the key ends. */
  async begin(request: StreamRequest, signal: AbortSignal): Promise<AsyncIterable<string>> {
    const filter = readStreamFilter(request.client, request.query);
    const known = knownPositions(request.lastEventId, this.#feeds);
    const feeds = new Map([...this.#feeds].filter(([name]) => mayHold(name, filter)));
    const start = startOf(known, await this.#bounds(feeds));
    return this.#follow(request.client, { filter, feeds, start }, signal);
  }

  async #bounds(feeds: EventFeeds): Promise<ReadonlyMap<LogName, LogBounds>> {
    try {
      const all = [...feeds].map(async ([name, feed]) => [name, await feed.bounds()] as const);
      return new Map(await Promise.all(all));
    } catch (error) {
      throw new UnavailableError(error);
    }
  }

  async *#follow(
    client: Client,
    of: { readonly filter: StreamFilter; readonly feeds: EventFeeds; readonly start: StreamStart },
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    const { filter, feeds, start } = of;
    const { heartbeatMs } = this.#options;
    let { positions } = start;
    yield `retry: ${String(reconnectMs)}\n\n${start.isBehind ? missed(positions) : ''}`;
    let saidMs = this.#now();
    const admission = new Admission(() => this.#isAdmitted(client), heartbeatMs, this.#now);
    while (!signal.aborted) {
      const pages = await this.#read(feeds, positions);
      for (const { name, message } of pages.flatMap(messagesOf)) {
        const text = textOf(message, filter, { name, positions });
        positions = { ...positions, [name]: { after: message.sequence, seen: 0 } };
        if (text === '') continue;
        if (!(await admission.holds())) return;
        yield text;
        saidMs = this.#now();
        if (signal.aborted) return;
      }
      if (!(await admission.holds())) return;
      if (this.#now() - saidMs >= heartbeatMs) {
        yield `: heartbeat\nid: ${idOf(positions)}\n\n`;
        saidMs = this.#now();
      }
      if (pages.every(({ messages }) => messages.length === 0)) await nextLook(feeds);
    }
  }

  /** No answer ends the stream, too: the client opens it again where it was, and is told why that is refused. */
  async #isAdmitted(client: Client): Promise<boolean> {
    try {
      return await this.#options.isAdmitted(client);
    } catch (error) {
      this.#options.onError(error);
      return false;
    }
  }

  #read(feeds: EventFeeds, positions: StreamPositions): Promise<readonly Page[]> {
    return Promise.all(
      [...feeds].map(async ([name, feed]) => ({
        name,
        messages: await this.#readOne(feed, positions[name]?.after ?? 0),
      })),
    );
  }

  /** The log may be away for a moment; ending every stream for that would bring all clients back at once. */
  async #readOne(feed: EventFeed, after: number): Promise<readonly LoggedMessage[]> {
    try {
      return await feed.after(after);
    } catch (error) {
      this.#options.onError(error);
      for (let n = 0; n < afterErrorLooks; n++) await feed.nextLook();
      return [];
    }
  }
}

function messagesOf({ name, messages }: Page) {
  return messages.map((message) => ({ name, message }));
}

/** Feeds look equally often, so that any of them will do. */
async function nextLook(feeds: EventFeeds): Promise<void> {
  const [feed] = feeds.values();
  await (feed?.nextLook() ?? new Promise((resolve) => setTimeout(resolve, 100)));
}

/** Clients of earlier days have a bare number, which is one of DATA; 0 is the beginning of everything. */
function knownPositions(lastEventId: string | undefined, feeds: EventFeeds): StreamPositions {
  if (lastEventId === undefined) return {};
  if (lastEventId === '0') return beginningOf(feeds.keys());
  const known = positionsBehind(lastEventId);
  if (known === undefined)
    throw new InvalidParametersError([
      { parameter: 'Last-Event-ID', detail: 'must be the id of an event of this stream' },
    ]);
  return known;
}

function textOf(
  { sequence, events }: LoggedMessage,
  filter: StreamFilter,
  { name, positions }: { readonly name: LogName; readonly positions: StreamPositions },
): string {
  const from = positions[name];
  const skipped = from !== undefined && sequence === from.after + 1 ? from.seen : 0;
  return events
    .map((event, index) =>
      index >= skipped && isWanted(event, filter)
        ? `id: ${idOf({ ...positions, [name]: behind(sequence, index, events.length) })}\nevent: ${event.type}\ndata: ${event.json}\n\n`
        : '',
    )
    .join('');
}

function behind(sequence: number, index: number, count: number): StreamPosition | undefined {
  return positionBehind(eventId(sequence, index, count));
}

function missed(positions: StreamPositions): string {
  const detail = 'events since your last one are no longer kept: read the lists again';
  return `id: ${idOf(positions)}\nevent: stream.EventsMissed\ndata: ${JSON.stringify({ detail })}\n\n`;
}
