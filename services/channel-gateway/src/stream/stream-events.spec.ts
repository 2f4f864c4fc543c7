import { anEvent } from '../../test/api/event-log.contract.ts';
import type { Client } from '../api-keys/api-key.ts';
import { InvalidParametersError, UnavailableError } from '../errors.ts';
import { EventFeed } from './event-feed.ts';
import type { LoggedEvent } from './event-log.ts';
import { MemoryEventLog } from './memory-event-log.ts';
import type { LogName } from './stream-position.ts';
import { StreamEvents } from './stream-events.ts';

const reader: Client = {
  keyId: 'k',
  spaceId: 'default',
  scopes: ['events:read', 'messages:read'],
};

interface Listening {
  lastEventId?: string;
  query?: object;
  client?: Client;
}

describe('StreamEvents', () => {
  let log: MemoryEventLog;
  let communication: MemoryEventLog | undefined;
  let nowMs: number;
  let isAdmitted: () => Promise<boolean>;
  let faults: unknown[];
  let stop: AbortController;

  const logs = (): [LogName, MemoryEventLog][] =>
    communication === undefined
      ? [['DATA', log]]
      : [
          ['DATA', log],
          ['COMMUNICATION', communication],
        ];
  const begin = ({ lastEventId, query = {}, client = reader }: Listening = {}) =>
    new StreamEvents(new Map(logs().map(([name, each]) => [name, new EventFeed(each, 1)])), {
      heartbeatMs: 1000,
      isAdmitted: () => isAdmitted(),
      now: () => nowMs,
      onError: (error) => faults.push(error),
    }).begin({ client, query, lastEventId }, stop.signal);

  /** The texts that come until one of them contains a text. */
  const collect = async (texts: AsyncIterable<string>, wanted: string): Promise<string[]> => {
    const seen: string[] = [];
    for await (const part of texts) {
      seen.push(part);
      if (part.includes(wanted)) break;
    }
    return seen;
  };
  /** The same without the opening one. */
  const until = async (texts: AsyncIterable<string>, wanted: string): Promise<string[]> =>
    (await collect(texts, wanted)).slice(1);
  const text = (id: string, event: LoggedEvent): string =>
    `id: ${id}\nevent: ${event.type}\ndata: ${event.json}\n\n`;
  const [a, b, c, end] = [anEvent('a'), anEvent('b'), anEvent('c'), anEvent('end')];

  beforeEach(() => {
    log = new MemoryEventLog();
    communication = undefined;
    nowMs = 0;
    isAdmitted = () => Promise.resolve(true);
    faults = [];
    stop = new AbortController();
  });

  it('begins with now', async () => {
    log.append([a]);
    const texts = await begin();
    log.append([b]);
    expect(await until(texts, '"b"')).toEqual([text('2', b)]);
  });

  it('goes on behind the last event, also in the middle of a message', async () => {
    log.append([a, b, c]);
    log.append([end]);
    const from = async (lastEventId: string) =>
      (await until(await begin({ lastEventId }), '"end"')).join('');
    expect(await from('0')).toBe(text('1.1', a) + text('1.2', b) + text('1', c) + text('2', end));
    expect(await from('1.2')).toBe(text('1', c) + text('2', end));
    expect(await from('1')).toBe(text('2', end));
  });

  it('shows nothing of another space, and nothing that says no space', async () => {
    log.append([anEvent('x', { spaceId: 'other' }), a, anEvent('y', { spaceId: '' }), end]);
    const seen = await until(await begin({ lastEventId: '0' }), '"end"');
    expect(seen).toEqual([text('1.2', a) + text('1', end)]);
  });

  it('shows only what is asked for', async () => {
    const message = anEvent('m', { type: 'data.MessageUpdated' });
    const linked = anEvent('l', { type: 'data.PersonsLinked' });
    log.append([a, message, linked, anEvent('o', { connectionId: 'other' })]);
    log.append([end]);
    const seen = async (query: object): Promise<unknown[]> => {
      const sent = (await until(await begin({ lastEventId: '0', query }), '"end"')).join('');
      return [...sent.matchAll(/data: \{"id":"(\w+)"/gu)].map(([, id]) => id);
    };
    expect(await seen({})).toEqual(['a', 'm', 'l', 'o', 'end']);
    expect(await seen({ type: 'person' })).toEqual(['a', 'o', 'end']);
    expect(await seen({ type: 'person,message', connection: 'connection-1' })).toEqual([
      'a',
      'm',
      'end',
    ]);
  });

  describe('of several logs', () => {
    const sent = anEvent('sent', { type: 'communication.MessageSent' });
    const failed = anEvent('failed', { type: 'communication.MessageFailed' });
    const from = async (listening: Listening, wanted: string) =>
      (await until(await begin(listening), wanted)).join('');

    beforeEach(() => {
      communication = new MemoryEventLog();
      log.append([a, b]);
      communication.append([sent]);
      communication.append([failed]);
    });

    it('goes on in each of them behind the last event', async () => {
      const all = await from({ lastEventId: '0' }, '"failed"');
      expect(all).toBe(
        text('1.1~m0', a) + text('1~m0', b) + text('1~m1', sent) + text('1~m2', failed),
      );
      expect(await from({ lastEventId: '1.1~m0' }, '"failed"')).toBe(
        text('1~m0', b) + text('1~m1', sent) + text('1~m2', failed),
      );
      expect(await from({ lastEventId: '1~m1' }, '"failed"')).toBe(text('1~m2', failed));
    });

    it('takes a bare number for one of data, and begins with now in the others', async () => {
      const texts = await begin({ lastEventId: '1.1' });
      communication?.append([end]);
      expect((await until(texts, '"end"')).join('')).toBe(text('1~m2', b) + text('1~m3', end));
    });

    it('keeps its place in what a client does not hear now', async () => {
      const query = { subjects: 'communication.*Failed,communication.MessageFailed' };
      await expect(begin({ query })).rejects.toThrow(InvalidParametersError);
      const heard = { lastEventId: '1.1~m0', query: { subjects: 'communication.MessageFailed' } };
      expect(await from(heard, '"failed"')).toBe(text('1.1~m2', failed));
    });

    it.each([
      ['communication.*', ['sent', 'failed', 'end']],
      ['communication.MessageSent,communication.MessageReceived', ['sent', 'end']],
      ['*.PersonCreated,communication.MessageReceived', ['a', 'b', 'end']],
      ['>', ['a', 'b', 'sent', 'failed', 'end']],
      ['communication.>', ['sent', 'failed', 'end']],
    ])('shows the subjects %s', async (subjects, expected) => {
      communication?.append([{ ...end, type: 'communication.MessageReceived' }]);
      const shown = await from({ lastEventId: '0', query: { subjects } }, '"end"');
      expect([...shown.matchAll(/data: \{"id":"(\w+)"/gu)].map(([, id]) => id)).toEqual(expected);
    });

    it('shows nothing of what is written to a key that may not read messages', async () => {
      const listener: Client = { ...reader, scopes: ['events:read', 'data:read', 'messages:send'] };
      log.append([sent, end]);
      for (const subjects of ['>', '*.PersonCreated,rules.>']) {
        const heard = { lastEventId: '0', client: listener, query: { subjects } };
        const shown = await from(heard, '"end"');
        expect(shown).toContain('"b"');
        expect(shown).not.toContain('communication.');
      }
      const asking = { client: listener, query: { subjects: 'data.*,communication.*' } };
      await expect(begin(asking)).rejects.toThrow('messages:read');
    });

    it('says when events of any of them are gone', async () => {
      communication?.forgetBefore(3);
      const [opening] = await collect(await begin({ lastEventId: '1~m1' }), 'retry');
      expect(opening).toContain('id: 1~m2\nevent: stream.EventsMissed');
    });
  });

  it('says when events are gone, and goes on with what there is', async () => {
    for (const event of [a, b, end]) log.append([event]);
    log.forgetBefore(3);
    const [missed = '', ...seen] = await collect(await begin({ lastEventId: '1' }), '"end"');
    expect(missed).toContain('id: 2\nevent: stream.EventsMissed\ndata: {"detail":');
    expect(seen).toEqual([text('3', end)]);
    const [nothing] = await collect(await begin({ lastEventId: '2' }), '"end"');
    expect(nothing).toBe('retry: 2000\n\n');
  });

  it.each(['99', '4.1'])('says so, too, when the log began anew since %s', async (lastEventId) => {
    for (const event of [a, b, c]) log.append([event]);
    const texts = await begin({ lastEventId });
    log.append([end]);
    const [missed, ...seen] = await collect(texts, '"end"');
    expect(missed).toContain('id: 3\nevent: stream.EventsMissed');
    expect(seen).toEqual([text('4', end)]);
  });

  it('tells a client that hears nothing where it is', async () => {
    const texts = await begin();
    log.append([anEvent('x', { spaceId: 'other' })]);
    setTimeout(() => {
      nowMs = 1000;
    }, 20);
    expect(await until(texts, 'heartbeat')).toEqual([': heartbeat\nid: 1\n\n']);
  });

  it.each([
    ['has ended', () => Promise.resolve(false)],
    ['cannot be looked up', () => Promise.reject(new Error('away'))],
  ])('ends when the key %s', async (_, answer) => {
    isAdmitted = answer;
    nowMs = 0;
    const texts = await begin();
    setTimeout(() => {
      nowMs = 1000;
    }, 20);
    expect(await until(texts, 'never')).toEqual([]);
  });

  it('ends when the key has ended although there is always something to say', async () => {
    isAdmitted = () => Promise.resolve(nowMs < 3000);
    log.append([a]);
    const seen: string[] = [];
    for await (const part of await begin({ lastEventId: '0' })) {
      seen.push(part);
      nowMs += 400;
      if (seen.length < 50) log.append([b]);
    }
    expect(seen.length).toBeLessThan(12);
    expect(seen.join('')).not.toContain('heartbeat');
  });

  it('ends when it is told to', async () => {
    const texts = await begin();
    setTimeout(() => stop.abort(), 10);
    expect(await until(texts, 'never')).toEqual([]);
  });

  it('waits while the log is away, and misses nothing', async () => {
    const texts = await begin();
    const fault = new Error('away');
    log.after = () => {
      Reflect.deleteProperty(log, 'after');
      return Promise.reject(fault);
    };
    log.append([end]);
    expect(await until(texts, '"end"')).toEqual([text('1', end)]);
    expect(faults).toEqual([fault]);
  });

  it('does not begin while the log is away', async () => {
    log.bounds = () => Promise.reject(new Error('away'));
    await expect(begin()).rejects.toThrow(UnavailableError);
  });

  it.each([
    { lastEventId: 'x' },
    { lastEventId: '' },
    { lastEventId: '1~x2' },
    { lastEventId: '1~m2~m3' },
    { query: { subjects: 'data.>.x' } },
    { query: { subjects: '' } },
    { query: { subjects: 'communication.MessagReceived' } },
    { query: { subjects: 'foo.*' } },
    { query: { type: 'persons' } },
    { query: { since: '1' } },
  ])('refuses %j', async (listening) => {
    await expect(begin(listening)).rejects.toThrow(InvalidParametersError);
  });
});
