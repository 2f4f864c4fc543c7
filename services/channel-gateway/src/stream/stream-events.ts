import type { Client } from '../api-keys/api-key.ts';
import type { EntityKind } from '../entities/entity-kind.ts';
import { InvalidParametersError, UnavailableError } from '../errors.ts';
import { connection } from '../parameters/parameter.ts';
import { QueryReader } from '../parameters/query-reader.ts';
import { kinds } from '../parameters/kinds.ts';
import type { EventFeed } from './event-feed.ts';
import type { LogBounds, LoggedEvent, LoggedMessage } from './event-log.ts';
import { eventId, positionBehind, type StreamPosition } from './stream-position.ts';

export const streamParameters = { types: kinds, connection } as const;

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

interface Filter {
  readonly spaceId: string;
  readonly connectionId: string;
  readonly types: readonly EntityKind[];
}

interface Start {
  readonly position: StreamPosition;
  /** Events between the client's position and this one are gone. */
  readonly isBehind: boolean;
}

const reconnectMs = 2000;
const afterErrorLooks = 10;

/** The events of a space as text of server-sent events, from where a client left off, for as long as it listens. */
export class StreamEvents {
  readonly #feed: EventFeed;
  readonly #options: StreamOptions;
  readonly #now: () => number;

  constructor(feed: EventFeed, options: StreamOptions) {
    this.#feed = feed;
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Refuses a wrong request before the first text; the texts end when the signal says so or the key ends. */
  async begin(request: StreamRequest, signal: AbortSignal): Promise<AsyncIterable<string>> {
    const filter = readFilter(request);
    const start = startOf(request.lastEventId, await this.#bounds());
    return this.#follow(request.client, { filter, start }, signal);
  }

  async #bounds(): Promise<LogBounds> {
    try {
      return await this.#feed.bounds();
    } catch (error) {
      throw new UnavailableError(error);
    }
  }

  async *#follow(
    client: Client,
    { filter, start }: { filter: Filter; start: Start },
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    let { position } = start;
    yield `retry: ${String(reconnectMs)}\n\n${start.isBehind ? missed(position) : ''}`;
    let saidMs = this.#now();
    const admission = new Admission(() => this.#isAdmitted(client), this.#options, this.#now);
    while (!signal.aborted) {
      const page = await this.#read(position.after);
      for (const message of page) {
        const text = textOf(message, filter, position);
        position = { after: message.sequence, seen: 0 };
        if (text === '') continue;
        if (!(await admission.holds())) return;
        yield text;
        saidMs = this.#now();
        if (signal.aborted) return;
      }
      if (!(await admission.holds())) return;
      if (this.#now() - saidMs >= this.#options.heartbeatMs) {
        yield heartbeat(position);
        saidMs = this.#now();
      }
      if (page.length === 0) await this.#feed.nextLook();
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

  /** The log may be away for a moment; ending every stream for that would bring all clients back at once. */
  async #read(after: number): Promise<readonly LoggedMessage[]> {
    try {
      return await this.#feed.after(after);
    } catch (error) {
      this.#options.onError(error);
      for (let n = 0; n < afterErrorLooks; n++) await this.#feed.nextLook();
      return [];
    }
  }
}

/** Whether the key is still good, asked again after a while, however much there is to say. */
class Admission {
  readonly #ask: () => Promise<boolean>;
  readonly #everyMs: number;
  readonly #now: () => number;
  #askedMs: number;

  constructor(
    ask: () => Promise<boolean>,
    { heartbeatMs }: Pick<StreamOptions, 'heartbeatMs'>,
    now: () => number,
  ) {
    this.#ask = ask;
    this.#everyMs = heartbeatMs;
    this.#now = now;
    this.#askedMs = now();
  }

  async holds(): Promise<boolean> {
    if (this.#now() - this.#askedMs < this.#everyMs) return true;
    this.#askedMs = this.#now();
    return this.#ask();
  }
}

function readFilter({ client, query, lastEventId }: StreamRequest): Filter {
  const reader = new QueryReader(query);
  const filter = {
    spaceId: client.spaceId,
    types: reader.read(streamParameters.types),
    connectionId: reader.read(streamParameters.connection),
  };
  reader.check();
  if (lastEventId !== undefined && positionBehind(lastEventId) === undefined)
    throw new InvalidParametersError([
      { parameter: 'Last-Event-ID', detail: 'must be the id of an event of this stream' },
    ]);
  return filter;
}

function startOf(lastEventId: string | undefined, { first, last }: LogBounds): Start {
  const known = positionBehind(lastEventId ?? '');
  if (known === undefined) return { position: { after: last, seen: 0 }, isBehind: false };
  // Numbers begin anew when the streams were made anew.
  if (known.after + Math.sign(known.seen) > last)
    return { position: { after: last, seen: 0 }, isBehind: true };
  if (known.after < first - 1) return { position: { after: first - 1, seen: 0 }, isBehind: true };
  return { position: known, isBehind: false };
}

function textOf({ sequence, events }: LoggedMessage, filter: Filter, from: StreamPosition): string {
  const skipped = sequence === from.after + 1 ? from.seen : 0;
  return events
    .map((event, index) =>
      index >= skipped && isWanted(event, filter)
        ? `id: ${eventId(sequence, index, events.length)}\nevent: ${event.type}\ndata: ${event.json}\n\n`
        : '',
    )
    .join('');
}

function isWanted(event: LoggedEvent, { spaceId, connectionId, types }: Filter): boolean {
  if (event.spaceId !== spaceId || event.type === '') return false;
  if (connectionId !== '' && event.connectionId !== connectionId) return false;
  return types.length === 0 || types.some(({ name }) => isAbout(event.type, name));
}

/** `data.PersonCreated` is about a Person, `data.PersonsLinked` is not. */
function isAbout(type: string, name: string): boolean {
  return type.startsWith(`data.${name}`) && /^[A-Z]/u.test(type.slice(`data.${name}`.length));
}

/** An id without an event: the client's place moves on although nothing was for it. */
function heartbeat({ after, seen }: StreamPosition): string {
  return seen === 0 ? `: heartbeat\nid: ${String(after)}\n\n` : ': heartbeat\n\n';
}

function missed({ after }: StreamPosition): string {
  const detail = 'events since your last one are no longer kept: read the lists again';
  return `id: ${String(after)}\nevent: stream.EventsMissed\ndata: ${JSON.stringify({ detail })}\n\n`;
}
