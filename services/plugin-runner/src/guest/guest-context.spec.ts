import { AbortController } from './web-apis/abort.ts';
import { GeneratorPump } from './records/generator-pump.ts';
import { guestContext } from './guest-context.ts';
import { guestLogger } from './guest-logger.ts';
import type { GuestRecord } from './records/guest-record.ts';
import { HostCalls } from './host-calls.ts';

interface Context {
  readonly config: { readonly nested: { key: string } };
  readonly checkpoint: {
    get(): Promise<unknown>;
    save(state: unknown): Promise<void>;
    reset(): Promise<void>;
  };
  readonly crypto: {
    sha256(text: unknown): string;
    hmacSha256(key: unknown, text: unknown): string;
  };
  readonly data: {
    query(table: string, query?: object): Promise<unknown[] & { nextCursor: string | undefined }>;
  };
  readonly emitEvent: (subject: unknown, payload: unknown) => Promise<void>;
}

class RecordingPump extends GeneratorPump {
  readonly records: GuestRecord[] = [];

  override add(record: GuestRecord): void {
    this.records.push(record);
  }
}

describe('guestContext', () => {
  let pump: RecordingPump;
  let asked: string[];
  let saved: unknown;

  function context(): Context {
    pump = new RecordingPump({ itemBytes: 1000, isWaiting: () => false });
    asked = [];
    const calls = new HostCalls({
      apply: async (_receiver, [method, args]) => {
        asked.push(`${method} ${args}`);
        const denied = args === '"secret.Thing"';
        return {
          v: JSON.stringify(
            denied ? { ok: false, code: 'capability.denied' } : { ok: true, value: saved ?? null },
          ),
        };
      },
    });
    return guestContext('{"nested":{"key":"k"}}', {
      calls,
      pump,
      logger: guestLogger(() => undefined, 10).logger,
      digest: (method, args) =>
        method === 'sha256' ? `{"ok":true,"value":${args}}` : '{"ok":false}',
      limits: { itemBytes: 1000, logLinesPerSecond: 10, eventsPerRun: 2 },
      stopping: new AbortController(),
      migrate: (state, from) => [state, from],
    }) as Context;
  }

  it('is frozen with its config, however deep', () => {
    const { config } = context();
    expect(() => (config.nested.key = 'other')).toThrow(TypeError);
  });

  it('emits events once the host agrees, as they were when they were emitted', async () => {
    const { emitEvent } = context();
    const payload = { count: 1 };
    const emitting = emitEvent('connector.Seen', payload);
    payload.count = 2;
    await emitting;
    await expect(emitEvent('secret.Thing', {})).rejects.toMatchObject({
      code: 'capability.denied',
    });
    expect(pump.records).toEqual([
      { kind: 'event', type: '', id: 'connector.Seen', line: '{"count":1}' },
    ]);
    await emitEvent('connector.Seen', {});
    await expect(emitEvent('connector.Seen', {})).rejects.toMatchObject({
      code: 'sandbox.event_limit',
    });
  });

  it('gives back what it saved without asking, and carries on what it went on from', async () => {
    saved = { state: { page: 3 }, partial: true };
    const { checkpoint } = context();
    expect(await checkpoint.get()).toEqual({ page: 3 });
    await checkpoint.save({ page: 4 });
    expect(await checkpoint.get()).toEqual({ page: 4 });
    expect(asked).toEqual(['getCheckpoint null']);
    expect(pump.records.map(({ line }) => line)).toEqual(['{"state":{"page":4},"partial":true}']);
  });

  it('brings what an earlier version saved to the form of this one, until it saves its own', async () => {
    saved = { state: { page: 3 }, partial: false, migrateFrom: 1 };
    const { checkpoint } = context();
    expect(await checkpoint.get()).toEqual([{ page: 3 }, 1]);
    await checkpoint.save({ page: 4 });
    expect(await checkpoint.get()).toEqual({ page: 4 });
  });

  it('begins from nothing after a reset, and says so to the host before it saves', async () => {
    saved = { state: { page: 3 }, partial: true };
    const { checkpoint } = context();
    await checkpoint.get();
    await checkpoint.reset();
    expect(await checkpoint.get()).toBeNull();
    await checkpoint.save({ page: 1 });
    expect(asked).toEqual(['getCheckpoint null', 'resetCheckpoint null']);
    expect(pump.records.map(({ line }) => line)).toEqual([
      '{"state":null,"partial":false}',
      '{"state":{"page":1},"partial":false}',
    ]);
  });

  it('gives entities as an array that also says where the next page begins', async () => {
    const { data } = context();
    saved = { entities: [{ id: 'p1' }], nextCursor: 'c2' };
    const page = await data.query('persons');
    expect([Array.isArray(page), JSON.stringify(page), Object.keys(page)]).toEqual([
      true,
      '[{"id":"p1"}]',
      ['0'],
    ]);
    expect(page.nextCursor).toBe('c2');
    saved = { entities: [] };
    const last = await data.query('persons', { cursor: page.nextCursor });
    expect([last.length, last.nextCursor]).toEqual([0, undefined]);
    expect(asked.at(-1)).toBe('query {"table":"persons","query":{"cursor":"c2"}}');
  });

  it('hands texts to the digests, and says what they take', () => {
    const { crypto } = context();
    expect(crypto.sha256('text')).toEqual(['text']);
    expect(() => crypto.hmacSha256(1, 2)).toThrow(
      expect.objectContaining({ code: 'sandbox.crypto' }),
    );
  });
});
