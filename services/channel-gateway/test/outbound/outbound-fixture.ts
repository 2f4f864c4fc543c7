import { ensureRunnerConsumer } from '@made-open/bus';
import { ConnectionChangedSchema, ConnectionState, Effect } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { JetStreamEventLog } from '../../src/stream/jet-stream-event-log.ts';
import { FakeSender } from './fake-sender.ts';
import { bootstrapId, Gateway, keyOf, type Answer } from '../gateway.ts';

export const channelPlugin = 'com.example.channel';

export interface Sending {
  readonly body?: unknown;
  readonly key?: string;
  readonly path?: string;
  readonly apiKey?: string;
  readonly port?: number;
}

/** The gateway with two channels, and a runner of their plugin that sends. */
export class OutboundFixture {
  readonly gateway: Gateway;
  readonly runner: FakeSender;
  #generation = 0;

  private constructor(gateway: Gateway, runner: FakeSender) {
    this.gateway = gateway;
    this.runner = runner;
  }

  static async start(): Promise<OutboundFixture> {
    const gateway = await Gateway.start({ RATE_BURST: '10000', RATE_PER_SECOND: '1000' });
    await ensureRunnerConsumer(await gateway.platform.administrator(), channelPlugin);
    const bus = await gateway.platform.runnerBus(channelPlugin);
    const fixture = new OutboundFixture(gateway, new FakeSender(bus, channelPlugin));
    await fixture.announce('channel-1');
    await fixture.announce('steady-1', { channelJson: '{"type":"sms","idempotentSends":true}' });
    return fixture;
  }

  /** As each test begins: nothing was sent, and the provider takes everything. */
  reset(): void {
    this.runner.sent.splice(0);
    this.runner.provider = ({ attemptId }) => ({
      effect: Effect.DONE,
      resultJson: JSON.stringify({ externalId: `SM-${attemptId}` }),
    });
  }

  async announce(connectionId: string, of: object = {}): Promise<void> {
    this.#generation++;
    const message = {
      connectionId,
      spaceId: 'default',
      pluginId: channelPlugin,
      pluginType: 'channel',
      state: ConnectionState.ACTIVE,
      channelJson: '{"type":"sms"}',
      generation: this.#generation,
      ...of,
    };
    await this.gateway.manager.publishEvents(ConnectionChangedSchema, [{ message }]);
    await eventually(async () => {
      const row = this.gateway.database.db
        .selectFrom('connection')
        .select('generation')
        .where('id', '=', connectionId);
      expect(Number((await row.executeTakeFirst())?.generation)).toBe(message.generation);
    });
  }

  async send(sending: Sending = {}): Promise<Answer> {
    const { path = '/v1/channels/channel-1/messages', apiKey = keyOf(bootstrapId), key } = sending;
    const { body = { to: '+15550001', body: 'Hello' }, port = this.gateway.service.port } = sending;
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${apiKey}`,
        'Content-Type': 'application/json',
        ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const answer = JSON.parse(text) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body: answer, text };
  }

  async cancel(url: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`http://127.0.0.1:${String(this.gateway.service.port)}${url}`, {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${keyOf(bootstrapId)}` },
    });
    return { status: response.status, body: await response.json() };
  }

  /** How what was sent stands, once it stands so. */
  async reaches(sent: Answer, state: string): Promise<Record<string, unknown>> {
    return eventually(async () => {
      const { body } = await this.gateway.get(sent.headers.get('location') ?? '');
      expect(body['state']).toBe(state);
      return body;
    });
  }

  /** Types of the events about one message, in their order. */
  async eventsAbout(id: unknown): Promise<string[]> {
    const stored = (await this.gateway.platform.bus('channel-gateway')).stored('COMMUNICATION');
    const log = new JetStreamEventLog(stored, () => undefined);
    const found: string[] = [];
    for (let after = 0; ;) {
      const page = await log.after(after);
      const end = page.at(-1);
      if (end === undefined) return found;
      after = end.sequence;
      for (const { events } of page)
        for (const { type, json } of events)
          if (json.includes(`"outbound_id":"${String(id)}"`)) found.push(type);
    }
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
  }
}
