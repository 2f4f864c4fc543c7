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
  /** Empty: that of the runner. */
  readonly pluginVersion: string;
  readonly content: Readonly<Record<string, unknown>>;
}

type Told = MessageInitShape<typeof InvocationResultSchema>;

export interface Asked {
  readonly questionId: string;
  readonly outboundId: string;
  readonly jobId: string;
  readonly cancel: boolean;
  readonly pluginVersion: string;
}

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

  /** Questions about faxes. */
  readonly asked: Asked[] = [];
  /** What the provider says of a fax. */
  ofFax: (asked: Asked) => Told | Promise<Told> = () => ({
    resultJson: JSON.stringify({ status: 'in_progress' }),
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

  async answer({ questionId, outboundId }: Asked, result: Told): Promise<void> {
    await this.#bus.call(
      OutboundService.method.recordFaxAnswer,
      { questionId, outboundId, result },
      { parameters: { plugin: this.#plugin }, timeoutMs: 2000 },
    );
  }

  async #askOfFax({ connectionId, work, pluginVersion }: Invoke): Promise<void> {
    if (work.case !== 'faxQuestion') return;
    const { questionId, outboundId, jobId, cancel } = work.value;
    const asked = { questionId, outboundId, jobId, cancel, pluginVersion };
    this.asked.push(asked);
    await this.answer(asked, { connectionId, ...(await this.ofFax(asked)) });
  }

  async #carryOut(command: Invoke): Promise<void> {
    const { invocationId, connectionId, work, try: attempt, pluginVersion } = command;
    if (work.case === 'faxQuestion') return this.#askOfFax(command);
    if (work.case !== 'message' && work.case !== 'call' && work.case !== 'fax') return;
    const { attemptId } = work.value;
    if (!(await this.begin(attemptId, connectionId, crypto.randomUUID()))) return;
    const content = JSON.parse(contentOf(work)) as Sent['content'];
    const isCall = work.case === 'call';
    const sent = { attemptId, connectionId, isCall, pluginVersion, content };
    this.sent.push(sent);
    const told: Told = await this.provider(sent);
    await this.tell(attemptId, { invocationId, connectionId, try: attempt, ...told });
  }
}

function contentOf(work: Invoke['work']): string {
  switch (work.case) {
    case 'call':
      return work.value.callJson;
    case 'fax':
      return work.value.faxJson;
    case 'message':
      return work.value.messageJson;
    default:
      return '{}';
  }
}
