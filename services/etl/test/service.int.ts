import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { readEvents, type Bus, type EventOf } from '@made-open/bus';
import {
  ConnectionChangedSchema,
  ConnectionState,
  EntityService,
  EntityType,
  FrameReplySchema,
  ItemFrameSchema,
  MessageReceivedSchema,
  MessageSentSchema,
  PersonCreatedSchema,
  routeSubject,
  RunKind,
  RunRecordedSchema,
  StatusReportedSchema,
  type FrameReply,
} from '@made-open/contracts';
import { startService, type RunningService } from '@made-open/nest';
import { eventually } from '@made-open/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/config.ts';
import { EtlModule } from '../src/etl.module.ts';
import { migrations } from '../src/schema/migrations.ts';
import { emitted } from './communication/channel-fixture.ts';
import { begin, end, EtlFixture, many, persons, type Content } from './etl-fixture.ts';

const plugin = 'com.example.a';
const token = 'com_example_a';

describe('etl as a service', () => {
  let etl: EtlFixture;
  let folder: string;
  let service: RunningService;
  let manager: Bus;
  let runner: Bus;
  let gateway: Bus;

  beforeAll(async () => {
    etl = await EtlFixture.start();
    folder = mkdtempSync(join(tmpdir(), 'made-open-etl-'));
    await leaveOutboxBehind();
    service = await start();
    [manager, runner, gateway] = await Promise.all([
      etl.platform.bus('plugin-manager'),
      etl.platform.runnerBus(plugin),
      etl.platform.bus('channel-gateway'),
    ]);
  });
  afterAll(async () => {
    await service?.stop();
    await etl?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(): Promise<RunningService> {
    const secret = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    };
    return startService({
      name: 'etl',
      environment: {
        NATS_URL: etl.platform.nats.url,
        NATS_CREDENTIALS_FILE: secret('creds', etl.platform.credentials('etl')),
        DATABASE_URL: etl.database.url,
        DATABASE_PASSWORD_FILE: secret('password', etl.database.password),
        LOG_LEVEL: 'fatal',
      },
      readConfig,
      migrations,
      module: (parts, config) => EtlModule.register(parts, config),
    });
  }

  /** As after a crash: frames are committed, the first message is in its stream, and none was removed from the outbox. */
  async function leaveOutboxBehind(): Promise<void> {
    const connection = await etl.connection({ connectionId: 'crashed' });
    await connection.run(1, [persons(many(350)), persons(many(350, 'Person', 350))]);
    const bus = await etl.platform.bus('etl');
    const [first] = await etl.rows<{ id: string; subject: string; payload: string }>(
      `select id, subject, payload from outbox where subject = 'data.PersonCreated' order by id limit 1`,
    );
    if (first === undefined) throw new Error('the outbox is empty');
    await bus.publishRaw(first.subject, first.payload, { messageId: `etl-${first.id}` });
  }

  async function announce(connectionId: string, change: object = {}): Promise<void> {
    const message = {
      connectionId,
      spaceId: 'default',
      pluginId: plugin,
      grants: ['data:write:persons'],
      generation: 1,
      mappingVersion: 1,
      state: ConnectionState.ACTIVE,
      ...change,
    };
    await manager.publishEvents(ConnectionChangedSchema, [{ message }]);
  }

  async function publish(
    connectionId: string,
    [epoch, attempt, frame]: [number, number, number],
    content: Content,
    replyTo?: string,
  ): Promise<void> {
    const subject = routeSubject(ItemFrameSchema, { plugin: token, connection: connectionId });
    const message = create(ItemFrameSchema, { runId: `r${epoch}`, epoch, attempt, frame, content });
    await runner.publishRaw(
      subject,
      toBinary(ItemFrameSchema, message),
      replyTo === undefined ? {} : { replyTo },
    );
  }

  async function publishEnd(
    connectionId: string,
    place: [number, number, number],
  ): Promise<FrameReply> {
    const inbox = runner.newInbox();
    await publish(connectionId, place, end(), inbox.subject);
    // What the stopped service had in hand comes again after the acknowledgement wait of 30 s.
    const reply = await inbox.next(90_000);
    inbox.close();
    if (reply === undefined) throw new Error('no reply');
    return fromBinary(FrameReplySchema, reply);
  }

  /** All events of a subject that are in its stream now. */
  async function stored<
    D extends
      | typeof PersonCreatedSchema
      | typeof RunRecordedSchema
      | typeof MessageReceivedSchema
      | typeof StatusReportedSchema,
  >(schema: D, stream: string): Promise<EventOf<D>[]> {
    const connection = await etl.platform.administrator();
    const jsm = await jetstreamManager(connection);
    const { name } = await jsm.consumers.add(stream, { filter_subject: routeSubject(schema) });
    const consumer = await jetstream(connection).consumers.get(stream, name);
    const { num_pending: pending } = await consumer.info();
    const events: EventOf<D>[] = [];
    if (pending > 0)
      for await (const message of await consumer.fetch({ max_messages: pending, expires: 5000 }))
        events.push(...readEvents(schema, message.data));
    await consumer.delete();
    return events;
  }
  const created = async (connectionId: string): Promise<(string | undefined)[]> =>
    (await stored(PersonCreatedSchema, 'DATA'))
      .filter(({ message }) => message.entity?.connectionId === connectionId)
      .map(({ message }) => message.entity?.externalId);

  it('publishes what a crashed process left in the outbox, each event once', async () => {
    const ids = await eventually(async () => {
      const found = await created('crashed');
      if (found.length < 700) throw new Error(`${String(found.length)} of 700`);
      return found;
    });
    expect(ids).toHaveLength(700);
    expect(new Set(ids).size).toBe(700);
    await eventually(async () => expect(await etl.rows('select id from outbox')).toEqual([]));
  });

  it('takes a run from its frames to its events, and answers after the commit', async () => {
    await announce('c-run');
    await publish('c-run', [1, 1, 0], begin);
    for (let frame = 1; frame <= 5; frame++)
      await publish('c-run', [1, 1, frame], persons(many(200, 'Person', frame * 200)));
    expect(await publishEnd('c-run', [1, 1, 6])).toMatchObject({
      accepted: true,
      counts: { items: 1000, created: 1000 },
    });
    expect(await publishEnd('c-run', [1, 1, 6])).toMatchObject({
      accepted: true,
      counts: { created: 1000 },
    });
    await eventually(async () => expect(new Set(await created('c-run')).size).toBe(1000));
    await eventually(async () => {
      const runs = (await stored(RunRecordedSchema, 'CONNECTOR')).filter(
        ({ message }) => message.connectionId === 'c-run',
      );
      expect(runs.map(({ message }) => message.content.case)).toEqual(['begin', 'end']);
    });
    const { entities, nextCursor } = await gateway.call(EntityService.method.listEntities, {
      spaceId: 'default',
      type: EntityType.PERSON,
      connectionId: 'c-run',
      limit: 200,
    });
    expect(entities).toHaveLength(200);
    expect(nextCursor).not.toBe('');
    const rules = await etl.platform.bus('rules');
    const entity = { spaceId: 'default', entityId: entities[0]?.origin?.entityId ?? '' };
    const { tagEntity, getEntity } = EntityService.method;
    const tagged = await rules.call(tagEntity, { ...entity, labels: ['vip'] });
    expect(tagged).toMatchObject({ found: true, tags: ['vip'] });
    const read = await gateway.call(getEntity, { ...entity, type: EntityType.PERSON });
    expect(read.entity).toMatchObject({ tags: ['vip'], origin: { version: 2 } });
  });

  it('waits for a frame that is late, and for the news of its connection', async () => {
    await publish('c-late', [1, 1, 2], persons(many(10, 'Person', 10)));
    await publish('c-late', [1, 1, 0], begin);
    await publish('c-late', [1, 1, 1], persons(many(10)));
    const reply = publishEnd('c-late', [1, 1, 3]);
    await announce('c-late');
    expect(await reply).toMatchObject({ accepted: true, counts: { created: 20 } });
  });

  it('answers a runner whose attempt was overtaken, and keeps what nobody may write among the dead letters', async () => {
    await announce('c-old');
    await publish('c-old', [2, 1, 0], begin);
    expect(await publishEnd('c-old', [1, 1, 9])).toMatchObject({ accepted: false });
    const thief = await etl.platform.runnerBus('com.example.b');
    const subject = routeSubject(ItemFrameSchema, { plugin: 'com_example_b', connection: 'c-old' });
    const inbox = thief.newInbox();
    const message = create(ItemFrameSchema, { runId: 'x', epoch: 9, attempt: 1, content: begin });
    await thief.publishRaw(subject, toBinary(ItemFrameSchema, message), { replyTo: inbox.subject });
    const reply = await inbox.next(30_000);
    expect(fromBinary(FrameReplySchema, reply ?? new Uint8Array())).toMatchObject({
      accepted: false,
    });
    const jsm = await jetstreamManager(await etl.platform.administrator());
    await eventually(async () => {
      const { state } = await jsm.streams.info('DEAD_LETTERS', { subjects_filter: 'dead.etl.>' });
      expect(Object.keys(state.subjects ?? {}).some((name) => /etl-items-\d$/u.test(name))).toBe(
        true,
      );
    });
  });

  it('brings what a channel tells to its stream, and what was sent into the same conversation', async () => {
    const connectionId = 'c-channel';
    await announce(connectionId, {
      spaceId: 'channels',
      pluginType: 'channel',
      channelJson: '{"type":"sms"}',
      grants: ['event:publish:communication.*', 'data:write:messages'],
    });
    const subject = routeSubject(ItemFrameSchema, { plugin: token, connection: connectionId });
    const content = emitted(
      ['MessageReceived', { externalId: 'SM1', from: '+15550001', body: 'Hello', size: 3 }],
      ['MessageDelivered', { externalId: 'SM7' }],
    );
    const kind = RunKind.INVOCATION;
    const frame = create(ItemFrameSchema, { runId: 'i1', attempt: 1, kind, content });
    for (let tries = 0; tries < 2; tries++) {
      const inbox = runner.newInbox();
      await runner.publishRaw(subject, toBinary(ItemFrameSchema, frame), {
        replyTo: inbox.subject,
      });
      const reply = await inbox.next(90_000);
      inbox.close();
      expect(fromBinary(FrameReplySchema, reply ?? new Uint8Array())).toMatchObject({
        accepted: true,
      });
    }
    const message = {
      connectionId,
      outboundId: 'o1',
      externalId: 'SM7',
      to: ['+15550001'],
      body: 'Hello yourself',
      occurredAt: '2026-01-31T09:05:00Z',
    };
    await gateway.publishEvents(MessageSentSchema, [{ message: { message } }]);
    const conversation = await eventually(async () => {
      const { entities } = await gateway.call(EntityService.method.listEntities, {
        spaceId: 'channels',
        type: EntityType.CONVERSATION,
        limit: 10,
      });
      expect(entities).toMatchObject([{ fields: { message_count: 2 } }]);
      return entities[0];
    });
    const received = await eventually(async () => {
      const events = await stored(MessageReceivedSchema, 'COMMUNICATION');
      expect(events).toHaveLength(1);
      return events[0]?.message;
    });
    expect(received).toMatchObject({
      connectionId,
      channelType: 'sms',
      externalId: 'SM1',
      from: '+15550001',
      body: 'Hello',
      threadId: 'sms:+15550001',
      attributes: { size: 3 },
      conversationId: conversation?.origin?.entityId,
    });
    expect(await stored(StatusReportedSchema, 'COMMUNICATION')).toMatchObject([
      { message: { externalId: 'SM7', status: 'delivered', isCall: false } },
    ]);
  });

  it('goes on where it was after a restart', async () => {
    await announce('c-restart');
    await publish('c-restart', [1, 1, 0], begin);
    await publish('c-restart', [1, 1, 1], persons(many(100)));
    await eventually(async () => expect(await created('c-restart')).toHaveLength(100));
    await service.stop();
    await publish('c-restart', [1, 1, 2], persons(many(100, 'Person', 100)));
    const reply = publishEnd('c-restart', [1, 1, 3]);
    service = await start();
    expect(await reply).toMatchObject({ accepted: true, counts: { items: 200, created: 200 } });
    await eventually(async () => expect((await created('c-restart')).length).toBe(200));
  });
});
