import { routeSubject, type CallMethod, type ConsumerDefinition } from '@made-open/contracts';
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { randomUUID } from 'node:crypto';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import {
  connect,
  credsAuthenticator,
  errors as natsErrors,
  type NatsConnection,
} from '@nats-io/transport-node';
import type {
  BusOptions,
  CallOptions,
  ConsumeOptions,
  EventsOptions,
  PublishOptions,
  RawPublishOptions,
} from './bus-options.ts';
import {
  PullConsumption,
  type Consumption,
  type Delivery,
  type DeliveryHandler,
} from './consumption/consumption.ts';
import { busHeaders } from './bus-headers.ts';
import { Calls } from './calls.ts';
import { Inboxes, type Inbox } from './inbox.ts';
import { Link } from './link.ts';
import { Outgoing } from './publishing/outgoing.ts';
import { Publisher } from './publishing/publisher.ts';
import { serverOptions } from './server-options.ts';
import { StoredMessages } from './stored-messages.ts';
import { SubjectStore } from './subject-store.ts';
import { writeEvents, writeMessage } from './wire.ts';

/** Less than the default patience of a call: what is new waits meanwhile. A later answer is lost with the connection. */
const answersWithinMs = 4000;
const eventBatchType = 'application/cloudevents-batch+json';

/** The connection of a process to JetStream; knows nothing of Nest. */
export class Bus {
  readonly connection: NatsConnection;
  readonly #jetstream: JetStreamClient;
  readonly #inboxes: Inboxes;
  readonly #options: BusOptions;
  readonly #consumptions = new Set<Consumption>();
  readonly #link = new Link();
  readonly #publisher: Publisher;
  readonly #outgoing: Outgoing;
  readonly #calls: Calls;

  private constructor(connection: NatsConnection, options: BusOptions) {
    this.connection = connection;
    this.#options = options;
    this.#jetstream = jetstream(connection);
    this.#publisher = new Publisher(connection, this.#link, options.name);
    this.#inboxes = new Inboxes(connection, options.inboxPrefix);
    this.#outgoing = new Outgoing(connection, options.propagation);
    this.#calls = new Calls({
      name: options.name,
      connection,
      link: this.#link,
      inboxes: this.#inboxes,
      outgoing: this.#outgoing,
    });
  }

  /** Connects, waiting for the server if need be, and reconnects for as long as the process lives. */
  static async connect(options: BusOptions): Promise<Bus> {
    const { credentials } = options;
    const text = typeof credentials === 'string' ? () => credentials : credentials;
    const connection = await connect({
      ...serverOptions(options),
      name: options.name,
      inboxPrefix: options.inboxPrefix,
      // The client reads the text by lines: the last one needs its end, which reading a secret may have trimmed.
      authenticator: credsAuthenticator(() => new TextEncoder().encode(`${text().trim()}\n`)),
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      reconnectTimeWait: 250,
      pingInterval: 20_000,
      ignoreAuthErrorAbort: true,
      // An error object for each request, made before anything has failed, was 2 % of a runner's time.
      noAsyncTraces: true,
    });
    const bus = new Bus(connection, options);
    void bus.#watch();
    return bus;
  }

  /** Publishes a command as proto JSON; resolves once its stream has stored it, and says whether it had it before. */
  async publish<D extends DescMessage>(
    schema: D,
    message: MessageInitShape<D>,
    options: PublishOptions = {},
  ): Promise<{ isDuplicate: boolean }> {
    const subject = routeSubject(schema, options.parameters);
    return this.#store(subject, writeMessage(schema, message), messageIdOf(options));
  }

  /** Publishes events of one type as one CloudEvents batch. */
  async publishEvents<D extends DescMessage>(
    schema: D,
    events: Parameters<typeof writeEvents<D>>[2],
    options: EventsOptions = {},
  ): Promise<void> {
    const subject = routeSubject(schema, options.parameters);
    const source = options.source ?? this.#options.name;
    await this.publishRaw(subject, writeEvents(schema, { type: subject, source }, events), {
      ...messageIdOf(options),
      headers: { [busHeaders.contentType]: eventBatchType },
    });
  }

  /**
   * Publishes bytes as they are: frames, and messages that an outbox holds ready.
   * Throws BusFullError when the stream, or the subject in it, is full.
   */
  async publishRaw(
    subject: string,
    payload: Uint8Array | string,
    options: RawPublishOptions = {},
  ): Promise<void> {
    await this.#store(subject, payload, options);
  }

  /**
   * Asks a service and waits for its answer. An error answer rejects with a RemoteError that has the code and retry
   * of the answering service, no answer with CallTimeoutError, an aborted signal with its reason.
   */
  call<I extends DescMessage, O extends DescMessage>(
    method: CallMethod<I, O>,
    request: MessageInitShape<I>,
    options: CallOptions = {},
  ): Promise<MessageShape<O>> {
    return this.#calls.call(method, request, options);
  }

  /** An inbox of one's own, for answers to messages that are not calls; give it as `replyTo`. */
  newInbox(): Inbox<Uint8Array> {
    return this.#inboxes.open((message) => message.data);
  }

  /** Answers to an inbox, as JetStream's own acknowledgements do: not stored. */
  reply(
    inbox: string,
    payload: Uint8Array | string,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    // Only inboxes: a forged Reply-To must not make a service publish elsewhere.
    if (!/^_INBOX(\.[A-Za-z0-9_-]+){2,}$/u.test(inbox)) return;
    this.connection.publish(inbox, this.#outgoing.payload(inbox, payload), {
      headers: this.#outgoing.headers(headers),
    });
  }

  /**
   * Handles the messages of a durable consumer; `concurrency` 1, the default, keeps their order.
   * With `maxMessages` no larger than `concurrency` nothing is fetched ahead: for work that takes long.
   */
  consume(
    consumer: Pick<ConsumerDefinition, 'stream' | 'name'> & { readonly pinned?: boolean },
    handler: DeliveryHandler,
    options: ConsumeOptions = {},
  ): Consumption {
    const propagation = this.#options.propagation;
    const consumption = new PullConsumption(
      this.#jetstream,
      {
        stream: consumer.stream,
        name: consumer.name,
        pinned: consumer.pinned === true,
        maxMessages: options.maxMessages ?? defaultMaxMessages(options),
        concurrency: options.concurrency ?? 1,
        bury: (delivery, letter) => this.#bury(consumer, delivery, letter),
        onError: (error) => this.#options.onError?.(error),
        isClosed: () => this.connection.isClosed(),
      },
      propagation === undefined
        ? handler
        : (delivery) => propagation.extract(delivery.headers, () => handler(delivery)),
    );
    this.#consumptions.add(consumption);
    return {
      stop: async () => {
        await consumption.stop();
        this.#consumptions.delete(consumption);
      },
    };
  }

  /** Reads a stream by position; needs the right of a reader in the contracts. */
  stored(stream: string): StoredMessages {
    return new StoredMessages(stream, this.#requests());
  }

  /** Reads and removes what single subjects of a stream hold; needs the right of a keeper in the contracts. */
  subjects(stream: string): SubjectStore {
    return new SubjectStore(stream, this.#requests());
  }

  /** Connects anew, with the credentials as they are now; what is on its way is sent again. */
  async reconnect(): Promise<void> {
    // A connection that is away is made again with them anyway.
    if (!this.isConnected()) return;
    this.#link.set(false); // what is new waits until the connection is there again
    await this.#calls.whenAnswered(answersWithinMs);
    await this.connection.reconnect();
  }

  isConnected(): boolean {
    return this.#link.isUp && !this.connection.isClosed();
  }

  /** Takes no more messages from now on; resolves when those in hand are settled. */
  async stopConsuming(): Promise<void> {
    await Promise.all([...this.#consumptions].map((consumption) => consumption.stop()));
    await this.connection.flush().catch(() => undefined); // acknowledgements on their way
  }

  /** Finishes what is in hand and closes the connection. */
  async close(): Promise<void> {
    await this.stopConsuming();
    // A connection that is away cannot be drained; left open it would be made again for ever.
    if (!this.connection.isClosed()) await this.connection.drain().catch(() => undefined);
    if (!this.connection.isClosed()) await this.connection.close();
  }

  #requests(): ConstructorParameters<typeof SubjectStore>[1] {
    return {
      open: () => this.#inboxes.open((message) => message),
      ask: (subject, payload, reply) => this.connection.publish(subject, payload, { reply }),
    };
  }

  async #store(
    subject: string,
    payload: Uint8Array | string,
    options: RawPublishOptions,
  ): Promise<{ isDuplicate: boolean }> {
    const headers = this.#outgoing.headers(options.headers);
    if (options.replyTo !== undefined) headers.set(busHeaders.replyTo, options.replyTo);
    return this.#publisher.store(subject, this.#outgoing.payload(subject, payload), {
      headers,
      messageId: options.messageId ?? randomUUID(),
    });
  }

  async #bury(
    consumer: { readonly stream: string; readonly name: string },
    delivery: Delivery,
    { code, reason }: { code: string; reason: string },
  ): Promise<void> {
    await this.publishRaw(`dead.${this.#options.name}.${consumer.name}`, delivery.data, {
      messageId: `${consumer.name}-${String(delivery.sequence)}-${String(delivery.deliveryCount)}`,
      headers: {
        [busHeaders.deadSubject]: delivery.subject,
        [busHeaders.deadCode]: code,
        [busHeaders.deadReason]: headerValue(reason),
      },
    });
  }

  async #watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'error') this.#hear(status.error);
      if (status.type === 'reconnect') this.#link.set(true);
      if (status.type !== 'disconnect') continue;
      this.#link.set(false);
      this.#options.onError?.(new Error('the connection to NATS was lost; it is made again'));
    }
  }

  #hear(error: Error): void {
    this.#options.onError?.(error);
    if (!(error instanceof natsErrors.PermissionViolationError)) return;
    this.#calls.refuse(error.subject, error);
  }
}

function defaultMaxMessages({ concurrency = 1 }: ConsumeOptions): number {
  return Math.max(8, concurrency * 2);
}

function messageIdOf({ messageId }: PublishOptions): { messageId?: string } {
  return messageId === undefined ? {} : { messageId };
}

function headerValue(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/gu, ' ').slice(0, 500);
}
