import {
  callSubject,
  routeSubject,
  type CallMethod,
  type ConsumerDefinition,
} from '@made-open/contracts';
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { randomUUID } from 'node:crypto';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import {
  connect,
  credsAuthenticator,
  errors as natsErrors,
  headers as natsHeaders,
  type Msg,
  type MsgHdrs,
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
} from './consumption.ts';
import {
  BusPermissionError,
  CallTimeoutError,
  MessageTooLargeError,
  RemoteError,
} from './errors.ts';
import { Inboxes, type Inbox } from './inbox.ts';
import { Link } from './link.ts';
import { Publisher } from './publisher.ts';
import { readMessage, writeEvents, writeMessage } from './wire.ts';

/** Headers of the platform's messages. */
export const busHeaders = {
  /** Inbox that waits for an answer. */
  replyTo: 'Reply-To',
  /** Milliseconds that the asker waits, from the moment the request is stored: no two machines have the same time. */
  timeout: 'Timeout',
  contentType: 'Content-Type',
  errorCode: 'Error-Code',
  errorRetry: 'Error-Retry',
  deadSubject: 'Dead-Subject',
  deadCode: 'Dead-Code',
  deadReason: 'Dead-Reason',
} as const;

const defaultTimeoutMs = 5000;
const eventBatchType = 'application/cloudevents-batch+json';

/** The connection of a process to JetStream; knows nothing of Nest. */
export class Bus {
  readonly connection: NatsConnection;
  readonly #jetstream: JetStreamClient;
  readonly #inboxes: Inboxes;
  readonly #options: BusOptions;
  readonly #consumptions = new Set<Consumption>();
  /** Calls under way by subject; they hear when the server refuses their request. */
  readonly #refusals = new Map<string, Set<(error: Error) => void>>();
  readonly #link = new Link();
  readonly #publisher: Publisher;

  private constructor(connection: NatsConnection, options: BusOptions) {
    this.connection = connection;
    this.#options = options;
    this.#jetstream = jetstream(connection);
    this.#publisher = new Publisher(connection, this.#link, options.name);
    this.#inboxes = new Inboxes(connection, options.inboxPrefix);
  }

  /** Connects, waiting for the server if need be, and reconnects for as long as the process lives. */
  static async connect(options: BusOptions): Promise<Bus> {
    // The client reads the text by lines: the last one needs its end, which reading a secret may have trimmed.
    const credentials = new TextEncoder().encode(`${options.credentials.trim()}\n`);
    const connection = await connect({
      servers: options.servers.split(','),
      name: options.name,
      inboxPrefix: options.inboxPrefix,
      authenticator: credsAuthenticator(credentials),
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

  /** Publishes a command as proto JSON; resolves once its stream has stored it. */
  async publish<D extends DescMessage>(
    schema: D,
    message: MessageInitShape<D>,
    options: PublishOptions = {},
  ): Promise<void> {
    const subject = routeSubject(schema, options.parameters);
    await this.publishRaw(subject, writeMessage(schema, message), messageIdOf(options));
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
    const headers = this.#headers(options.headers);
    if (options.replyTo !== undefined) headers.set(busHeaders.replyTo, options.replyTo);
    await this.#publisher.store(subject, this.#sized(subject, payload), {
      headers,
      messageId: options.messageId ?? randomUUID(),
    });
  }

  /**
   * Asks a service and waits for its answer. An error answer rejects with a RemoteError that has the code and retry
   * of the answering service, no answer with CallTimeoutError, an aborted signal with its reason.
   */
  async call<I extends DescMessage, O extends DescMessage>(
    method: CallMethod<I, O>,
    request: MessageInitShape<I>,
    options: CallOptions = {},
  ): Promise<MessageShape<O>> {
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    const subject = callSubject(method, options.parameters);
    const payload = this.#sized(subject, writeMessage(method.input, request));
    options.signal?.throwIfAborted();
    const inbox = this.#inboxes.open((message) => message);
    const headers = this.#headers();
    headers.set(busHeaders.replyTo, inbox.subject);
    const deadline = performance.now() + timeoutMs;
    const failure = this.#failureOf(subject, options.signal);
    try {
      // The acknowledgement of the stream is not awaited: the answer says more, and no answer ends in a timeout.
      if (!(await this.#link.whenUp(timeoutMs))) throw new CallTimeoutError(subject, timeoutMs);
      const leftMs = Math.max(Math.round(deadline - performance.now()), 1);
      headers.set(busHeaders.timeout, String(leftMs));
      this.connection.publish(subject, payload, { headers });
      const answer = await Promise.race([inbox.next(leftMs), failure.promise]);
      if (answer === undefined) throw new CallTimeoutError(subject, timeoutMs);
      throwRemoteError(answer);
      return readMessage(method.output, answer.data);
    } finally {
      inbox.close();
      failure.release();
    }
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
    this.connection.publish(inbox, this.#sized(inbox, payload), {
      headers: this.#headers(headers),
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

  #headers(values: Readonly<Record<string, string>> = {}): MsgHdrs {
    const headers = natsHeaders();
    for (const [name, value] of Object.entries(values)) headers.set(name, value);
    this.#options.propagation?.inject((name, value) => headers.set(name, value));
    return headers;
  }

  #sized(subject: string, payload: Uint8Array | string): Uint8Array {
    const data = typeof payload === 'string' ? encoder.encode(payload) : payload;
    const limitBytes = this.connection.info?.max_payload;
    if (limitBytes !== undefined && data.byteLength > limitBytes - headerRoomBytes)
      throw new MessageTooLargeError(subject, data.byteLength, limitBytes - headerRoomBytes);
    return data;
  }

  #failureOf(subject: string, signal: AbortSignal | undefined) {
    const { promise, reject } = Promise.withResolvers<never>();
    const abort = () =>
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    const refusals = this.#refusals.get(subject) ?? new Set();
    this.#refusals.set(subject, refusals.add(reject));
    signal?.addEventListener('abort', abort, { once: true });
    const release = () => {
      signal?.removeEventListener('abort', abort);
      refusals.delete(reject);
      if (refusals.size === 0 && this.#refusals.get(subject) === refusals)
        this.#refusals.delete(subject);
    };
    return { promise, release };
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
    const refused = new BusPermissionError(this.#options.name, error.subject, { cause: error });
    for (const reject of this.#refusals.get(error.subject) ?? []) reject(refused);
  }
}

const encoder = new TextEncoder();
/** The server counts headers as payload. */
const headerRoomBytes = 4096;

function defaultMaxMessages({ concurrency = 1 }: ConsumeOptions): number {
  return Math.max(8, concurrency * 2);
}

function messageIdOf({ messageId }: PublishOptions): { messageId?: string } {
  return messageId === undefined ? {} : { messageId };
}

function throwRemoteError(answer: Msg): void {
  const code = answer.headers?.get(busHeaders.errorCode) ?? '';
  if (code === '') return;
  const retry = answer.headers?.get(busHeaders.errorRetry) === 'never' ? 'never' : 'later';
  throw new RemoteError(code, answer.string(), retry);
}

function headerValue(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/gu, ' ').slice(0, 500);
}
