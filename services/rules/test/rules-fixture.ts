import type { MessageInitShape } from '@bufbuild/protobuf';
import { busHeaders, readEvents, readMessage, writeMessage, type Bus } from '@made-open/bus';
import {
  MessageReceivedSchema,
  OutboundService,
  routeSubject,
  RuleService,
  RuleTriggeredSchema,
  type Execution,
  type Rule,
  type SubmitOutboundRequest,
} from '@made-open/contracts';
import type { DatabaseOptions } from '@made-open/postgres';
import { eventually, ServiceProcess, TestPlatform } from '@made-open/testing';
import { randomUUID } from 'node:crypto';
import type { RuleDefinition } from '../src/definitions/rule-definition.ts';

const { putRule, listExecutions, getRule } = RuleService.method;
const { submitOutbound } = OutboundService.method;
/** What a killed process had in hand comes again after the acknowledgement wait of 30 s. */
export const patience = { timeoutMs: 90_000 };
export const spaceId = 'default';

export type Definition = Pick<RuleDefinition, 'when' | 'then'> & Partial<RuleDefinition>;

/** Built services of rules on real PostgreSQL and NATS, between a manager, an etl that tells of messages, and a gateway that takes them. */
export class RulesFixture {
  readonly platform: TestPlatform;
  readonly manager: Bus;
  readonly etl: Bus;
  readonly gateway: Bus;
  /** What the gateway was asked to send. */
  readonly sent: SubmitOutboundRequest[] = [];
  /** The gateway refuses what it gives something for. */
  refuse:
    ((request: SubmitOutboundRequest) => { code: string; retry: string } | undefined) | undefined;
  readonly #database: DatabaseOptions;
  #services: ServiceProcess[] = [];

  private constructor(
    platform: TestPlatform,
    database: DatabaseOptions,
    { manager, etl, gateway }: { manager: Bus; etl: Bus; gateway: Bus },
  ) {
    this.platform = platform;
    this.#database = database;
    this.manager = manager;
    this.etl = etl;
    this.gateway = gateway;
  }

  static async start(replicas = 2, environment = {}): Promise<RulesFixture> {
    const platform = await TestPlatform.start();
    const database = await platform.database('rules');
    const [manager, etl, gateway] = await Promise.all([
      platform.bus('plugin-manager'),
      platform.bus('etl'),
      platform.bus('channel-gateway'),
    ]);
    const fixture = new RulesFixture(platform, database, { manager, etl, gateway });
    fixture.#answerAsGateway();
    await fixture.start(replicas, environment);
    return fixture;
  }

  async start(count: number, environment: Readonly<Record<string, string>> = {}): Promise<void> {
    const options = {
      platform: this.platform,
      name: 'rules',
      database: this.#database,
      environment,
    } as const;
    const started = Array.from({ length: count }, () => ServiceProcess.start(options));
    this.#services.push(...(await Promise.all(started)));
  }

  async end(how: 'stop' | 'kill'): Promise<void> {
    await Promise.all(this.#services.map((service) => service[how]()));
    this.#services = [];
  }

  async stop(): Promise<void> {
    await this.end('stop');
    await this.platform.stop();
  }

  get logs(): string {
    return this.#services.map(({ output }) => output).join('\n');
  }

  #answerAsGateway(): void {
    this.gateway.consume(
      { stream: 'REQUESTS', name: 'channel-gateway-requests' },
      ({ data, headers }) => {
        const request = readMessage(submitOutbound.input, data);
        const inbox = headers.get(busHeaders.replyTo) ?? '';
        const refusal = this.refuse?.(request);
        this.sent.push(request);
        if (refusal !== undefined)
          this.gateway.reply(inbox, 'refused', {
            [busHeaders.errorCode]: refusal.code,
            [busHeaders.errorRetry]: refusal.retry,
          });
        else {
          const outboundId = `out-${request.idempotencyKey}`;
          this.gateway.reply(inbox, writeMessage(submitOutbound.output, { outboundId }));
        }
        return Promise.resolve('ack');
      },
    );
  }

  async rule(
    definition: Definition,
    wanted: { ruleId?: string; expectedVersion?: number; name?: string; enabled?: boolean } = {},
  ): Promise<Rule> {
    const { rule } = await this.manager.call(putRule, {
      spaceId,
      name: 'a rule',
      enabled: true,
      definitionJson: JSON.stringify({ on: ['communication.MessageReceived'], ...definition }),
      ...wanted,
    });
    if (rule === undefined) throw new Error('no rule came back');
    return rule;
  }

  async find(ruleId: string): Promise<Rule | undefined> {
    return (await this.manager.call(getRule, { spaceId, ruleId })).rule;
  }

  /** etl tells of a message that has come in; gives the id of the event. */
  async received(
    message: MessageInitShape<typeof MessageReceivedSchema>,
    { id = randomUUID(), times = 1 } = {},
  ): Promise<string> {
    const whole = { spaceId, connectionId: 'c1', from: '+15550001', to: ['+15550009'], ...message };
    for (let time = 0; time < times; time++)
      await this.etl.publishEvents(MessageReceivedSchema, [{ id, message: whole }]);
    return id;
  }

  async executions(ruleId: string, state = ''): Promise<Execution[]> {
    return (await this.manager.call(listExecutions, { spaceId, ruleId, state })).executions;
  }

  /** Waits until the rule has one execution of the event, as expected. */
  executionIs(ruleId: string, eventId: string, expected: object): Promise<Execution> {
    return eventually(async () => {
      const found = (await this.executions(ruleId)).filter((one) => one.eventId === eventId);
      expect(found).toEqual([expect.objectContaining(expected)]);
      const [execution] = found;
      if (execution === undefined) throw new Error('there is no execution');
      return execution;
    }, patience);
  }

  /** Events of rules, in the order of their stream. */
  async news(): Promise<{ subject: string; events: unknown[] }[]> {
    const administrator = await this.platform.administrator();
    const { jetstream } = await import('@nats-io/jetstream');
    const consumer = await jetstream(administrator).consumers.get('RULES', {});
    const { num_pending: pending } = await consumer.info(true);
    if (pending === 0) return [];
    const found: { subject: string; events: unknown[] }[] = [];
    for await (const message of await consumer.fetch({ max_messages: pending, expires: 5000 }))
      found.push({
        subject: message.subject,
        events:
          message.subject === routeSubject(RuleTriggeredSchema)
            ? readEvents(RuleTriggeredSchema, message.data)
            : message.json<unknown[]>(),
      });
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
}
