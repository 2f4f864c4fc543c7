import type { Bus } from '@made-open/bus';
import { OutboundKind, OutboundService } from '@made-open/contracts';
import { RulesError } from '../errors.ts';
import { causes, textIn, type CarriedOut, type CarryOut, type DueAction } from './carry-out.ts';

/** Hands a message to channel-gateway, which takes each idempotency key once. */
export class SendMessage implements CarryOut {
  readonly #bus: Pick<Bus, 'call'>;

  constructor(bus: Pick<Bus, 'call'>) {
    this.#bus = bus;
  }

  async carryOut(action: DueAction): Promise<CarriedOut> {
    const { executionId, index, spaceId, content } = action;
    const { connection: _connection, thread_id: _threadId, ...message } = content;
    if (textIn(content, 'to') === '')
      throw new RulesError(
        'no_receiver',
        'the event has nothing where `to` looks for the receiver',
      );
    if (textIn(content, 'body') === '')
      throw new RulesError('no_body', 'the event has nothing where `body` looks for its text');
    const threadId = textIn(content, 'thread_id');
    const { outboundId } = await this.#bus.call(OutboundService.method.submitOutbound, {
      spaceId,
      connectionId: textIn(content, 'connection'),
      kind: OutboundKind.MESSAGE,
      contentJson: JSON.stringify({ ...message, ...(threadId === '' ? {} : { threadId }) }),
      idempotencyKey: `${executionId}-${String(index)}`,
      causedBy: causes(action),
    });
    return { resultId: outboundId };
  }
}
