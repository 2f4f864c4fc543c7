import {
  busHeaders,
  describeError,
  readEvents,
  readMessage,
  settle,
  writeMessage,
  type Bus,
  type Consumption,
  type Delivery,
  type Settlement,
} from '@made-open/bus';
import {
  consumers as allConsumers,
  type CallMethod,
  type ConsumerDefinition,
  type ServiceName,
} from '@made-open/contracts';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { MessageContext } from './handlers.ts';
import type { Logger } from '../telemetry/logger.ts';
import {
  messageRoute,
  parametersOf,
  pullOptions,
  schemaOf,
  type MessageRoute,
} from './message-route.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { inSpan } from '../telemetry/telemetry.ts';

export interface JetStreamServerOptions {
  readonly service: ServiceName;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Those of the service in the contracts, without partitioned ones, unless given. */
  readonly consumers?: readonly ConsumerDefinition[];
}

/** How a delivery ended, as metrics and logs have it. */
interface Outcome {
  readonly settlement: Settlement;
  readonly outcome: 'done' | 'expired' | 'refused' | 'retried' | 'dead';
}

const done: Outcome = { settlement: 'ack', outcome: 'done' };

/** NestJS transport: pulls the service's durable consumers and hands each message to the handler of its subject. */
export class JetStreamServer extends Server implements CustomTransportStrategy {
  readonly #options: JetStreamServerOptions;
  #routes: readonly MessageRoute[] = [];
  #consumptions: readonly Consumption[] = [];

  constructor(options: JetStreamServerOptions) {
    super();
    this.#options = options;
  }

  /** Called by Nest once every handler is registered. */
  listen(callback: (error?: unknown) => void): void {
    try {
      this.#routes = [...this.messageHandlers].map(([pattern, handler]) =>
        messageRoute(pattern, handler),
      );
      this.#consumptions = this.#pulled().map(({ consumer, options }) =>
        this.#options.bus.consume(consumer, (delivery) => this.#handle(delivery), options),
      );
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Takes no more messages and ends those in hand; the bus itself is closed by the service. */
  async close(): Promise<void> {
    await Promise.all(this.#consumptions.map((consumption) => consumption.stop()));
    this.#consumptions = [];
  }

  on(): void {
    throw new TypeError('JetStreamServer has no events; the bus reports errors to the log');
  }

  override unwrap(): never {
    throw new TypeError('take the Bus instead');
  }

  #pulled() {
    const { service, logger } = this.#options;
    const own =
      this.#options.consumers ??
      allConsumers().filter((consumer) => consumer.service === service && !consumer.pinned);
    return own.flatMap((consumer) => {
      const options = pullOptions(consumer, this.#routes);
      if (options !== undefined) return [{ consumer, options }];
      logger.warn('a consumer has no handlers and is left alone', { consumer: consumer.name });
      return [];
    });
  }

  async #handle(delivery: Delivery): Promise<Settlement> {
    const route = this.#routes.find(({ matches }) => matches.test(delivery.subject));
    const name = route?.pattern ?? 'unknown';
    const started = performance.now();
    const { settlement, outcome } = await inSpan(name, () => this.#attempt(route, delivery));
    const seconds = (performance.now() - started) / 1000;
    this.#options.metrics.observeMessage(name, outcome, seconds);
    return settlement;
  }

  async #attempt(route: MessageRoute | undefined, delivery: Delivery): Promise<Outcome> {
    if (route === undefined) return this.#refuseUnknown(delivery);
    if (route.contract.kind === 'call') return this.#answer(route, route.contract.method, delivery);
    try {
      await this.#dispatch(route, delivery);
      return done;
    } catch (error) {
      const settlement = settle(error, delivery.deliveryCount);
      const outcome =
        typeof settlement === 'object' && 'deadLetter' in settlement ? 'dead' : 'retried';
      const { subject, deliveryCount, messageId } = delivery;
      this.#options.metrics.countError(describeError(error).code);
      const fields = { subject, deliveryCount, messageId, error };
      if (outcome === 'dead') this.#options.logger.error('message given up', fields);
      else this.#options.logger.warn('message failed and comes again', fields);
      return { settlement, outcome };
    }
  }

  async #dispatch(route: MessageRoute, delivery: Delivery): Promise<void> {
    const { contract, pattern } = route;
    if (contract.kind === 'call') return;
    const schema = schemaOf(pattern, contract.schemas);
    if (contract.kind === 'command') {
      await this.#invoke(route, readMessage(schema, delivery.data), delivery);
      return;
    }
    const events = readEvents(schema, delivery.data);
    if (contract.kind === 'events') await this.#invoke(route, events, delivery);
    else for (const event of events) await this.#invoke(route, event, delivery);
  }

  /** A request is answered also when it fails; it is never delivered again, since its caller has gone by then. */
  async #answer(route: MessageRoute, method: CallMethod, delivery: Delivery): Promise<Outcome> {
    const { bus } = this.#options;
    const inbox = delivery.headers.get(busHeaders.replyTo) ?? '';
    if (this.#isExpired(delivery)) return { settlement: 'ack', outcome: 'expired' };
    try {
      const request = readMessage(method.input, delivery.data);
      const response = await this.#invoke(route, request, delivery);
      bus.reply(inbox, writeMessage(method.output, isRecord(response) ? response : {}));
      return done;
    } catch (error) {
      this.#answerError(inbox, error, delivery);
      return { settlement: 'ack', outcome: 'refused' };
    }
  }

  /** Nobody waits for the answer any more. */
  #isExpired({ subject, headers, ageMs }: Delivery): boolean {
    const timeoutMs = Number(headers.get(busHeaders.timeout) ?? Infinity);
    if (ageMs <= timeoutMs) return false;
    this.#options.logger.warn('request came too late', { subject, ageMs, timeoutMs });
    return true;
  }

  #answerError(inbox: string, error: unknown, delivery: Delivery): void {
    const { bus, logger, metrics, service } = this.#options;
    const { code, message, retry } = describeError(error);
    metrics.countError(code);
    if (retry === undefined) logger.error('request failed', { subject: delivery.subject, error });
    // What an unknown error says may hold data of the service; only its log gets it.
    const text = retry === undefined ? `${service} could not answer` : message;
    bus.reply(inbox, text, {
      [busHeaders.errorCode]: code,
      [busHeaders.errorRetry]: retry ?? 'later',
    });
  }

  /** Whoever asks may be of a later release than this, or of an earlier one: it is not told that nobody will ever answer. */
  #refuseUnknown(delivery: Delivery): Outcome {
    const { subject } = delivery;
    const reason = `${this.#options.service} has no handler for ${subject}`;
    this.#options.logger.error('no handler for a message', { subject });
    const code = 'nest.missing_handler';
    const inbox = delivery.headers.get(busHeaders.replyTo);
    if (inbox === undefined)
      return { settlement: { deadLetter: { code, reason } }, outcome: 'dead' };
    this.#options.bus.reply(inbox, reason, {
      [busHeaders.errorCode]: code,
      [busHeaders.errorRetry]: 'later',
    });
    return { settlement: 'ack', outcome: 'refused' };
  }

  async #invoke(route: MessageRoute, content: unknown, delivery: Delivery): Promise<unknown> {
    const { subject, headers, deliveryCount, ageMs } = delivery;
    const context: MessageContext = {
      subject,
      parameters: parametersOf(route, subject),
      headers,
      deliveryCount,
      ageMs,
      working: () => delivery.working(),
    };
    const result: unknown = await route.handler(content, context);
    return lastValueFrom(this.transformToObservable(result), { defaultValue: undefined });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
