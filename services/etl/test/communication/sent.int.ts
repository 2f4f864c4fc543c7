import { create } from '@bufbuild/protobuf';
import { OutboundMessageStateSchema, type OutboundMessageState } from '@made-open/contracts';
import { StoreSentMessage } from '../../src/communication/store-sent-message.ts';
import { EtlFixture, records, type TestConnection } from '../etl-fixture.ts';
import { ChannelFixture, emitted } from './channel-fixture.ts';

const digest = 'a'.repeat(64);

interface Change {
  readonly outboundId?: string;
  readonly externalId?: string;
  readonly body?: string;
  readonly threadId?: string;
  readonly causedBy?: string[];
  readonly attachments?: { name: string; mimeType: string; fileId: string }[];
}

const message = ({ id }: TestConnection, change: Change = {}): OutboundMessageState =>
  create(OutboundMessageStateSchema, {
    outboundId: 'o1',
    connectionId: id,
    channelType: 'sms',
    externalId: 'SM7',
    to: ['+1 555 000 1'],
    body: 'Hello yourself',
    occurredAt: '2026-01-31T09:05:00Z',
    requestedBy: 'key-1',
    ...change,
  });
const inbound = emitted([
  'MessageReceived',
  {
    externalId: 'SM1',
    from: '+15550001',
    to: '+15559999',
    body: 'Hello',
    receivedAt: '2026-01-31T09:00:00Z',
  },
]);

describe('messages that were sent through a channel', () => {
  let etl: EtlFixture;
  let channel: ChannelFixture;
  let sent: StoreSentMessage;

  beforeAll(async () => {
    etl = await EtlFixture.start();
    channel = new ChannelFixture(etl);
    sent = new StoreSentMessage(etl.database, () => undefined);
  });
  afterAll(async () => {
    await etl?.stop();
  });

  it('are one conversation with what comes in, whichever is first', async () => {
    for (const isReply of [true, false]) {
      const { connection, spaceId } = await channel.connection();
      if (isReply) await connection.invoke('i1', inbound);
      await sent.store(message(connection));
      if (!isReply) await connection.invoke('i1', inbound);
      expect(await channel.conversations(spaceId)).toMatchObject([
        { externalId: 'sms:+15550001', message_count: 2 },
      ]);
      const found = await channel.messages(spaceId);
      expect(found.find(({ externalId }) => externalId === 'SM7')).toMatchObject({
        direction: 'outbound',
        recipients: ['+1 555 000 1'],
        body: 'Hello yourself',
        sent_at: '2026-01-31T09:05:00.000Z',
        channel_type: 'sms',
        attributes: { outbound_id: 'o1', requested_by: 'key-1' },
      });
    }
  });

  it('are of the thread that the channel names', async () => {
    const { connection, spaceId } = await channel.connection();
    await sent.store(message(connection, { threadId: '!room:example.org' }));
    expect(await channel.conversations(spaceId)).toMatchObject([
      { externalId: '!room:example.org' },
    ]);
  });

  it('are stored once, also by two at a time', async () => {
    const { connection, spaceId } = await channel.connection();
    await Promise.all([1, 2, 3].map(() => sent.store(message(connection))));
    await sent.store(message(connection, { body: 'other' }));
    expect(await channel.messages(spaceId)).toMatchObject([{ body: 'Hello yourself' }]);
    expect(await connection.events('data.MessageCreated')).toHaveLength(1);
  });

  it('are neither stored again nor told of as received when their provider brings them', async () => {
    const { connection, spaceId } = await channel.connection();
    const echo = emitted([
      'MessageReceived',
      { externalId: 'SM7', from: '+15559999', body: 'echo' },
    ]);
    const item = records(
      [{ kind: 'item', type: 'message', ids: ['SM8'] }],
      ['{"body":"of the source","direction":"outbound"}\t{}'],
    );
    await sent.store(message(connection));
    await connection.invoke('i1', echo);
    await connection.invoke('i2', item);
    await sent.store(message(connection, { outboundId: 'o2', externalId: 'SM8' }));
    expect(await channel.told(connection, 'MessageReceived')).toEqual([]);
    const found = await channel.messages(spaceId);
    expect(
      found.map(({ externalId, ...rest }) => [externalId, 'body' in rest && rest.body]),
    ).toEqual([
      ['SM7', 'Hello yourself'],
      ['SM8', 'of the source'],
    ]);
  });

  it('stay when a full pass does not see them', async () => {
    const { connection, spaceId } = await channel.connection();
    await sent.store(message(connection));
    await connection.run(1, []);
    expect(await channel.messages(spaceId)).toHaveLength(1);
  });

  it('keep files that another connection of the space has saved, and no others', async () => {
    const { connection, spaceId } = await channel.connection();
    const owner = await etl.connection({ spaceId });
    await etl.rows(
      `insert into file (space_id, file_id, object, size_bytes, chunks) values ($1, $2, gen_random_uuid(), 3, 1)`,
      [spaceId, digest],
    );
    await etl.rows(
      `insert into file_save (connection_key, file_id, space_id, name, mime_type)
       select key, $2, space_id, 'secret name.pdf', 'application/pdf' from connection where id = $1`,
      [owner.id, digest],
    );
    const attachments = [digest, 'b'.repeat(64)].map((fileId) => ({
      name: 'a.pdf',
      mimeType: 'application/pdf',
      fileId,
    }));
    await sent.store(message(connection, { attachments }));
    expect(await channel.messages(spaceId)).toMatchObject([
      {
        attachments: [
          { name: 'a.pdf', file_id: digest },
          { name: 'a.pdf', mime_type: 'application/pdf' },
        ],
      },
    ]);
    expect(await connection.count('file_reference')).toBe(1);
  });

  it('tell of the rules that led to them, as do their conversations', async () => {
    const { connection, spaceId } = await channel.connection();
    await sent.store(message(connection, { causedBy: ['r1', 'r2'] }));
    await channel.conversations(spaceId);
    await connection.invoke('i1', inbound);
    await channel.conversations(spaceId);
    const causes = async (type: string) =>
      (await connection.events(type)).map(({ data }) => data.entity?.caused_by);
    expect(await causes('data.MessageCreated')).toEqual([['r1', 'r2'], undefined]);
    expect(await causes('data.ConversationCreated')).toEqual([['r1', 'r2']]);
    expect(await causes('data.ConversationUpdated')).toEqual([undefined]);
  });

  it('wait for the news of their connection, and are nothing once it was deleted', async () => {
    await expect(
      sent.store(create(OutboundMessageStateSchema, { connectionId: 'nobody', outboundId: 'o1' })),
    ).rejects.toMatchObject({ code: 'etl.unknown_connection', retry: 'later' });
    const { connection, spaceId } = await channel.connection();
    await connection.change({ spaceId, generation: 2, state: 4 });
    await sent.store(message(connection));
    expect(await channel.messages(spaceId)).toEqual([]);
  });
});
