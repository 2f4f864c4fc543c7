import {
  callSubject,
  routeSubject,
  type CallMethod,
  type ConsumerDefinition,
  type SubjectParameters,
} from '@made-open/contracts';
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { JetStreamApiError, jetstream, type JetStreamClient } from '@nats-io/jetstream';
import {
  connect,
  credsAuthenticator,
  headers as natsHeaders,
  type MsgHdrs,
  type NatsConnection,
} from '@nats-io/transport-node';
import { Consumption, type Delivery, type DeliveryHandler } from './consumption.ts';
import { BusFullError, CallTimeoutError, PublishError, RemoteError } from './errors.ts';
import { Inboxes, type Inbox } from './inbox.ts';
import { readMessage, writeEvents, writeMessage, type EventInit } from './wire.ts';

/** How a process joins the bus. */
export interface BusOptions {
  /** `nats://host:port`, several separated by commas. */
  readonly servers: string;
  /** Text of a credentials file: user JWT and seed. */
  readonly credentials: string;
  /** Service name; names the connection and the dead letters. */
  readonly name: string;
  /** `_INBOX.<service>` or `_INBOX.plugin-runner.<token>`. */
  readonly inboxPrefix: string;
  /** Hears of refused rights, lost connections and failed handlers. */
  readonly onError?: (error: unknown) => void;
  /** Puts trace context on what is published and takes it from what arrives. */
  readonly propagation?: Propagation;
}

/** Carries trace context in message headers (W3C `traceparent`). */
export interface Propagation {
  inject(set: (name: string, value: string) => void): void;
  extract<T>(headers: ReadonlyMap<string, string>, work: () => T): T;
}

export interface PublishOptions {
  readonly parameters?: SubjectParameters;
  /** The stream drops a second message of the same id within its window. */
  readonly messageId?: string;
}

export interface RawPublishOptions {
  readonly messageId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Inbox that waits for an answer to the message itself. */
  readonly replyTo?: string;
}

export interface CallOptions {
  readonly parameters?: SubjectParameters;
  /** 5000 unless given. */
  readonly timeoutMs?: number;
}

/** Headers of the platform's messages. */
export const busHeaders = {
  replyTo: 'Reply-To',
  deadlineMs: 'Deadline-Ms',
  errorCode: 'Error-Code',
  errorRetry: 'Error-Retry',
} as const;

const storeFailed = 10_077; // JSStreamStoreFailedF: a limit of stream or subject was reached
const insufficientResources = 10_023;
const defaultTimeoutMs = 5000;
const publishTimeoutMs = 10_000;

/** The connection of a process to JetStream; knows nothing of Nest. */
export class Bus {
  readonly connection: NatsConnection;
  readonly #jetstream: JetStreamClient;
  readonly #inboxes: Inboxes;
  readonly #options: BusOptions;
  readonly #consumptions = new Set<Consumption>();
  #connected = true;

  private constructor(connection: NatsConnection, options: BusOptions) {
    this.connection = connection;
    this.#options = options;
    this.#jetstream = jetstream(connection, { timeout: publishTimeoutMs });
    this.#inboxes = new Inboxes(connection, options.inboxPrefix);
  }

  /** Connects, waiting for the server if need be, and reconnects for as long as the process lives. */
  static async connect(options: BusOptions): Promise<Bus> {
    const connection = await connect({
      servers: options.servers.split(','),
      name: options.name,
      inboxPrefix: options.inboxPrefix,
      authenticator: credsAuthenticator(new TextEncoder().encode(options.credentials)),
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      reconnectTimeWait: 250,
      ignoreAuthErrorAbort: true,
    });
    const bus = new Bus(connection, options);
    void bus.#watch(options.onError ?? (() => undefined));
    return bus;
  }

  /** Publishes a command; resolves once its stream has stored it. */
  async publish<D extends DescMessage>(
    schema: D,
    message: MessageInitShape<D>,
    options: PublishOptions = {},
  ): Promise<void> {
    const subject = routeSubject(schema, options.parameters);
    await this.publishRaw(subject, writeMessage(schema, message), options);
  }

  /** Publishes events of one type as one CloudEvents batch. */
  async publishEvents<D extends DescMessage>(
    schema: D,
    events: readonly EventInit<D>[],
    options: PublishOptions = {},
  ): Promise<void> {
    const subject = routeSubject(schema, options.parameters);
    await this.publishRaw(
      subject,
      writeEvents(schema, subject, `/${this.#options.name}`, events),
      options,
    );
  }

  /** Publishes bytes as they are: frames, and messages that an outbox holds ready. Throws BusFullError when the stream is full. */
  async publishRaw(
    subject: string,
    payload: Uint8Array | string,
    options: RawPublishOptions = {},
  ): Promise<void> {
    const headers = this.#headers(options.headers);
    if (options.replyTo !== undefined) headers.set(busHeaders.replyTo, options.replyTo);
    try {
      await this.#jetstream.publish(subject, payload, {
        headers,
        ...(options.messageId === undefined ? {} : { msgID: options.messageId }),
      });
    } catch (error) {
      if (
        error instanceof JetStreamApiError &&
        [storeFailed, insufficientResources].includes(error.code)
      )
        throw new BusFullError(subject, { cause: error });
      throw new PublishError(subject, error);
    }
  }

  /** Asks a service and waits for its answer; an error answer rejects with the RemoteError that the service named. */
  async call<I extends DescMessage, O extends DescMessage>(
    method: CallMethod<I, O>,
    request: MessageInitShape<I>,
    options: CallOptions = {},
  ): Promise<MessageShape<O>> {
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    const subject = callSubject(method, options.parameters);
    const inbox = this.newInbox();
    const headers = this.#headers();
    headers.set(busHeaders.replyTo, inbox.subject);
    headers.set(busHeaders.deadlineMs, String(Date.now() + timeoutMs));
    try {
      // The acknowledgement of the stream is not awaited: the answer says more, and no answer ends in a timeout.
      this.connection.publish(subject, writeMessage(method.input, request), { headers });
      const answer = await inbox.next(timeoutMs);
      if (answer === undefined) throw new CallTimeoutError(subject, timeoutMs);
      const code = answer.headers?.get(busHeaders.errorCode) ?? '';
      if (code !== '')
        throw new RemoteError(
          code,
          answer.string(),
          answer.headers?.get(busHeaders.errorRetry) === 'never' ? 'never' : 'later',
        );
      return readMessage(method.output, answer.data);
    } finally {
      inbox.close();
    }
  }

  /** An inbox of one's own, for answers to messages that are not calls. */
  newInbox(): Inbox {
    return this.#inboxes.open();
  }

  /** Answers to an inbox, as JetStream's own acknowledgements do: not stored. */
  reply(
    inbox: string,
    payload: Uint8Array | string,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    // Only inboxes: a forged Reply-To must not make a service publish elsewhere.
    if (!inbox.startsWith('_INBOX.')) return;
    this.connection.publish(inbox, payload, { headers: this.#headers(headers) });
  }

  /** Handles the messages of a durable consumer; `concurrency` 1 keeps their order. */
  consume(
    consumer: Pick<ConsumerDefinition, 'stream' | 'name' | 'pinned'>,
    handler: DeliveryHandler,
    options: { maxMessages?: number; concurrency?: number } = {},
  ): Consumption {
    const propagation = this.#options.propagation;
    const consumption = new Consumption(
      this.#jetstream,
      {
        ...consumer,
        maxMessages: options.maxMessages ?? 32,
        concurrency: options.concurrency ?? 1,
        bury: (delivery, code, reason) => this.#bury(consumer.name, delivery, code, reason),
        onError: this.#options.onError ?? (() => undefined),
      },
      propagation === undefined
        ? handler
        : (delivery) => propagation.extract(delivery.headers, () => handler(delivery)),
    );
    this.#consumptions.add(consumption);
    return consumption;
  }

  isConnected(): boolean {
    return this.#connected && !this.connection.isClosed();
  }

  /** Finishes what is in hand and closes the connection. */
  async close(): Promise<void> {
    await Promise.all([...this.#consumptions].map((consumption) => consumption.stop()));
    await this.connection.drain();
  }

  async #bury(consumer: string, delivery: Delivery, code: string, reason: string): Promise<void> {
    await this.publishRaw(`dead.${this.#options.name}.${consumer}`, delivery.data, {
      headers: {
        'Dead-Subject': delivery.subject,
        'Dead-Code': code,
        'Dead-Reason': reason.replaceAll(/[^\x20-\x7e]+/gu, ' ').slice(0, 500),
      },
    });
  }

  #headers(values: Readonly<Record<string, string>> = {}): MsgHdrs {
    const headers = natsHeaders();
    for (const [name, value] of Object.entries(values)) headers.set(name, value);
    this.#options.propagation?.inject((name, value) => headers.set(name, value));
    return headers;
  }

  async #watch(onError: (error: unknown) => void): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'error') onError(status.error);
      if (status.type === 'reconnect') this.#connected = true;
      if (status.type !== 'disconnect') continue;
      this.#connected = false;
      onError(new Error('the connection to NATS was lost; it is made again'));
    }
  }
}
