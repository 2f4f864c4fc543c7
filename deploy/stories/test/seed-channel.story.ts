import { sampleHost } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import { ChatServer } from './channels/chat-server.ts';
import { seedChannel, wordsOperator } from './channels/seed-channel.ts';
import type { Entity, Page } from './platform/api-client.ts';
import { connect, install } from './platform/steps.ts';
import { startStory, type Story } from './platform/story.ts';

interface Outbound {
  readonly id: string;
  readonly state: string;
}

interface Execution {
  readonly state: string;
}

interface Webhook {
  readonly name: string;
  readonly url: string;
}

const apiKey = 'channel-key-1357924';

describe('the sample channel of the founding guide', () => {
  let chat: ChatServer;
  let story: Story;
  let connectionId: string;
  let address: string;

  const deliver = (body: object): Promise<Response> =>
    fetch(address, { method: 'POST', body: new URLSearchParams({ ...body }) });
  const receivedSince = async (since: number): Promise<Record<string, unknown>[]> =>
    (await story.events('COMMUNICATION', since))
      .filter(({ type }) => type === 'communication.MessageReceived')
      .map(({ data }) => data);
  const send = (content: object, key: string): Promise<Outbound> =>
    story.client.post<Outbound>(`/channels/${connectionId}/messages`, content, {
      'Idempotency-Key': key,
    });
  const settled = (id: string): Promise<Outbound> =>
    eventually(
      async () => {
        const found = await story.client.get<Outbound>(`/channels/${connectionId}/messages/${id}`);
        if (['queued', 'sending'].includes(found.state)) throw new Error(`it is ${found.state}`);
        return found;
      },
      { timeoutMs: 60_000 },
    );

  beforeAll(async () => {
    const started = await ChatServer.start();
    chat = started.chat;
    story = await startStory({ [sampleHost]: started.server });
    const pluginId = await install(story.admin, seedChannel());
    connectionId = await connect(story.admin, pluginId, { apiKey });
    const { webhooks } = await story.admin.post<{ webhooks: Webhook[] }>(
      `/connections/${connectionId}/webhook-token`,
    );
    address = webhooks[0]?.url ?? '';
  });
  afterAll(async () => {
    await story?.stop();
    await chat?.stop();
  });

  it('hears of a message once, however often it is delivered', async () => {
    const since = await story.lastSequence('COMMUNICATION');
    const message = { From: '+15550001111', Body: 'Hello there', MessageSid: 'SM1' };
    const answers = await Promise.all([message, message, message].map(deliver));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await eventually(
      async () =>
        expect(await receivedSince(since)).toMatchObject([
          { external_id: 'SM1', from: '+15550001111', body: 'Hello there' },
        ]),
      { timeoutMs: 60_000 },
    );
    const { data } = await story.client.get<{ data: Entity[] }>('/messages');
    expect(data).toMatchObject([
      { body: 'Hello there', sender: '+15550001111', direction: 'inbound' },
    ]);
    await eventually(async () =>
      expect(await story.client.all<Entity>('/conversations')).toMatchObject([
        { message_count: 1 },
      ]),
    );
  });

  it('answers nobody who does not know the address', async () => {
    const [path = '', token = ''] = address.split('~');
    for (const url of [path, `${path}~${token.slice(1)}a`, `${path}x~${token}`]) {
      const { status } = await fetch(url, { method: 'POST', body: 'From=x' });
      expect([401, 404]).toContain(status);
    }
  });

  it('calls the provider once for one key, a hundred times in parallel', async () => {
    const keys = Array.from({ length: 100 }, () => 'one-key');
    const content = { to: '+15550001111', body: 'once' };
    const answers = await Promise.all(keys.map((key) => send(content, key)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await settled(answers[0]?.id ?? '')).toMatchObject({ state: 'sent' });
    expect(chat.sent('once')).toMatchObject([
      { path: '/messages', authorization: `Bearer ${apiKey}`, body: { to: '+15550001111' } },
    ]);
  });

  it('tries again what the provider put off, and not what it may have taken', async () => {
    chat.answers.push(429);
    const putOff = await send({ to: '+15550001111', body: 'later' }, 'later');
    expect(await settled(putOff.id)).toMatchObject({ state: 'sent' });
    expect(chat.sent('later')).toHaveLength(2);
    chat.answers.push('silent');
    const lost = await send({ to: '+15550001111', body: 'lost' }, 'lost');
    expect(await settled(lost.id)).toMatchObject({ state: 'unknown' });
    expect(chat.sent('lost')).toHaveLength(1);
  });

  it('places a call', async () => {
    const path = `/channels/${connectionId}/calls`;
    const call = await story.client.post<Outbound>(path, { to: '+15550001111', from: '+1555' });
    await eventually(
      async () =>
        expect(await story.client.get(`${path}/${call.id}`)).toMatchObject({
          state: 'sent',
          external_id: 'CA1',
        }),
      { timeoutMs: 60_000 },
    );
  });

  it('has a rule with an operator of a plugin answer, once', async () => {
    await connect(story.admin, await install(story.admin, wordsOperator()), {});
    await story.admin.post('/rules', {
      name: 'Thank for details',
      definition: {
        on: ['communication.MessageReceived'],
        when: {
          all: [
            { fact: 'channel_type', operator: 'equal', value: 'my-channel' },
            { fact: 'body', operator: 'plugin:com.example.words/hasWords', value: 3 },
          ],
        },
        then: [
          {
            type: 'send_message',
            connection: '{{connection_id}}',
            to: '{{from}}',
            body: 'Thank you, {{from}}.',
          },
        ],
      },
    });
    await deliver({ From: '+15550002222', Body: 'short', MessageSid: 'SM2' });
    await deliver({ From: '+15550003333', Body: 'this is rather long', MessageSid: 'SM3' });
    await eventually(() => expect(chat.sent('Thank you, +15550003333.')).toHaveLength(1), {
      timeoutMs: 90_000,
    });
    // The message may be at the provider before the rule has noted that it was taken.
    await eventually(async () => {
      const { data } = await story.admin.get<Page<Execution>>('/rule-executions');
      expect(data.map(({ state }) => state).toSorted()).toEqual(['done', 'not_matched']);
    });
    expect(chat.sent('Thank you, +15550003333.')).toHaveLength(1);
    expect(chat.sent('Thank you, +15550002222.')).toEqual([]);
  });

  it('holds no secret in any log', () => {
    expect(story.logText()).not.toContain(apiKey);
    expect(story.logText()).not.toContain(address.split('~')[1] ?? 'no token');
  });
});
