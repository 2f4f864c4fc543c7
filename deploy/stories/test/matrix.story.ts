import { pluginIn } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import type { Entity } from './platform/api-client.ts';
import { connect, fileContent, install } from './platform/steps.ts';
import { startStory, type Story } from './platform/story.ts';
import { Homeserver, matrixHost } from './matrix/homeserver.ts';
import type { MatrixUser } from './matrix/matrix-user.ts';

interface Outbound {
  readonly id: string;
  readonly state: string;
}

describe('the Matrix channel, with a homeserver that none of us wrote', () => {
  let homeserver: Homeserver;
  let story: Story;
  let ada: MatrixUser;
  let account: MatrixUser;
  let connectionId: string;
  let room: string;

  const stored = (): Promise<Entity[]> => story.client.all<Entity>('/messages?limit=200');
  const inRoom = async (): Promise<string[]> =>
    (await ada.messages(room)).map(({ content }) => String(content['body']));
  const send = (content: object, key: string): Promise<Outbound> =>
    story.client.post<Outbound>(`/channels/${connectionId}/messages`, content, {
      'Idempotency-Key': key,
    });
  const outbound = (id: string): Promise<Outbound> =>
    story.client.get<Outbound>(`/channels/${connectionId}/messages/${id}`);
  const received = async (since: number): Promise<unknown[]> =>
    (await story.events('COMMUNICATION', since))
      .filter(({ type }) => type === 'communication.MessageReceived')
      .map(({ data }) => data['body']);

  beforeAll(async () => {
    homeserver = await Homeserver.start();
    [ada, account] = await Promise.all([homeserver.addUser('ada'), homeserver.addUser('platform')]);
    room = await ada.makeRoom('Analytical Engine', [account.id]);
    await account.join(room);
    await ada.say(room, 'written before anybody listened');
    story = await startStory({ [matrixHost]: homeserver });
    const pluginId = await install(story.admin, pluginIn('channels/matrix'));
    connectionId = await connect(story.admin, pluginId, { accessToken: account.token });
  });
  afterAll(async () => {
    await story?.stop();
    await homeserver?.stop();
  });

  it('brings what was said before as messages, and tells nobody of it as news', async () => {
    await eventually(
      async () => {
        expect((await stored()).map((message) => message['body'])).toEqual([
          'written before anybody listened',
        ]);
      },
      { timeoutMs: 90_000 },
    );
    expect(await received(0)).toEqual([]);
  });

  it('tells of a message once, and stores it with its conversation', async () => {
    const since = await story.lastSequence('COMMUNICATION');
    const eventId = await ada.say(room, 'Can it do sums?');
    await eventually(async () => expect(await received(since)).toEqual(['Can it do sums?']), {
      timeoutMs: 60_000,
    });
    const message = (await stored()).find(({ source }) => source.external_id === eventId);
    expect(message).toMatchObject({
      body: 'Can it do sums?',
      sender: ada.id,
      direction: 'inbound',
      channel_type: 'matrix',
      thread_id: room,
    });
    await eventually(async () => {
      const conversations = await story.client.all<Entity>('/conversations');
      expect(conversations).toMatchObject([{ message_count: 2, source: { external_id: room } }]);
    });
  });

  it('sends once under one key, and knows what it sent when it comes back', async () => {
    const [first, second] = await Promise.all([
      send({ to: room, body: 'It can.' }, 'answer-1'),
      send({ to: room, body: 'It can.' }, 'answer-1'),
    ]);
    expect(second?.id).toBe(first?.id);
    await eventually(
      async () => expect(await outbound(first.id)).toMatchObject({ state: 'sent' }),
      {
        timeoutMs: 60_000,
      },
    );
    expect((await inRoom()).filter((body) => body === 'It can.')).toHaveLength(1);
    await eventually(async () => {
      const own = (await stored()).filter((message) => message['body'] === 'It can.');
      expect(own).toMatchObject([{ direction: 'outbound', thread_id: room }]);
    });
  });

  it('misses nothing and doubles nothing through an outage, in either direction', async () => {
    const since = await story.lastSequence('COMMUNICATION');
    await homeserver.pause();
    const sends = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        send({ to: room, body: `out ${String(index)}` }, `outage-${String(index)}`),
      ),
    );
    await homeserver.resume();
    // More than one batch of a sync holds, so that it has a gap.
    const said = Array.from({ length: 120 }, (_, index) => `in ${String(index)}`);
    for (const body of said) await ada.say(room, body);
    await eventually(
      async () => {
        const states = await Promise.all(sends.map(({ id }) => outbound(id)));
        expect(states.map(({ state }) => state)).toEqual(Array(5).fill('sent'));
        expect(await received(since)).toEqual(said);
      },
      { timeoutMs: 180_000, everyMs: 500 },
    );
    const out = (await inRoom()).filter((body) => body.startsWith('out '));
    expect(out.toSorted()).toEqual(['out 0', 'out 1', 'out 2', 'out 3', 'out 4']);
  });

  it('follows edits and deletions, and keeps files', async () => {
    const picture = Buffer.from('not really a picture');
    const uri = await ada.upload(picture);
    await ada.send(room, { msgtype: 'm.image', body: 'engine.png', url: uri });
    const mistaken = await ada.say(room, 'speling');
    const gone = await ada.say(room, 'never mind');
    await ada.send(room, {
      msgtype: 'm.text',
      body: '* spelling',
      'm.new_content': { msgtype: 'm.text', body: 'spelling' },
      'm.relates_to': { rel_type: 'm.replace', event_id: mistaken },
    });
    await ada.redact(room, gone);
    await eventually(
      async () => {
        const messages = await stored();
        const bodies = messages.map((message) => message['body']);
        expect(bodies).toContain('spelling');
        expect(bodies).not.toContain('speling');
        expect(bodies).not.toContain('never mind');
        const [attachment] = (messages.find((message) => message['body'] === 'engine.png')?.[
          'attachments'
        ] ?? []) as { file_id: string }[];
        expect((await fileContent(story, attachment?.file_id)).content).toEqual(picture);
      },
      { timeoutMs: 90_000 },
    );
  });

  it('sends a text with a stored file', async () => {
    const picture = (await stored()).find((message) => message['body'] === 'engine.png');
    const attachments = (picture?.['attachments'] ?? []) as { file_id: string }[];
    const sent = await send(
      {
        to: room,
        body: 'Here it is',
        attachments: attachments.map(({ file_id }) => ({ file_id })),
      },
      'with-file',
    );
    await eventually(async () => expect(await outbound(sent.id)).toMatchObject({ state: 'sent' }), {
      timeoutMs: 60_000,
    });
    const [text, file] = (await ada.messages(room)).slice(-2);
    expect(text?.content['body']).toBe('Here it is');
    expect(file?.content).toMatchObject({
      msgtype: 'm.file',
      url: expect.stringMatching(/^mxc:/u) as unknown,
    });
  });
});
