import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Bus } from '@made-open/bus';
import { InvokeSchema, type InvocationResult } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { randomUUID } from 'node:crypto';
import { token, type RunnerFixture } from './runner.ts';
import { FakeGateway } from './services/fake-gateway.ts';
import { FakeRules } from './services/fake-rules.ts';

type Work = NonNullable<MessageInitShape<typeof InvokeSchema>['work']>;

interface Asked {
  readonly invocationId?: string;
  readonly withinMs?: number;
  /** Of the clock of who asks. */
  readonly aheadMs?: number;
  readonly try?: number;
  readonly hasRequestBudget?: boolean;
  /** That of the runner unless given. */
  readonly pluginVersion?: string;
}

/** Asks for short calls of a plugin's code, as the services do that need them. */
export class Invoker {
  readonly gateway: FakeGateway;
  readonly rules: FakeRules;
  readonly #fixture: RunnerFixture;
  readonly #bus: Bus;
  #sent = 0;

  private constructor(fixture: RunnerFixture, buses: { gateway: Bus; rules: Bus }) {
    this.#fixture = fixture;
    this.#bus = buses.gateway;
    this.gateway = new FakeGateway(buses.gateway, token);
    this.rules = new FakeRules(buses.rules, token);
  }

  static async beside(fixture: RunnerFixture): Promise<Invoker> {
    const gateway = await fixture.platform.bus('channel-gateway');
    return new Invoker(fixture, { gateway, rules: await fixture.platform.bus('rules') });
  }

  /** Sends a command; gives the invocation's id. */
  async ask(connectionId: string, work: Work, asked: Asked = {}): Promise<string> {
    const { invocationId = randomUUID(), withinMs = 60_000, aheadMs = 0 } = asked;
    const endBefore = new Date(Date.now() + aheadMs + withinMs).toISOString();
    const origin = { invocationId, connectionId, spaceId: 'default' };
    const { pluginVersion = '' } = asked;
    const command = { ...origin, endBefore, withinMs: Math.max(withinMs, 0), pluginVersion, work };
    await this.#bus.publish(
      InvokeSchema,
      { ...command, try: asked.try ?? 1, hasRequestBudget: asked.hasRequestBudget ?? false },
      {
        parameters: { plugin: token, connection: connectionId },
        messageId: `invoke/${String(++this.#sent)}`,
      },
    );
    return invocationId;
  }

  async webhook(connectionId: string, payload: unknown, asked?: Asked): Promise<InvocationResult> {
    const deliveryId = randomUUID();
    await this.ask(connectionId, delivery(deliveryId, payload), asked);
    return this.result(deliveryId);
  }

  async message(
    connectionId: string,
    message: object,
    { isIdempotent = false, ...asked }: Asked & { isIdempotent?: boolean } = {},
  ): Promise<InvocationResult> {
    const attemptId = randomUUID();
    const value = { attemptId, messageJson: JSON.stringify(message), isIdempotent };
    await this.ask(connectionId, { case: 'message', value }, { invocationId: attemptId, ...asked });
    return this.result(attemptId);
  }

  async fax(connectionId: string, fax: object, asked: Asked = {}): Promise<InvocationResult> {
    const attemptId = randomUUID();
    const value = { attemptId, faxJson: JSON.stringify(fax), isIdempotent: false };
    await this.ask(connectionId, { case: 'fax', value }, { invocationId: attemptId, ...asked });
    return this.result(attemptId);
  }

  async askOfFax(
    connectionId: string,
    { jobId, cancel = false }: { readonly jobId: string; readonly cancel?: boolean },
    asked: Asked = {},
  ): Promise<InvocationResult> {
    const questionId = randomUUID();
    const value = { questionId, outboundId: randomUUID(), jobId, cancel };
    await this.ask(connectionId, { case: 'faxQuestion', value }, asked);
    return this.result(questionId);
  }

  async evaluate(connectionId: string, name: string, fact: unknown, value: unknown) {
    const id = await this.ask(connectionId, {
      case: 'operator',
      value: { name, factJson: JSON.stringify(fact), valueJson: JSON.stringify(value) },
    });
    return soon(() => this.rules.evaluations.get(id), id);
  }

  async subscription(
    connectionId: string,
    value: Extract<Work, { case: 'subscription' }>['value'],
  ) {
    const id = await this.ask(connectionId, { case: 'subscription', value });
    return soon(() => this.#fixture.scheduler.subscriptions.get(id), id);
  }

  /** The first result of a delivery or an attempt. */
  result(id: string): Promise<InvocationResult> {
    return soon(() => this.gateway.results.get(id)?.[0], id);
  }
}

/** What a webhook has brought. */
export function delivery(deliveryId: string, payload: unknown): Work {
  const value = {
    deliveryId,
    name: 'push',
    payloadJson: JSON.stringify(payload),
    headers: { 'content-type': 'application/json' },
    query: { a: '1' },
    receivedAt: '2026-01-01T00:00:00.000Z',
  };
  return { case: 'webhook', value };
}

function soon(look: () => InvocationResult | undefined, id: string): Promise<InvocationResult> {
  return eventually(
    () => {
      const result = look();
      if (result === undefined) throw new Error(`there is no result of ${id} yet`);
      return result;
    },
    { timeoutMs: 60_000 },
  );
}
