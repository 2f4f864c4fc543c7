import { ConnectionStore } from '../../src/connections/connection-store.ts';
import { ReplayQuarantine } from '../../src/quarantine/replay-quarantine.ts';
import { begin, countsOf, end, EtlFixture, records } from '../etl-fixture.ts';
import { ChannelFixture, channelGrants, emitted } from './channel-fixture.ts';

/** As the guide to plugins has it. */
const sample = {
  channelType: 'sms',
  externalId: 'SM1',
  from: '+15550001',
  body: 'Hello',
  receivedAt: '2026-01-31T10:00:00+01:00',
};

describe('messages that a channel tells of', () => {
  let etl: EtlFixture;
  let channel: ChannelFixture;

  beforeAll(async () => {
    etl = await EtlFixture.start();
    channel = new ChannelFixture(etl);
  });
  afterAll(async () => {
    await etl?.stop();
  });

  it('are published with the ids of the message and the conversation that they become', async () => {
    const { connection, spaceId } = await channel.connection();
    const outcome = await connection.invoke(
      'i1',
      emitted(['MessageReceived', { ...sample, to: '+15559999', city: 'Oslo' }]),
    );
    expect(countsOf(outcome)).toMatchObject({ items: 1, created: 1, events: 1, quarantined: 0 });
    const [message] = await channel.messages(spaceId);
    const [conversation] = await channel.conversations(spaceId);
    expect(message).toMatchObject({
      externalId: 'SM1',
      direction: 'inbound',
      sender: '+15550001',
      recipients: ['+15559999'],
      body: 'Hello',
      sent_at: '2026-01-31T09:00:00.000Z',
      channel_type: 'sms',
      thread_id: 'sms:+15550001',
      attributes: { city: 'Oslo' },
    });
    expect(conversation).toMatchObject({
      externalId: 'sms:+15550001',
      participants: ['+15550001', '+15559999'],
      message_count: 1,
    });
    const told = await channel.told(connection, 'MessageReceived');
    expect(told).toHaveLength(1);
    expect(told[0]?.data).toEqual({
      connection_id: connection.id,
      space_id: spaceId,
      plugin_id: 'com.example.a',
      channel_type: 'sms',
      external_id: 'SM1',
      from: '+15550001',
      to: ['+15559999'],
      body: 'Hello',
      received_at: '2026-01-31T09:00:00.000Z',
      thread_id: 'sms:+15550001',
      attachments: [],
      attributes: { city: 'Oslo' },
      message_id: message?.id,
      conversation_id: conversation?.id,
    });
  });

  it('name the same conversation when it is there already', async () => {
    const { connection, spaceId } = await channel.connection();
    await connection.invoke('i1', emitted(['MessageReceived', sample]));
    const [conversation] = await channel.conversations(spaceId);
    await connection.invoke(
      'i2',
      emitted(['MessageReceived', { ...sample, externalId: 'SM2', from: '0015550001' }]),
    );
    const told = await channel.told(connection, 'MessageReceived');
    expect(told.map(({ data }) => data['conversation_id'])).toEqual([
      conversation?.id,
      conversation?.id,
    ]);
    expect(await channel.conversations(spaceId)).toMatchObject([{ message_count: 2 }]);
  });

  it('are told of once for each external id, in whatever frame they come again', async () => {
    const { connection, spaceId } = await channel.connection();
    await connection.invoke(
      'i1',
      emitted(['MessageReceived', sample], ['MessageReceived', { ...sample, body: 'again' }]),
    );
    const again = await connection.invoke('i2', emitted(['MessageReceived', sample]));
    expect(countsOf(again)).toMatchObject({ created: 0, events: 0, quarantined: 0 });
    await connection.run(1, [emitted(['MessageReceived', sample])]);
    expect(await channel.told(connection, 'MessageReceived')).toHaveLength(1);
    expect(await channel.messages(spaceId)).toMatchObject([{ body: 'Hello' }]);
  });

  it('are taken in snake_case, with attachments, and with the thread that the plugin gives', async () => {
    const { connection, spaceId } = await channel.connection();
    await connection.invoke(
      'i1',
      emitted([
        'MessageReceived',
        {
          channel_type: 'matrix',
          external_id: '$1',
          from: '@ada:example.org',
          to: ['@bob:example.org', '@eve:example.org'],
          body: 'See this',
          received_at: '2026-01-31T09:00:00Z',
          thread_id: '!room:example.org',
          attachments: [
            { name: 'a.png', mimeType: 'image/png', sizeBytes: 3, fileId: 'f'.repeat(64) },
            { name: 'b.png', mime_type: 'image/png', url: 'https://example.org/b.png' },
          ],
          attributes: { encrypted: false },
        },
      ]),
    );
    const [message] = await channel.messages(spaceId);
    const attachments = [
      { name: 'a.png', mime_type: 'image/png', size_bytes: 3 },
      { name: 'b.png', mime_type: 'image/png', url: 'https://example.org/b.png' },
    ];
    expect(message).toMatchObject({
      thread_id: '!room:example.org',
      channel_type: 'matrix',
      attachments,
      attributes: { encrypted: false },
    });
    expect((await channel.told(connection, 'MessageReceived'))[0]?.data).toMatchObject({
      thread_id: '!room:example.org',
      to: ['@bob:example.org', '@eve:example.org'],
      // Nobody has saved that file.
      attachments,
      attributes: { encrypted: false },
    });
  });

  it('come out of a sync as well, and stay when a full pass does not see them', async () => {
    const { connection, spaceId } = await channel.connection();
    const item = (id: string) =>
      records([{ kind: 'item', type: 'message', ids: [id] }], ['{"body":"of the source"}\t{}']);
    await connection.run(1, [emitted(['MessageReceived', sample]), item('listed')]);
    expect(await channel.told(connection, 'MessageReceived')).toHaveLength(1);
    await connection.run(2, []);
    expect(await channel.messages(spaceId)).toMatchObject([{ externalId: 'SM1' }]);
  });

  it('leave what the plugin has yielded under the same id as it is', async () => {
    const { connection, spaceId } = await channel.connection();
    await connection.send([1, 1, 0], begin);
    await connection.send(
      [1, 1, 1],
      records(
        [
          { kind: 'item', type: 'message', ids: ['SM1'] },
          { kind: 'event', subjects: ['communication.MessageReceived'] },
        ],
        ['{"body":"richer","thread_id":"own"}\t{}', JSON.stringify(sample)],
      ),
    );
    await connection.send([1, 1, 2], end());
    const [message] = await channel.messages(spaceId);
    expect(message).toMatchObject({ body: 'richer', thread_id: 'own' });
    expect(await channel.told(connection, 'MessageReceived')).toMatchObject([
      { data: { message_id: message?.id, thread_id: 'own' } },
    ]);
  });

  it('are told of but not stored while writing messages is not approved', async () => {
    const { connection, spaceId } = await channel.connection({
      grants: ['event:publish:communication.*'],
    });
    await connection.invoke('i1', emitted(['MessageReceived', sample]));
    await connection.invoke('i2', emitted(['MessageReceived', sample]));
    const told = await channel.told(connection, 'MessageReceived');
    expect(told).toHaveLength(1);
    expect(told[0]?.data).toMatchObject({ thread_id: 'sms:+15550001' });
    expect(told[0]?.data).not.toHaveProperty('message_id');
    expect(await channel.messages(spaceId)).toEqual([]);
  });

  it('go to quarantine when they are wrong, each of them, and nothing of them is published', async () => {
    const { connection, spaceId } = await channel.connection();
    const wrong = [
      { ...sample, externalId: undefined },
      { ...sample, from: 5 },
      { ...sample, receivedAt: 'yesterday' },
      { ...sample, body: { text: 'Hello' } },
      { ...sample, to: [1] },
      { ...sample, attachments: 'a.png' },
      'null',
    ];
    const outcome = await connection.invoke(
      'i1',
      emitted(...wrong.map((payload) => ['MessageReceived', payload] as const)),
    );
    expect(countsOf(outcome)).toMatchObject({ created: 0, events: 0, quarantined: 7 });
    const reasons = (await connection.quarantine()).map(({ reason }) => reason).toSorted();
    expect(reasons).toEqual([
      expect.stringContaining('attachments must be'),
      expect.stringContaining('body must be a text'),
      'externalId is missing',
      'from must be a text',
      expect.stringContaining('receivedAt must be an RFC 3339 time'),
      'the payload is not an object',
      expect.stringContaining('to must be an address'),
    ]);
    expect(await channel.told(connection, 'MessageReceived')).toEqual([]);
    expect(await channel.messages(spaceId)).toEqual([]);
  });

  it('are told of when they are replayed with a permission that came later, each of them', async () => {
    const { connection, spaceId } = await channel.connection({ grants: ['data:write:messages'] });
    const second = { ...sample, externalId: 'SM2' };
    const wrong = { ...sample, from: 5 };
    const frame = [sample, second, wrong].map((each) => ['MessageReceived', each] as const);
    await connection.invoke('i1', emitted(...frame));
    expect(await connection.count('quarantine')).toBe(3);
    await connection.change({
      spaceId,
      pluginType: 'channel',
      grants: channelGrants,
      generation: 2,
    });
    const known = await new ConnectionStore(etl.pool).find(connection.id);
    const replays = new ReplayQuarantine(etl.database, () => undefined);
    expect(await replays.replay(known, { ids: [], cursor: '' })).toMatchObject({
      replayed: 2,
      refused: 1,
    });
    expect(await connection.quarantine()).toMatchObject([{ reason: 'from must be a text' }]);
    const told = await channel.told(connection, 'MessageReceived');
    expect(told.map(({ data }) => data['external_id'])).toEqual(['SM1', 'SM2']);
    expect(await channel.messages(spaceId)).toHaveLength(2);
  });

  it('are refused without the permission, and of a connector only an event of its own', async () => {
    const { connection } = await channel.connection({ grants: ['data:write:messages'] });
    await connection.invoke('i1', emitted(['MessageReceived', sample]));
    expect(await connection.quarantine()).toMatchObject([
      { reason: expect.stringContaining('is not approved') },
    ]);
    const { connection: connector } = await channel.connection({ pluginType: 'connector' });
    await connector.invoke('i1', emitted(['MessageReceived', sample]));
    expect(await channel.told(connector, 'MessageReceived')).toEqual([]);
    expect(
      await connector.events('plugin.com_example_a.communication.MessageReceived'),
    ).toHaveLength(1);
  });

  it('may be followed by calls, by how what was sent stands, and by events of the plugin’s own', async () => {
    const { connection } = await channel.connection({ grants: [...channelGrants] });
    const call = {
      externalId: 'CA1',
      from: '+15550001',
      to: '+15559999',
      receivedAt: sample.receivedAt,
    };
    await connection.invoke(
      'i1',
      emitted(
        ['CallReceived', call],
        ['CallReceived', call],
        ['MessageDelivered', { externalId: 'SM9', occurredAt: sample.receivedAt }],
        ['MessageFailed', { external_id: 'SM8', errorCode: 30008, errorMessage: 'Unknown error' }],
        ['CallRinging', { externalId: 'CA8', carrier: 'x' }],
        ['StatusReported', { externalId: 'CA9', status: 'answered', isCall: true }],
        ['StatusReported', { externalId: 'CA9', status: 'eaten' }],
        ['Typing', { who: 'ada' }],
      ),
    );
    expect(await channel.told(connection, 'CallReceived')).toMatchObject([
      { data: { external_id: 'CA1', channel_type: 'sms', to: '+15559999' } },
    ]);
    const statuses = await channel.told(connection, 'StatusReported');
    expect(statuses.map(({ data }) => data)).toMatchObject([
      {
        external_id: 'SM9',
        status: 'delivered',
        is_call: false,
        occurred_at: '2026-01-31T09:00:00.000Z',
      },
      { external_id: 'SM8', status: 'failed', error_code: '30008', error_message: 'Unknown error' },
      { external_id: 'CA8', status: 'ringing', is_call: true, attributes: { carrier: 'x' } },
      { external_id: 'CA9', status: 'answered', is_call: true },
    ]);
    expect(await connection.events('plugin.com_example_a.communication.Typing')).toHaveLength(1);
    expect(await connection.quarantine()).toMatchObject([
      { reason: expect.stringContaining('status of a message must be one of') },
    ]);
  });
});
