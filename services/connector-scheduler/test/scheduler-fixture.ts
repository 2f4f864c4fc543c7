import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  busHeaders,
  ensureRunnerConsumer,
  readEvents,
  readMessage,
  writeMessage,
  type Bus,
} from '@made-open/bus';
import {
  ConnectionChangedSchema,
  EntityService,
  RunOutcome,
  RunKind,
  RunRecordedSchema,
  pluginToken,
  RemapCancelledSchema,
  RemapStartedSchema,
  routeSubject,
  runnerConsumer,
  RunRemapSchema,
  RunSyncSchema,
  SchedulerService,
  SubscriptionFailedSchema,
  SubscriptionRestoredSchema,
  SyncCancelledSchema,
  SyncCompletedSchema,
  SyncFailedSchema,
  SyncStartedSchema,
  type Run,
  type RunRemap,
  type RunSync,
} from '@made-open/contracts';
import type { DatabaseOptions } from '@made-open/postgres';
import { eventually, ServiceProcess, TestPlatform } from '@made-open/testing';
import { jetstream } from '@nats-io/jetstream';
import type { RunProgress } from '../src/runs/run-event.ts';
import { aChange, aRecord, pluginId } from './builders.ts';

const { requestSync, listRuns, getRun, cancelRun, keepRun } = SchedulerService.method;
export const publicUrl = 'https://gateway.example.com';
/** What a killed process had in hand comes again after the acknowledgement wait of 30 s. */
const patience = { timeoutMs: 90_000 };
const news = [
  SyncStartedSchema,
  SyncCompletedSchema,
  SyncFailedSchema,
  SyncCancelledSchema,
  RemapStartedSchema,
  RemapCancelledSchema,
  SubscriptionFailedSchema,
  SubscriptionRestoredSchema,
];
const remapSubject = routeSubject(RunRemapSchema, { plugin: pluginToken(pluginId) });

const dueColumns = { schedule: 'next_due_at', run: 'wake_at', subscription: 'next_at' } as const;

type Command = RunSync | RunRemap;

/** Built schedulers on real PostgreSQL and NATS, between a manager, a runner that takes commands, and an etl that records. */
export class SchedulerFixture {
  readonly platform: TestPlatform;
  readonly manager: Bus;
  readonly etl: Bus;
  readonly runner: Bus;
  /** Commands as they came, of all connections. */
  readonly commands: Command[] = [];
  /** What etl has committed last, by connection. */
  readonly progress = new Map<string, Partial<RunProgress>>();
  readonly #database: DatabaseOptions;
  #schedulers: ServiceProcess[] = [];
  #connections = 0;

  private constructor(
    platform: TestPlatform,
    database: DatabaseOptions,
    { manager, etl, runner }: { manager: Bus; etl: Bus; runner: Bus },
  ) {
    this.platform = platform;
    this.#database = database;
    this.manager = manager;
    this.etl = etl;
    this.runner = runner;
  }

  static async start(): Promise<SchedulerFixture> {
    const platform = await TestPlatform.start();
    const database = await platform.database('connector-scheduler');
    const [manager, etl, runner] = await Promise.all([
      platform.bus('plugin-manager'),
      platform.bus('etl'),
      platform.runnerBus(pluginId),
    ]);
    const fixture = new SchedulerFixture(platform, database, { manager, etl, runner });
    await ensureRunnerConsumer(manager.connection, pluginId);
    runner.consume(runnerConsumer(pluginId), ({ subject, data }) => {
      const isRemap = subject === remapSubject;
      fixture.commands.push(readMessage(isRemap ? RunRemapSchema : RunSyncSchema, data));
      return Promise.resolve('ack');
    });
    fixture.#answerAsEtl();
    await fixture.start(2);
    return fixture;
  }

  #answerAsEtl(): void {
    const { getRunProgress } = EntityService.method;
    this.etl.consume({ stream: 'REQUESTS', name: 'etl-requests' }, ({ data, headers }) => {
      const { connectionId } = readMessage(getRunProgress.input, data);
      const answer = writeMessage(getRunProgress.output, this.progress.get(connectionId) ?? {});
      this.etl.reply(headers.get(busHeaders.replyTo) ?? '', answer);
      return Promise.resolve('ack');
    });
  }

  /** Replicas that share everything. */
  async start(count: number): Promise<void> {
    const { platform } = this;
    const environment = { PUBLIC_URL: publicUrl };
    const base = { platform, name: 'connector-scheduler', database: this.#database } as const;
    const options = { ...base, environment };
    const started = Array.from({ length: count }, () => ServiceProcess.start(options));
    this.#schedulers.push(...(await Promise.all(started)));
  }

  async end(how: 'stop' | 'kill'): Promise<void> {
    await Promise.all(this.#schedulers.map((scheduler) => scheduler[how]()));
    this.#schedulers = [];
  }

  get logs(): string {
    return this.#schedulers.map(({ output }) => output).join('\n');
  }

  async stop(): Promise<void> {
    await this.end('stop');
    await this.platform.stop();
  }

  newId(): string {
    return `c${String(++this.#connections)}`;
  }

  /** A connection that is due by itself never, so that only the test makes it due. */
  async announce(
    connectionId: string,
    change: MessageInitShape<typeof ConnectionChangedSchema> = {},
    times = 1,
  ): Promise<void> {
    const message = aChange({ connectionId, schedule: '0 0 30 2 *', ...change });
    for (let time = 0; time < times; time++)
      await this.manager.publishEvents(ConnectionChangedSchema, [{ message }]);
  }

  async record(
    command: Command,
    what: 'begin' | RunOutcome,
    change: MessageInitShape<typeof RunRecordedSchema> = {},
  ): Promise<void> {
    const message = aRecord(command, what, change);
    await this.etl.publishEvents(RunRecordedSchema, [{ message }]);
  }

  /** A connection whose first run is sent. */
  async connected(): Promise<{ id: string; first: Command }> {
    const id = this.newId();
    await this.announce(id);
    return { id, first: await this.command(id, 1) };
  }

  /** The command with a number, from 1, of a connection. */
  command(connectionId: string, number: number): Promise<Command> {
    return eventually(() => {
      const commands = this.commandsOf(connectionId);
      const command = commands[number - 1];
      if (command === undefined)
        throw new Error(`${connectionId} has ${String(commands.length)} commands`);
      return command;
    }, patience);
  }

  commandsOf(connectionId: string): Command[] {
    return this.commands.filter((command) => command.connectionId === connectionId);
  }

  /** Waits until the run is as told. */
  runIs(runId: string, expected: object): Promise<void> {
    return eventually(async () => expect(await this.run(runId)).toMatchObject(expected), patience);
  }

  async run(runId: string): Promise<Run | undefined> {
    return (await this.manager.call(getRun, { runId })).run;
  }

  request(connectionId: string, kind: RunKind = RunKind.UNSPECIFIED) {
    return this.manager.call(requestSync, { connectionId, kind });
  }

  async cancel(runId: string): Promise<Run | undefined> {
    return (await this.manager.call(cancelRun, { runId })).run;
  }

  /** Whether a runner is to go on with what a command asked for. */
  async isWanted({ runId, epoch }: Command, attempt = 1): Promise<boolean> {
    const parameters = { plugin: pluginToken(pluginId) };
    return (await this.runner.call(keepRun, { runId, epoch, attempt }, { parameters })).wanted;
  }

  list(connectionId: string, limit = 50, cursor = '') {
    return this.manager.call(listRuns, { connectionId, limit, cursor });
  }

  /** The last tokens of the subjects of a connection's news, in the order of their stream. */
  async news(connectionId: string): Promise<string[]> {
    const administrator = await this.platform.administrator();
    const consumer = await jetstream(administrator).consumers.get('CONNECTOR', {
      filter_subjects: news.map((schema) => routeSubject(schema)),
    });
    const { num_pending: pending } = await consumer.info(true);
    const found: string[] = [];
    if (pending === 0) return found;
    for await (const message of await consumer.fetch({ max_messages: pending, expires: 5000 })) {
      const schema = news.find((candidate) => routeSubject(candidate) === message.subject);
      if (schema === undefined) continue;
      const events = readEvents<(typeof news)[number]>(schema, message.data);
      if (events.some((event) => event.message.connectionId === connectionId))
        found.push(message.subject.split('.').at(-1) ?? '');
    }
    return found;
  }

  /** As superuser. */
  async query<T>(text: string, values: unknown[] = []): Promise<T[]> {
    const client = await this.platform.postgres.connect();
    try {
      return (await client.query(text, values)).rows as T[];
    } finally {
      await client.end();
    }
  }

  /** Makes schedules, or what an open run waits for, due now: the clock of all replicas is the database's. */
  async makeDue(what: keyof typeof dueColumns, connectionIds: readonly string[]): Promise<void> {
    const column = dueColumns[what];
    await this.query(
      `update connector_scheduler.${what} set ${column} = now() where connection_id = any($1)
       ${what === 'run' ? 'and finished_at is null' : ''}`,
      [connectionIds],
    );
  }
}
