import type { EventOf } from '@made-open/bus';
import {
  CallFailedSchema,
  CallPlacedSchema,
  CallUnknownSchema,
  FaxFailedSchema,
  FaxSentSchema,
  FaxSucceededSchema,
  FaxUnknownSchema,
  MessageFailedSchema,
  MessageSentSchema,
  MessageUnknownSchema,
  type OutboundCallState,
  type OutboundFaxState,
  type OutboundMessageState,
} from '@made-open/contracts';
import { OnEvents } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ConnectionStore } from '../connections/connection-store.ts';
import type { Signal } from '../connections/states/connection-signals.ts';
import { notFaxedSignal, notSentSignal } from './sending-signal.ts';

type Sending = OutboundMessageState | OutboundCallState | OutboundFaxState;
type Events<T> = readonly { readonly time: Date; readonly message: T }[];
interface Heard {
  readonly time: Date;
  readonly sending: Sending;
}

/** What failed longer ago says nothing of now: somebody may have mended it since. */
const newsForMs = 600_000;

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

  @OnEvents(FaxSentSchema)
  faxSent(events: readonly EventOf<typeof FaxSentSchema>[]): Promise<void> {
    return this.#note(faxesOf(events), sent);
  }

  @OnEvents(FaxSucceededSchema)
  faxSucceeded(events: readonly EventOf<typeof FaxSucceededSchema>[]): Promise<void> {
    return this.#note(faxesOf(events), sent);
  }

  @OnEvents(FaxFailedSchema)
  faxFailed(events: readonly EventOf<typeof FaxFailedSchema>[]): Promise<void> {
    return this.#note(faxesOf(events), notFaxedSignal);
  }

  @OnEvents(FaxUnknownSchema)
  faxLost(events: readonly EventOf<typeof FaxUnknownSchema>[]): Promise<void> {
    return this.#note(faxesOf(events), notFaxedSignal);
  }

  async #note(
    heard: readonly Heard[],
    signalOf: (sending: Sending) => Signal | undefined,
  ): Promise<void> {
    const newest = new Map<string, Signal>();
    for (const { time, sending } of heard) {
      const isOld = Date.now() - time.getTime() > newsForMs;
      const signal = isOld ? tried : signalOf(sending);
      // One that says no more than that it was tried hides nothing.
      const isNews = signal !== undefined && signal.kind !== 'tried';
      if (isNews || (signal !== undefined && !newest.has(sending.connectionId)))
        newest.set(sending.connectionId, signal);
    }
    for (const [id, signal] of newest) await this.connections.noteSignal(id, signal);
  }
}

const tried: Signal = { kind: 'tried' };

function sent(): Signal {
  return { kind: 'sending', failure: undefined };
}

function messagesOf(events: Events<{ message?: OutboundMessageState | undefined }>): Heard[] {
  return events.flatMap(({ time, message: { message } }) =>
    message === undefined ? [] : [{ time, sending: message }],
  );
}

function callsOf(events: Events<{ call?: OutboundCallState | undefined }>): Heard[] {
  return events.flatMap(({ time, message: { call } }) =>
    call === undefined ? [] : [{ time, sending: call }],
  );
}

function faxesOf(events: Events<{ fax?: OutboundFaxState | undefined }>): Heard[] {
  return events.flatMap(({ time, message: { fax } }) =>
    fax === undefined ? [] : [{ time, sending: fax }],
  );
}
