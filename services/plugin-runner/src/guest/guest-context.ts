import type { AbortController } from './web-apis/abort.ts';
import type { RecordPump } from './records/generator-pump.ts';
import { GuestError } from './guest-error.ts';
import { guestFiles, guestHttp } from './guest-http.ts';
import type { GuestLogger } from './guest-logger.ts';
import { checkpointRecord, eventRecord } from './records/guest-record.ts';
import type { HostCalls } from './host-calls.ts';
import type { MigrateCheckpoint } from './migrate-checkpoint.ts';
import type { GuestLimits, HostFunctions } from './host-functions.ts';
import { defineProperty, freeze, get, isArray, keys, parse, stringify } from './primordials.ts';

export interface ContextParts {
  readonly calls: HostCalls;
  readonly pump: RecordPump;
  readonly logger: GuestLogger;
  readonly digest: HostFunctions['digest'];
  readonly limits: GuestLimits;
  readonly stopping: AbortController;
  readonly migrate: MigrateCheckpoint;
}

/** The `context` of a plugin: frozen, and made of functions that only pass on text; `more` takes the place of its parts. */
export function guestContext(configText: string, parts: ContextParts, more: object = {}): object {
  const { calls, logger, stopping } = parts;
  return freeze({
    config: deepFrozen(parse(configText)),
    logger,
    http: guestHttp(calls),
    files: guestFiles(calls),
    data: freeze({
      query: async (table: unknown, query: unknown) =>
        entityPage(await calls.ask('query', { table, query })),
      getById: (table: unknown, id: unknown) => calls.ask('getById', { table, id }),
    }),
    emitEvent: emitter(parts),
    checkpoint: checkpoints(parts),
    crypto: digests(parts.digest),
    signal: stopping.signal,
    ...more,
  });
}

/** What a short call has instead of what a sync has: a checkpoint that it can only read, and the webhook that it is for. */
export function invocationParts(parts: ContextParts, webhook: unknown): object {
  return {
    checkpoint: freeze({
      ...checkpoints(parts),
      save: refuseCheckpoint,
      reset: refuseCheckpoint,
    }),
    ...(webhook === undefined ? {} : { webhook: deepFrozen(webhook) }),
  };
}

async function refuseCheckpoint(): Promise<never> {
  throw new GuestError(
    'sandbox.no_checkpoint',
    'only sync saves and resets checkpoints: leave them out of webhooks and sends',
  );
}

/** The array that plugins know; where the next page begins is a property that neither JSON nor comparisons show. */
function entityPage(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return [];
  const entities: unknown = get(answer, 'entities');
  if (!isArray(entities)) return [];
  return defineProperty(entities, 'nextCursor', { value: get(answer, 'nextCursor') });
}

function emitter({
  calls,
  pump,
  limits,
}: ContextParts): (subject: unknown, payload: unknown) => Promise<void> {
  let events = 0;
  return async (subject, payload) => {
    if (typeof subject !== 'string')
      throw new GuestError('sandbox.event_invalid', 'the subject of an event must be a string');
    // Taken now: the plugin may change the object while the host is asked.
    const record = eventRecord(subject, payload, limits.itemBytes);
    await pump.hold(calls.ask('checkEvent', subject));
    if (++events > limits.eventsPerRun)
      throw new GuestError(
        'sandbox.event_limit',
        `a run may emit ${limits.eventsPerRun} events; yield items instead, whose events the platform makes`,
      );
    pump.add(record);
  };
}

/** A state that this run saved is given back without asking; an older one is told apart by the host. */
function checkpoints({ calls, pump, migrate }: ContextParts): object {
  let saved: string | undefined;
  let isPartial = false;
  return freeze({
    get: async (): Promise<unknown> => {
      if (saved !== undefined) return parse(saved);
      const answer = await calls.ask('getCheckpoint', null);
      if (typeof answer !== 'object' || answer === null) return null;
      isPartial ||= get(answer, 'partial') === true;
      const from: unknown = get(answer, 'migrateFrom');
      const state: unknown = get(answer, 'state');
      return typeof from === 'number' ? migrate(state, from) : state;
    },
    save: async (state: unknown): Promise<void> => {
      pump.add(checkpointRecord(state, isPartial));
      saved = stringify(state) ?? 'null';
    },
    reset: async (): Promise<void> => {
      await calls.ask('resetCheckpoint', null);
      isPartial = false;
      pump.add(checkpointRecord(null, false));
      saved = 'null';
    },
  });
}

function digests(digest: HostFunctions['digest']): object {
  const ask = (method: string, ...args: unknown[]): unknown => {
    const answer: unknown = parse(digest(method, stringify(args)));
    if (typeof answer === 'object' && answer !== null && get(answer, 'ok') === true)
      return get(answer, 'value');
    throw new GuestError('sandbox.crypto', `crypto.${method} takes texts of at most 1 MiB`);
  };
  return freeze({
    randomUUID: () => ask('randomUUID'),
    sha256: (text: unknown) => ask('sha256', text),
    hmacSha256: (key: unknown, text: unknown) => ask('hmacSha256', key, text),
  });
}

function deepFrozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const name of keys(value)) deepFrozen(get(value, name));
  return freeze(value);
}
