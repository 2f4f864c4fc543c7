import type { Bus } from '@made-open/bus';
import {
  PersonCreatedSchema,
  PersonDeletedSchema,
  MessageCreatedSchema,
  MessageSentSchema,
  RuleTriggeredSchema,
} from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { request, type IncomingMessage } from 'node:http';
import { JetStreamEventLog } from '../../src/stream/jet-stream-event-log.ts';
import { eventLogContract } from './event-log.contract.ts';
import { Gateway, keyOf, bootstrapId } from '../gateway.ts';

let gateway: Gateway;
let etl: Bus;
const open = new Set<Listener>();

beforeAll(async () => {
  gateway = await Gateway.start({ STREAMS_PER_KEY: '2', STREAM_HEARTBEAT_MS: '200' });
  etl = await gateway.platform.bus('etl');
});
afterEach(() => {
  for (const listener of open) listener.close();
});
afterAll(() => gateway?.stop());

interface Listening {
  readonly key?: string;
  readonly lastEventId?: string;
  readonly query?: string;
}

/** A client of the stream, over a connection of its own. */
class Listener {
  text = '';
  isOver = false;
  readonly answer: IncomingMessage;

  constructor(answer: IncomingMessage) {
    this.answer = answer;
    answer.setEncoding('utf8').on('data', (part: string) => {
      this.text += part;
    });
    answer.on('close', () => {
      this.isOver = true;
      open.delete(this);
    });
    open.add(this);
  }

  static async open(listening: Listening = {}): Promise<Listener> {
    const { key = keyOf(bootstrapId), lastEventId, query = '' } = listening;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request(`http://127.0.0.1:${String(gateway.service.port)}/v1/stream${query}`, {
      agent: false,
      headers: {
        Authorization: `Bearer ${key}`,
        ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
      },
    })
      .on('response', resolve)
      .on('error', reject)
      .end();
    return new Listener(await promise);
  }

  /** Names of the persons and messages that came. */
  get names(): string[] {
    return this.#all(/"(?:display_name|subject)":"(\w+)"/gu);
  }

  get ids(): string[] {
    return this.#all(/^id: (\S+)\nevent: /gmu);
  }

  close(): void {
    this.answer.destroy();
  }

  #all(pattern: RegExp): string[] {
    return [...this.text.matchAll(pattern)].map(([, found]) => found ?? '');
  }
}

const origin = (spaceId: string, connectionId = 'connection-1') => ({
  entityId: crypto.randomUUID(),
  spaceId,
  connectionId,
  version: 1,
});

function person(name: string, spaceId = 'default', connectionId?: string) {
  return { message: { entity: origin(spaceId, connectionId), person: { displayName: name } } };
}

describe('JetStreamEventLog', () => {
  const unreadable: number[] = [];

  eventLogContract(async () => {
    const nats = await gateway.platform.administrator();
    await nats.request('$JS.API.STREAM.PURGE.DATA', '');
    const stored = (await gateway.platform.bus('channel-gateway')).stored('DATA');
    return {
      log: new JetStreamEventLog(stored, (sequence) => unreadable.push(sequence)),
      append: (events) =>
        etl.publishRaw('data.PersonCreated', `[${events.map(({ json }) => json).join(',')}]`),
      forgetBefore: async (sequence) => {
        await nats.request('$JS.API.STREAM.PURGE.DATA', JSON.stringify({ seq: sequence }));
      },
    };
  });

  it('goes on behind a message that holds no events, and tells of it', async () => {
    const log = new JetStreamEventLog(
      (await gateway.platform.bus('channel-gateway')).stored('DATA'),
      (sequence) => unreadable.push(sequence),
    );
    const { last } = await log.bounds();
    await etl.publishRaw('data.PersonCreated', 'no batch');
    expect(await log.after(last)).toEqual([{ sequence: last + 1, events: [] }]);
    expect(unreadable).toEqual([last + 1]);
  });
});

describe('/v1/stream', () => {
  it('sends each event of the space as it comes', async () => {
    const listener = await Listener.open();
    expect(listener.answer.statusCode).toBe(200);
    expect(listener.answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'private, no-cache',
    });
    await etl.publishEvents(PersonCreatedSchema, [
      person('Ada'),
      person('Stranger', 'other'),
      person('Grace'),
    ]);
    await etl.publishEvents(PersonDeletedSchema, [{ message: { entity: origin('default') } }]);
    await eventually(() => expect(listener.text).toContain('event: data.PersonDeleted'));
    expect(listener.names).toEqual(['Ada', 'Grace']);
    expect(listener.text).not.toContain('Stranger');
    const [, json = ''] = /^data: (.*)$/mu.exec(listener.text) ?? [];
    expect(JSON.parse(json)).toMatchObject({
      specversion: '1.0',
      type: 'data.PersonCreated',
      data: { entity: { space_id: 'default' }, person: { display_name: 'Ada' } },
    });
  });

  it('goes on from where a client was, with nothing lost and nothing twice', async () => {
    const first = await Listener.open();
    await etl.publishEvents(PersonCreatedSchema, [person('A'), person('B'), person('C')]);
    await eventually(() => expect(first.names).toEqual(['A', 'B', 'C']));
    first.close();
    await etl.publishEvents(PersonCreatedSchema, [person('D')]);
    for (const [seen, lastEventId = ''] of first.ids.entries()) {
      const again = await Listener.open({ lastEventId });
      await eventually(() => expect(again.names).toEqual(['A', 'B', 'C', 'D'].slice(seen + 1)));
      again.close();
    }
  });

  it('sends a client only what it asks for', async () => {
    const listener = await Listener.open({ query: '?type=message&connection=wanted' });
    const message = (subject: string, connectionId: string) => ({
      message: { entity: origin('default', connectionId), message: { subject } },
    });
    await etl.publishEvents(PersonCreatedSchema, [person('Ada', 'default', 'wanted')]);
    await etl.publishEvents(MessageCreatedSchema, [message('Other', 'other')]);
    await etl.publishEvents(MessageCreatedSchema, [message('Hello', 'wanted')]);
    await eventually(() => expect(listener.names).toEqual(['Hello']));
  });

  it('sends what is sent, and what rules do, to who asks for it', async () => {
    const listener = await Listener.open({ query: '?subjects=communication.*Sent' });
    expect(listener.answer.statusCode).toBe(400);
    const heard = await Listener.open({ query: '?subjects=communication.MessageSent,rules.>' });
    const sender = await gateway.platform.bus('channel-gateway');
    const rules = await gateway.platform.bus('rules');
    const state = { outboundId: 'o1', connectionId: 'c1', spaceId: 'default', body: 'Hello' };
    await etl.publishEvents(PersonCreatedSchema, [person('Ada')]);
    await sender.publishEvents(MessageSentSchema, [
      { message: { message: { ...state, spaceId: 'other', body: 'Secret' } } },
      { message: { message: state } },
    ]);
    await eventually(() => expect(heard.text).toContain('event: communication.MessageSent'));
    await rules.publishEvents(RuleTriggeredSchema, [
      { message: { ruleId: 'r1', spaceId: 'default' } },
    ]);
    await eventually(() => expect(heard.text).toContain('event: rules.RuleTriggered'));
    expect(heard.text).toContain('Hello');
    expect(heard.text).not.toMatch(/Secret|Ada/u);
    const [first = ''] = heard.ids;
    const again = await Listener.open({ lastEventId: first });
    await eventually(() => expect(again.text).toContain('event: rules.RuleTriggered'));
    expect(again.text).not.toContain('MessageSent');
  });

  it('keeps a quiet stream open and tells where it is', async () => {
    const listener = await Listener.open();
    await etl.publishEvents(PersonCreatedSchema, [person('Stranger', 'other')]);
    const { last } = await (await gateway.platform.bus('channel-gateway')).stored('DATA').bounds();
    await eventually(() => expect(listener.text).toContain(`: heartbeat\nid: ${String(last)}~m`));
    expect(listener.names).toEqual([]);
  });

  it('gives a key no more streams than its number, and counts those that have ended no more', async () => {
    const key = await gateway.register('manystreams1', { scopes: ['events:read'] });
    const [one] = [await Listener.open({ key }), await Listener.open({ key })];
    const third = await Listener.open({ key });
    expect(third.answer.statusCode).toBe(429);
    expect(third.answer.headers['retry-after']).toBe('5');
    await eventually(() => expect(third.text).toContain('key.too_many_requests'));
    expect((await gateway.health('/metrics')).text).toMatch(
      /made_open_event_streams\{[^}]*\} [2-9]/u,
    );
    one.close();
    await eventually(async () => {
      const again = await Listener.open({ key });
      expect(again.answer.statusCode).toBe(200);
    });
  });

  it('ends when its key is revoked', async () => {
    const key = await gateway.register('revokedkey01', { scopes: ['events:read'] });
    const listener = await Listener.open({ key });
    await gateway.database.db.deleteFrom('api_key').where('id', '=', 'revokedkey01').execute();
    await eventually(() => expect(listener.isOver).toBe(true));
    expect((await Listener.open({ key })).answer.statusCode).toBe(401);
  });

  it('refuses what it does not understand, as a problem', async () => {
    for (const listening of [{ lastEventId: 'x' }, { query: '?type=cat' }, { query: '?x=1' }]) {
      const { answer } = await Listener.open(listening);
      expect(answer.statusCode).toBe(400);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
  });

  it('loses nothing while NATS is away', async () => {
    const listener = await Listener.open();
    await etl.publishEvents(PersonCreatedSchema, [person('Before')]);
    await eventually(() => expect(listener.names).toEqual(['Before']));
    const { pid } = gateway.platform.nats;
    process.kill(pid, 'SIGSTOP');
    try {
      const heartbeats = (): number => listener.text.split('heartbeat').length;
      const before = heartbeats();
      await eventually(() => expect(heartbeats()).toBeGreaterThan(before + 1));
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await etl.publishEvents(PersonCreatedSchema, [person('After')]);
    await eventually(() => expect(listener.names).toEqual(['Before', 'After']));
  });

  it('holds little for a client that does not read', async () => {
    const listener = await Listener.open();
    listener.answer.pause();
    const text = 'x'.repeat(200_000);
    for (let n = 0; n < 100; n++)
      await etl.publishEvents(PersonCreatedSchema, [person(`${text}${String(n)}`)]);
    const lively = await Listener.open();
    await etl.publishEvents(PersonCreatedSchema, [person('Lively')]);
    await eventually(() => expect(lively.names).toEqual(['Lively']));
    listener.answer.resume();
    await eventually(() => expect(listener.names).toHaveLength(101));
  });

  it('ends with the service, at once', async () => {
    const listener = await Listener.open();
    await gateway.service.stop();
    await eventually(() => expect(listener.isOver).toBe(true));
  });
});
