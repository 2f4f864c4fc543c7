import { busHeaders, writeMessage, type Bus } from '@made-open/bus';
import { callSubject, ConnectionChangedSchema, EntityService } from '@made-open/contracts';
import { eventually, TestPlatform } from '@made-open/testing';
import { connectDatabase, createOutbox, type DatabaseOptions } from '@made-open/postgres';
import { Controller, Module } from '@nestjs/common';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom } from 'rxjs';
import {
  JetStreamClient,
  MissingHandlerError,
  OnEvent,
  outboxRelayOf,
  startService,
  type RunningService,
} from '../src/index.ts';
import { etlEnvironment } from './etl-environment.ts';
import { EtlModule, seen, slow } from './etl-fixture.ts';

const { getEntity, getCheckpoint, listEntities } = EntityService.method;

describe('a service', () => {
  let platform: TestPlatform;
  let folder: string;
  let service: RunningService;
  let gateway: Bus;
  let runner: Bus;
  let manager: Bus;
  let database: DatabaseOptions;
  let lastAnswer: object | undefined;
  const url = (path: string) => `http://127.0.0.1:${String(service.port)}${path}`;
  const healthUrl = (path: string) => `http://127.0.0.1:${String(service.healthPort)}${path}`;

  beforeAll(async () => {
    platform = await TestPlatform.start();
    folder = mkdtempSync(join(tmpdir(), 'made-open-nest-'));
    database = await platform.database('etl');
    service = await startService({
      name: 'etl',
      environment: etlEnvironment(platform, database, folder),
      readConfig: () => ({}),
      configure: () => undefined,
      migrations: {
        '0001-thing': {
          up: async (db) => {
            await db.schema.createTable('thing').addColumn('id', 'integer').execute();
            await createOutbox(db);
          },
        },
      },
      module: (parts) => {
        parts.beforeStop(async () => {
          lastAnswer = await gateway.call(getEntity, { entityId: 'last' });
        });
        const relay = outboxRelayOf(parts);
        relay.start();
        parts.onStop(() => relay.stop());
        return EtlModule;
      },
    });
    [gateway, runner, manager] = await Promise.all([
      platform.bus('channel-gateway'),
      platform.runnerBus('com.example.a'),
      platform.bus('plugin-manager'),
    ]);
  });
  afterAll(async () => {
    slow.end();
    await service?.stop();
    await platform?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers requests, and knows the tokens of their subject', async () => {
    expect(await gateway.call(getEntity, { entityId: 'e1' })).toMatchObject({
      entity: { createdAt: 'e1' },
    });
    const parameters = { plugin: 'com_example_a' };
    expect(await runner.call(getCheckpoint, { connectionId: 'c1' }, { parameters })).toMatchObject({
      runId: 'c1',
      stateJson: 'com_example_a=com_example_a',
    });
  });

  it('leaves a request alone that nobody waits for any more', async () => {
    const inbox = gateway.newInbox();
    await gateway.publishRaw(
      callSubject(getEntity),
      writeMessage(getEntity.input, { entityId: 'e1' }),
      {
        replyTo: inbox.subject,
        headers: { [busHeaders.timeout]: '-1' },
      },
    );
    await eventually(async () => {
      expect(await (await fetch(healthUrl('/metrics'))).text()).toMatch(
        /made_open_message_duration_seconds_count\{service="etl",subject="cmd\.etl\.GetEntity",outcome="expired"\} 1/u,
      );
    });
    inbox.close();
  });

  it('answers errors with their code, and keeps unknown ones to itself', async () => {
    await expect(gateway.call(getEntity, { entityId: 'none' })).rejects.toMatchObject({
      name: 'RemoteError',
      code: 'etl.not_found',
      retry: 'never',
      message: 'there is no such entity',
    });
    await expect(gateway.call(getEntity, { entityId: 'bug' })).rejects.toMatchObject({
      code: 'internal',
      message: 'etl could not answer',
    });
  });

  it('answers at once what it has no handler for, which another release may have', async () => {
    await expect(gateway.call(listEntities, {})).rejects.toMatchObject({
      code: 'nest.missing_handler',
      retry: 'later',
    });
  });

  it('can be asked with Nest’s own client', async () => {
    const client = new JetStreamClient(gateway);
    const answer = client.send('cmd.etl.GetEntity', { entityId: 'e2' });
    expect(await firstValueFrom(answer)).toMatchObject({ entity: { createdAt: 'e2' } });
    await expect(
      firstValueFrom(client.send('cmd.etl.GetEntity', { entityId: 'none' })),
    ).rejects.toMatchObject({ code: 'etl.not_found' });
    const events = new JetStreamClient(manager);
    await firstValueFrom(events.emit('plugin.ConnectionChanged', { name: 'emitted' }), {
      defaultValue: undefined,
    });
    await eventually(() => expect(seen).toContainEqual({ name: 'emitted', deliveryCount: 1 }));
  });

  it('brings an event again after a passing error, and never after a lasting one', async () => {
    for (const name of ['never', 'later', 'last'])
      await manager.publishEvents(ConnectionChangedSchema, [{ message: { name } }]);
    await eventually(() => expect(seen).toContainEqual({ name: 'later', deliveryCount: 2 }));
    expect(seen.filter(({ name }) => name === 'never')).toEqual([
      { name: 'never', deliveryCount: 1 },
    ]);
    expect(seen).toContainEqual({ name: 'last', deliveryCount: 1 });
  });

  it('gives HTTP errors as problems', async () => {
    const problem = async (path: string) => {
      const response = await fetch(url(path));
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/u);
      return { http: response.status, ...((await response.json()) as object) };
    };
    expect(await problem('/missing')).toEqual({
      http: 404,
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      detail: 'there is no such thing',
      code: 'etl.not_found',
      instance: '/missing',
    });
    expect(await problem('/busy')).toMatchObject({ http: 503, code: 'etl.busy' });
    expect(await problem('/nest-missing')).toMatchObject({ http: 404, code: 'http.not_found' });
    expect(await problem('/nowhere')).toMatchObject({ http: 404, code: 'http.not_found' });
    const bug = await problem('/bug');
    expect(bug).toMatchObject({ http: 500, code: 'internal' });
    expect(JSON.stringify(bug)).not.toContain('hunter2');
  });

  it('gives faults of the request’s form as problems, too', async () => {
    const post = (body: string) =>
      fetch(url('/echo'), {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
    const notJson = await post('{');
    expect(notJson.status).toBe(400);
    expect(await notJson.json()).toMatchObject({ code: 'http.bad_request' });
    const large = await post(JSON.stringify('x'.repeat(1024 * 1024)));
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ code: 'http.too_large' });
    const undecodable = await fetch(url('/%E0%A4%A'));
    expect(undecodable.headers.get('content-type')).toMatch(/^application\/problem\+json/u);
    expect(await undecodable.json()).toMatchObject({ status: 400, code: 'http.bad_request' });
  });

  it('carries a trace from HTTP to the messages that follow from it', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const indexer = await platform.bus('search-indexer');
    const traces: string[] = [];
    const consumption = indexer.consume(
      { stream: 'DATA', name: 'search-indexer-changes' },
      (delivery) => {
        traces.push(delivery.headers.get('traceparent') ?? '');
        return Promise.resolve('ack');
      },
    );
    const headers = { traceparent, 'content-type': 'application/json' };
    await fetch(url('/echo'), { method: 'POST', body: '{}', headers });
    await eventually(() => expect(traces).toEqual([traceparent]));
    await consumption.stop();
  });

  it('is alive and ready, reaches its own schema, and tells what it did', async () => {
    expect((await fetch(healthUrl('/health/live'))).status).toBe(200);
    expect(await (await fetch(healthUrl('/health/ready'))).json()).toEqual({
      status: 'ok',
      faults: [],
    });
    expect(await (await fetch(url('/things'))).json()).toEqual([]);
    const metrics = await (await fetch(healthUrl('/metrics'))).text();
    expect(metrics).toMatch(
      /made_open_message_duration_seconds_count\{service="etl",subject="cmd\.etl\.GetEntity",outcome="done"\} [1-9]/u,
    );
    expect(metrics).toMatch(
      /made_open_http_request_duration_seconds_count\{service="etl",method="GET",route="\/things",status="200"\} 1/u,
    );
    expect(metrics).toContain('process_cpu_seconds_total');
    for (const path of ['/health/live', '/health/ready', '/metrics'])
      expect((await fetch(url(path))).status).toBe(404);
  });

  it('measures what waits in its outbox, and what no stream will take', async () => {
    const tables = connectDatabase(database);
    const { pool } = tables;
    const metric = async (name: string): Promise<number> => {
      const text = await (await fetch(healthUrl('/metrics'))).text();
      return Number(new RegExp(`^made_open_${name}\\{[^}]*\\} (\\S+)$`, 'mu').exec(text)?.[1]);
    };
    expect(await metric('outbox_refused_messages')).toBe(0);
    expect(await metric('outbox_oldest_seconds')).toBe(0);
    const tooLarge = 'x'.repeat(1_100_000);
    await pool.query('insert into outbox (subject, payload) values ($1, $2)', [
      'data.PersonCreated',
      tooLarge,
    ]);
    await eventually(async () => expect(await metric('outbox_refused_messages')).toBe(1));
    await pool.query('alter table outbox rename to outbox_away');
    expect(await metric('outbox_oldest_seconds')).toBeNaN();
    await pool.query('alter table outbox_away rename to outbox');
    await tables.close();
  });

  it('refuses to start when its consumers bring what it does not handle', async () => {
    await expect(
      startService({
        name: 'search-indexer',
        environment: {
          NATS_URL: platform.nats.url,
          NATS_CREDENTIALS_FILE: join(folder, 'etl.creds'),
          LOG_LEVEL: 'fatal',
        },
        readConfig: () => ({}),
        consumers: () => [
          {
            stream: 'PLUGIN',
            name: 'etl-connections',
            service: 'etl',
            filterSubjects: ['plugin.ConnectionChanged', 'plugin.RunnerCrashed'],
            pinned: false,
          },
        ],
        inboxPrefix: () => '_INBOX.etl',
        module: () => ConnectionsModule,
      }),
    ).rejects.toThrow(MissingHandlerError);
  });

  it('ends what is in hand before it stops, and takes nothing new', async () => {
    const answer = gateway.call(getEntity, { entityId: 'slow' }, { timeoutMs: 20_000 });
    await eventually(() => expect(slow.began).toBe(true));
    const stopped = service.stop();
    slow.end();
    expect(await answer).toMatchObject({ entity: { createdAt: 'slow' } });
    await stopped;
    // Who depends on answers has had them.
    expect(lastAnswer).toMatchObject({ entity: { createdAt: 'last' } });
    await expect(fetch(healthUrl('/health/live'))).rejects.toThrow();
    await expect(
      gateway.call(getEntity, { entityId: 'e' }, { timeoutMs: 300 }),
    ).rejects.toMatchObject({ code: 'bus.call_timeout' });
  });
});

@Controller()
class ConnectionsController {
  @OnEvent(ConnectionChangedSchema)
  changed(): void {
    expect('never called').toBe('');
  }
}

@Module({ controllers: [ConnectionsController] })
class ConnectionsModule {}
