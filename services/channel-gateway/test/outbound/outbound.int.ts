import {
  ConnectionState,
  Effect,
  OutboundService,
  StatusReportedSchema,
} from '@made-open/contracts';
import { connectDatabase, migrate, type Database } from '@made-open/postgres';
import { eventually } from '@made-open/testing';
import { sql } from 'kysely';
import { migrations, type GatewaySchema } from '../../src/database/migrations.ts';
import { PostgresOutboundStore } from '../../src/outbound/storage/postgres-outbound-store.ts';
import type { Outbound } from '../../src/outbound/outbound.ts';
import { dueOutbound } from '../../src/outbound/storage/due-outbound.ts';
import { PostgresConnectionStore } from '../../src/connections/postgres-connection-store.ts';
import { aConnection } from '../connections/connection-store.contract.ts';
import { rowsVisited } from '../rows-visited.ts';
import { aSubmission } from './an-outbound.ts';
import { channelPlugin, OutboundFixture } from './outbound-fixture.ts';
import { outboundStoreContract } from './outbound-store.contract.ts';

let fixture: OutboundFixture;

beforeAll(async () => {
  fixture = await OutboundFixture.start();
});
afterAll(() => fixture?.stop());
beforeEach(() => fixture.reset());

describe('PostgresOutboundStore', () => {
  let database: Database<GatewaySchema>;

  // Beside the gateway's own, whose dispatcher would begin with what is stored.
  beforeAll(async () => {
    const options = await fixture.gateway.platform.database('contract');
    await migrate(options, migrations);
    database = connectDatabase<GatewaySchema>(options);
  });
  afterAll(() => database?.close());

  outboundStoreContract(() => new PostgresOutboundStore(database.db, () => undefined));

  it('looks at nothing of a connection that is not active, but for what has waited too long', async () => {
    const store = new PostgresOutboundStore(database.db, () => undefined);
    const idle = aConnection({ state: 'paused' });
    await new PostgresConnectionStore(database.db).apply(idle);
    const of = { connectionId: idle.id, createdAt: new Date(), wakeAt: new Date() };
    const { outbound: young } = await store.submit(aSubmission(of));
    const due = async () =>
      (await store.due(10_000)).filter((id) => [young.id, old?.id].includes(id));
    let old: Outbound | undefined;
    expect(await due()).toEqual([]);
    const before = await rowsVisited(database.db, 'outbound', dueOutbound(100));
    await sql`insert into outbound (id, space_id, connection_id, plugin_id, channel_type, kind, content, requested_by,
        caused_by, state, attempts, external_id, thread_id, provider_status, created_at, updated_at, wake_at, lane)
      select gen_random_uuid(), 'default', ${idle.id}, 'p', '', 'message', '{}', '', '{}', 'queued', 0, '', '', '', now(),
        now(), now(), n::text from generate_series(1, 3000) n`.execute(database.db);
    expect(await rowsVisited(database.db, 'outbound', dueOutbound(100))).toBeLessThanOrEqual(
      before + 4,
    );
    ({ outbound: old } = await store.submit(aSubmission({ connectionId: idle.id })));
    expect(await due()).toEqual([old.id]);
  });

  it('takes a step for each that waits behind another to the same receiver, and not a walk', async () => {
    const busy = aConnection();
    await new PostgresConnectionStore(database.db).apply(busy);
    const before = await rowsVisited(database.db, 'outbound', dueOutbound(100));
    await sql`insert into outbound (id, space_id, connection_id, plugin_id, channel_type, kind, content, requested_by,
        caused_by, state, attempts, external_id, thread_id, provider_status, created_at, updated_at, wake_at, lane)
      select gen_random_uuid(), 'default', ${busy.id}, 'p', '', 'message', '{}', '', '{}', 'queued', 0, '', '', '', now(),
        now(), now(), 'one' from generate_series(1, 2000) n`.execute(database.db);
    const visited = await rowsVisited(database.db, 'outbound', dueOutbound(100));
    await sql`delete from outbound where lane = 'one'`.execute(database.db);
    expect(visited - before).toBeLessThan(3 * 2000);
  });
});

describe('sending', () => {
  it('goes from the API to the provider, and tells of it', async () => {
    const body = {
      to: '+15550001',
      from: '+15550009',
      body: 'Hello',
      thread_id: 't1',
      attributes: { priority: 'high', to: 'somebody else' },
    };
    const answer = await fixture.send({ body });
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ state: 'queued', attempts: 0, to: '+15550001' });
    const message = await fixture.reaches(answer, 'sent');
    const { id } = message;
    expect(message).toMatchObject({ attempts: 1, error: null, from: '+15550009', thread_id: 't1' });
    expect(message['external_id']).toBe(`SM-${fixture.runner.sent[0]?.attemptId ?? ''}`);
    expect(fixture.runner.sent).toHaveLength(1);
    expect(fixture.runner.sent[0]?.content).toEqual({
      to: '+15550001',
      from: '+15550009',
      body: 'Hello',
      threadId: 't1',
      priority: 'high',
      idempotencyKey: id,
    });
    await eventually(async () =>
      expect(await fixture.eventsAbout(id)).toEqual([
        'communication.MessageQueued',
        'communication.MessageSent',
      ]),
    );
  });

  it('places calls', async () => {
    fixture.runner.provider = () => ({
      effect: Effect.DONE,
      resultJson: '{"callSid":"CA1","status":"queued"}',
    });
    const path = '/v1/channels/channel-1/calls';
    const answer = await fixture.send({ path, body: { to: '+15550001', from: '+15550009' } });
    const call = await fixture.reaches(answer, 'sent');
    expect(call).toMatchObject({ external_id: 'CA1', provider_status: 'queued' });
    expect(fixture.runner.sent[0]?.isCall).toBe(true);
    await eventually(async () =>
      expect(await fixture.eventsAbout(call['id'])).toEqual([
        'communication.CallQueued',
        'communication.CallPlaced',
      ]),
    );
  });

  it('sends again where nothing happened, and says unknown where nobody knows', async () => {
    const error = { code: 'http.429', message: 'later' };
    fixture.runner.provider = () =>
      fixture.runner.sent.length < 2
        ? { effect: Effect.REFUSED, error, retryAfterMs: 100 }
        : { effect: Effect.DONE, resultJson: '{"externalId":"SM-again"}' };
    expect(await fixture.reaches(await fixture.send(), 'sent')).toMatchObject({
      attempts: 2,
      error: null,
    });

    fixture.runner.provider = () => ({ effect: Effect.UNKNOWN, error });
    const lost = await fixture.reaches(await fixture.send(), 'unknown');
    expect(lost).toMatchObject({ attempts: 1, error });
    await eventually(async () =>
      expect(await fixture.eventsAbout(lost['id'])).toContain('communication.MessageUnknown'),
    );
  });

  it('repeats what is unknown where a repetition does no harm, with the same key', async () => {
    const error = { code: 'http.timeout', message: 'no answer' };
    fixture.runner.provider = () =>
      fixture.runner.sent.length < 2
        ? { effect: Effect.UNKNOWN, error }
        : { effect: Effect.DONE, resultJson: '{"externalId":"SM-steady"}' };
    const answer = await fixture.send({ path: '/v1/channels/steady-1/messages' });
    expect(await fixture.reaches(answer, 'sent')).toMatchObject({ attempts: 2 });
    const keys = fixture.runner.sent.map(({ content }) => content['idempotencyKey']);
    expect(keys).toEqual([answer.body['id'], answer.body['id']]);
  });

  it('has failed what the provider will never take', async () => {
    const error = { code: 'provider.21211', message: 'no such number' };
    fixture.runner.provider = () => ({ effect: Effect.REFUSED, error, permanent: true });
    const failed = await fixture.reaches(await fixture.send(), 'failed');
    expect(failed).toMatchObject({ attempts: 1, error });
    await eventually(async () =>
      expect(await fixture.eventsAbout(failed['id'])).toEqual([
        'communication.MessageQueued',
        'communication.MessageFailed',
      ]),
    );
  });

  it('is forgotten with its connection', async () => {
    await fixture.announce('gone-1');
    const answer = await fixture.send({ path: '/v1/channels/gone-1/messages' });
    await fixture.reaches(answer, 'sent');
    await fixture.announce('gone-1', { state: ConnectionState.DELETED });
    await eventually(async () => {
      const { db } = fixture.gateway.database;
      const id = String(answer.body['id']);
      for (const table of ['attempt', 'idempotency'] as const)
        expect(
          await db.selectFrom(table).selectAll().where('outbound_id', '=', id).execute(),
        ).toEqual([]);
      expect(await db.selectFrom('outbound').selectAll().where('id', '=', id).execute()).toEqual(
        [],
      );
    });
    expect((await fixture.gateway.get(answer.headers.get('location') ?? '')).status).toBe(404);
  });

  it('grants an attempt once, to its own plugin', async () => {
    await fixture.reaches(await fixture.send(), 'sent');
    const { attemptId = '' } = fixture.runner.sent[0] ?? {};
    expect(await fixture.runner.begin(attemptId, 'channel-1')).toBe(false);
    const other = await fixture.gateway.platform.runnerBus('com.example.other');
    await expect(
      other.call(
        OutboundService.method.beginSending,
        { attemptId, connectionId: 'channel-1' },
        { parameters: { plugin: 'com_example_other' } },
      ),
    ).rejects.toMatchObject({ code: 'attempt.not_found' });
  });
});

describe('status reports', () => {
  async function report(connectionId: string, externalId: string, status: string): Promise<void> {
    const etl = await fixture.gateway.platform.bus('etl');
    await etl.publishEvents(StatusReportedSchema, [
      {
        message: { connectionId, spaceId: 'default', pluginId: channelPlugin, externalId, status },
      },
    ]);
  }

  it('move a message on, and never back', async () => {
    const answer = await fixture.send();
    const { external_id: externalId, id } = await fixture.reaches(answer, 'sent');
    await report('channel-1', String(externalId), 'delivered');
    await fixture.reaches(answer, 'delivered');
    await report('channel-1', String(externalId), 'sent');
    await report('channel-1', String(externalId), 'failed');
    const next = await fixture.send();
    const { external_id: other } = await fixture.reaches(next, 'sent');
    await report('channel-1', String(other), 'delivered');
    await fixture.reaches(next, 'delivered');
    expect(await fixture.eventsAbout(id)).toEqual([
      'communication.MessageQueued',
      'communication.MessageSent',
      'communication.MessageDelivered',
    ]);
  });

  it('that come before the answer of the provider count, too', async () => {
    const externalId = `SM-${crypto.randomUUID()}`;
    fixture.runner.provider = async () => {
      await report('channel-1', externalId, 'delivered');
      await eventually(async () => {
        const kept = fixture.gateway.database.db
          .selectFrom('status_report')
          .select('status')
          .where('external_id', '=', externalId);
        expect(await kept.execute()).toHaveLength(1);
      });
      return { effect: Effect.DONE, resultJson: JSON.stringify({ externalId }) };
    };
    const { id } = await fixture.reaches(await fixture.send(), 'delivered');
    await eventually(async () =>
      expect(await fixture.eventsAbout(id)).toEqual([
        'communication.MessageQueued',
        'communication.MessageSent',
        'communication.MessageDelivered',
      ]),
    );
  });
});
