import {
  Bus,
  busHeaders,
  describeError,
  readEvents,
  readMessage,
  writeMessage,
  type Delivery,
  type Settlement,
} from '@made-open/bus';
import { callOf, consumers, type ConsumerDefinition, type ServiceName } from '@made-open/contracts';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { HandlerContract, MessageContext } from './handlers.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { inSpan } from './telemetry.ts';

interface Route {
  readonly matches: RegExp;
  readonly pattern: string;
  readonly handler: MessageHandler;
  readonly contract: HandlerContract;
}

export interface JetStreamServerOptions {
  readonly service: ServiceName;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const concurrentRequests = 16;

/** NestJS transport: pulls the service's durable consumers and hands each message to the handler of its subject. */
export class JetStreamServer extends Server implements CustomTransportStrategy {
  readonly #options: JetStreamServerOptions;
  #routes: Route[] = [];

  constructor(options: JetStreamServerOptions) {
    super();
    this.#options = options;
  }

  /** Called by Nest once every handler is registered. */
  listen(callback: () => void): void {
    this.#routes = [...this.messageHandlers].map(([pattern, handler]) =>
      routeOfHandler(pattern, handler),
    );
    for (const consumer of this.#consumers()) {
      const requests = consumer.stream === 'REQUESTS';
      this.#options.bus.consume(consumer, (delivery) => this.#handle(delivery), {
        concurrency: requests ? concurrentRequests : 1,
      });
    }
    callback();
  }

  /** The bus itself is closed by the service, after HTTP has ended. */
  close(): void {
    this.#routes = [];
  }

  on(): void {
    throw new TypeError('JetStreamServer has no events; the bus reports errors to the log');
  }

  override unwrap(): never {
    throw new TypeError('take the Bus instead');
  }

  /** Consumers that a handler of this service answers; partitioned ones are pulled by their own service. */
  #consumers(): ConsumerDefinition[] {
    return consumers().filter(
      (consumer) =>
        consumer.service === this.#options.service &&
        !consumer.pinned &&
        this.#routes.some(
          (route) => (route.contract.kind === 'call') === (consumer.stream === 'REQUESTS'),
        ),
    );
  }

  async #handle(delivery: Delivery): Promise<Settlement> {
    const route = this.#routes.find(({ matches }) => matches.test(delivery.subject));
    if (route === undefined) {
      this.#options.logger.warn('no handler for a message', { subject: delivery.subject });
      return { deadLetter: { code: 'bus.no_handler', reason: 'no handler for this subject' } };
    }
    const started = performance.now();
    let outcome = 'error';
    try {
      const settlement = await inSpan(route.pattern, () => this.#dispatch(route, delivery));
      outcome = settlement === 'ack' ? 'ack' : 'other';
      return settlement;
    } finally {
      this.#options.metrics.observeMessage(
        route.pattern,
        outcome,
        (performance.now() - started) / 1000,
      );
    }
  }

  async #dispatch(route: Route, delivery: Delivery): Promise<Settlement> {
    const { contract } = route;
    if (contract.kind === 'call') return this.#answer(route, contract.method, delivery);
    await this.#invoke(route, readEvents(contract.schema, delivery.data), delivery);
    return 'ack';
  }

  /** A request is answered also when it fails; it is never delivered again, since its caller has gone by then. */
  async #answer(
    route: Route,
    method: (HandlerContract & { kind: 'call' })['method'],
    delivery: Delivery,
  ): Promise<Settlement> {
    const inbox = delivery.headers.get(busHeaders.replyTo) ?? '';
    if (Number(delivery.headers.get(busHeaders.deadline) ?? Infinity) < Date.now()) return 'ack';
    try {
      const response = await this.#invoke(
        route,
        readMessage(method.input, delivery.data),
        delivery,
      );
      this.#options.bus.reply(inbox, writeMessage(method.output, response ?? {}));
    } catch (error) {
      const { code, message, retry } = describeError(error);
      this.#options.metrics.countError(code);
      if (retry === undefined)
        this.#options.logger.error('request failed', { subject: callOf(method).subject, error });
      // What an unknown error says may hold data of the service; only its log gets it.
      this.#options.bus.reply(
        inbox,
        retry === undefined ? 'the service could not answer' : message,
        {
          [busHeaders.errorCode]: code,
          [busHeaders.errorRetry]: retry ?? 'later',
        },
      );
    }
    return 'ack';
  }

  async #invoke(
    route: Route,
    data: unknown,
    delivery: Delivery,
  ): Promise<Record<string, unknown> | undefined> {
    const context: MessageContext = {
      subject: delivery.subject,
      parameters: (route.matches.exec(delivery.subject) ?? []).slice(1),
      headers: delivery.headers,
      deliveryCount: delivery.deliveryCount,
      working: () => delivery.working(),
    };
    const result: unknown = await lastValueFrom(
      this.transformToObservable(await route.handler(data, context)),
      {
        defaultValue: undefined,
      },
    );
    return isRecord(result) ? result : undefined;
  }
}

function routeOfHandler(pattern: string, handler: MessageHandler): Route {
  const contract: unknown = handler.extras?.['contract'];
  if (!isContract(contract))
    throw new TypeError(`the handler of ${pattern} needs @OnCall or @OnEvents`);
  const expression = pattern
    .replaceAll('.', '\\.')
    .replaceAll('*', '([^.]+)')
    .replace(/>$/u, '(.+)');
  return { matches: new RegExp(`^${expression}$`, 'u'), pattern, handler, contract };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isContract(value: unknown): value is HandlerContract {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
