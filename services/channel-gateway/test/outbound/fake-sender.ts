import { readMessage, type Bus } from '@made-open/bus';
import {
  Effect,
  InvokeSchema,
  invocationsConsumer,
  OutboundService,
  pluginToken,
  type InvocationResultSchema,
  type Invoke,
} from '@made-open/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';

export interface Sent {
  readonly attemptId: string;
  readonly connectionId: string;
  readonly isCall: boolean;
  readonly content: Readonly<Record<string, unknown>>;
}

type Told = MessageInitShape<typeof InvocationResultSchema>;

/** As a runner does it, with a provider that is a function: asks, sends, tells. */
export class FakeSender {
  /** What the provider got. */
  readonly sent: Sent[] = [];
  readonly commands: Invoke[] = [];
  readonly #bus: Bus;
  readonly #plugin: string;
  /** What becomes of a message; throws to tell nothing, as a runner that ends. */
  provider: (sent: Sent) => Told | Promise<Told> = () => ({
    effect: Effect.DONE,
    resultJson: JSON.stringify({ externalId: `SM${String(this.sent.length)}` }),
  });

  constructor(bus: Bus, pluginId: string) {
    this.#bus = bus;
    this.#plugin = pluginToken(pluginId);
    bus.consume(
      invocationsConsumer(pluginId),
      async ({ data }) => {
        const command = readMessage(InvokeSchema, data);
        this.commands.push(command);
        await this.#carryOut(command).catch(() => undefined);
        return 'ack';
      },
      { concurrency: 8 },
    );
  }

  async begin(attemptId: string, connectionId: string, asker = ''): Promise<boolean> {
    for (let n = 0; ; n++)
      try {
        const { granted } = await this.#bus.call(
          OutboundService.method.beginSending,
          { attemptId, connectionId, asker },
          { parameters: { plugin: this.#plugin }, timeoutMs: 2000 },
        );
        return granted;
      } catch (error) {
        if (n >= 20) throw error;
      }
  }

  /** Until somebody has taken it. */
  async tell(attemptId: string, result: Told): Promise<void> {
    for (let n = 0; ; n++)
      try {
        await this.#bus.call(
          OutboundService.method.recordSending,
          { attemptId, result },
          { parameters: { plugin: this.#plugin }, timeoutMs: 2000 },
        );
        return;
      } catch (error) {
        if (n >= 20) throw error;
      }
  }

  async #carryOut({ invocationId, connectionId, work, try: attempt }: Invoke): Promise<void> {
    if (work.case !== 'message' && work.case !== 'call') return;
    const { attemptId } = work.value;
    if (!(await this.begin(attemptId, connectionId, crypto.randomUUID()))) return;
    const json = work.case === 'call' ? work.value.callJson : work.value.messageJson;
    const content = JSON.parse(json) as Sent['content'];
    const sent = { attemptId, connectionId, isCall: work.case === 'call', content };
    this.sent.push(sent);
    const told: Told = await this.provider(sent);
    await this.tell(attemptId, { invocationId, connectionId, try: attempt, ...told });
  }
}
