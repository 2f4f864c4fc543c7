import type { Bus } from '@made-open/bus';
import { DeliveryService, OutboundService, type InvocationResult } from '@made-open/contracts';
import { Answerer } from './answerer.ts';

/** channel-gateway: lets each attempt at a send begin once, and hears what became of deliveries and sends. */
export class FakeGateway {
  /** Results by the id of the delivery, attempt or question, all that came. */
  readonly results = new Map<string, InvocationResult[]>();
  /** Who was granted an attempt. */
  readonly begun = new Map<string, string>();
  readonly answers: Answerer;

  constructor(bus: Bus, token: string) {
    this.answers = new Answerer(bus, 'channel-gateway');
    this.answers.on(DeliveryService.method.recordDelivery, token, ({ deliveryId, result }) =>
      this.#keep(deliveryId, result),
    );
    this.answers.on(OutboundService.method.recordSending, token, ({ attemptId, result }) =>
      this.#keep(attemptId, result),
    );
    this.answers.on(OutboundService.method.recordFaxAnswer, token, ({ questionId, result }) =>
      this.#keep(questionId, result),
    );
    this.answers.on(OutboundService.method.beginSending, token, ({ attemptId, asker }) => {
      const granted = (this.begun.get(attemptId) ?? asker) === asker;
      if (granted) this.begun.set(attemptId, asker);
      return { granted };
    });
  }

  #keep(id: string, result: InvocationResult | undefined): object {
    if (result !== undefined) this.results.set(id, [...(this.results.get(id) ?? []), result]);
    return {};
  }
}
