import type { EventOf } from '@made-open/bus';
import {
  CallFailedSchema,
  CallPlacedSchema,
  CallUnknownSchema,
  MessageFailedSchema,
  MessageSentSchema,
  MessageUnknownSchema,
  type OutboundCallState,
  type OutboundMessageState,
} from '@made-open/contracts';
import { OnEvents } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ConnectionStore } from '../connections/connection-store.ts';
import type { Signal } from '../connections/states/connection-signals.ts';
import { notSentSignal } from './sending-signal.ts';

type Sending = OutboundMessageState | OutboundCallState;
type Events<T> = readonly { readonly message: T }[];

/** Hears that channels send: one that receives nothing is tried by that alone. A connection that is gone is left alone. */
@Controller()
export class SendingsConsumer {
  constructor(@Inject(ConnectionStore) private readonly connections: ConnectionStore) {}

  @OnEvents(MessageSentSchema)
  sent(events: readonly EventOf<typeof MessageSentSchema>[]): Promise<void> {
    return this.#note(messagesOf(events), sent);
  }

  @OnEvents(CallPlacedSchema)
  placed(events: readonly EventOf<typeof CallPlacedSchema>[]): Promise<void> {
    return this.#note(callsOf(events), sent);
  }

  @OnEvents(MessageFailedSchema)
  failed(events: readonly EventOf<typeof MessageFailedSchema>[]): Promise<void> {
    return this.#note(messagesOf(events), notSentSignal);
  }

  @OnEvents(CallFailedSchema)
  callFailed(events: readonly EventOf<typeof CallFailedSchema>[]): Promise<void> {
    return this.#note(callsOf(events), notSentSignal);
  }

  @OnEvents(MessageUnknownSchema)
  lost(events: readonly EventOf<typeof MessageUnknownSchema>[]): Promise<void> {
    return this.#note(messagesOf(events), notSentSignal);
  }

  @OnEvents(CallUnknownSchema)
  callLost(events: readonly EventOf<typeof CallUnknownSchema>[]): Promise<void> {
    return this.#note(callsOf(events), notSentSignal);
  }

  async #note(
    sendings: readonly Sending[],
    signalOf: (sending: Sending) => Signal | undefined,
  ): Promise<void> {
    const newest = new Map<string, Signal>();
    for (const sending of sendings) {
      const signal = signalOf(sending);
      // One that says no more than that it was tried hides nothing.
      const isNews = signal !== undefined && signal.kind !== 'tried';
      if (isNews || (signal !== undefined && !newest.has(sending.connectionId)))
        newest.set(sending.connectionId, signal);
    }
    for (const [id, signal] of newest) await this.connections.noteSignal(id, signal);
  }
}

function sent(): Signal {
  return { kind: 'sending', failure: undefined };
}

function messagesOf(events: Events<{ message?: OutboundMessageState | undefined }>) {
  return events.flatMap(({ message: { message } }) => (message === undefined ? [] : [message]));
}

function callsOf(events: Events<{ call?: OutboundCallState | undefined }>) {
  return events.flatMap(({ message: { call } }) => (call === undefined ? [] : [call]));
}
