import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const buckets = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10];

/** Prometheus metrics of a service. */
export class Metrics {
  readonly registry = new Registry();
  readonly #messages: Histogram<'subject' | 'outcome'>;
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #errors: Counter<'code'>;

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
    this.#messages = new Histogram({
      name: 'made_open_message_duration_seconds',
      help: 'Time to handle one message, by pattern of its subject and outcome',
      labelNames: ['subject', 'outcome'],
      buckets,
      registers: [this.registry],
    });
    this.#requests = new Histogram({
      name: 'made_open_http_request_duration_seconds',
      help: 'Time to answer one HTTP request, by method, route and status',
      labelNames: ['method', 'route', 'status'],
      buckets,
      registers: [this.registry],
    });
    this.#errors = new Counter({
      name: 'made_open_errors_total',
      help: 'Errors that were answered or logged, by code',
      labelNames: ['code'],
      registers: [this.registry],
    });
  }

  /** Records one handled message. */
  observeMessage(subject: string, outcome: string, seconds: number): void {
    this.#messages.observe({ subject, outcome }, seconds);
  }

  /** Records one answered HTTP request; `route` is its pattern, never its URL. */
  observeRequest(method: string, route: string, { status, seconds }: HttpOutcome): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }

  countError(code: string): void {
    this.#errors.inc({ code });
  }

  /** A counter of the service's own. */
  counter<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ): Counter<L> {
    return new Counter({
      name: `made_open_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
    });
  }

  /** A gauge of the service's own, read when the metrics are asked for; NaN when it cannot be read. */
  gauge(name: string, help: string, read: () => number | Promise<number>): Gauge {
    return new Gauge({
      name: `made_open_${name}`,
      help,
      registers: [this.registry],
      async collect() {
        this.set(await Promise.resolve(read()).catch(() => Number.NaN));
      },
    });
  }
}

/** What a request came to. */
export interface HttpOutcome {
  readonly status: number;
  readonly seconds: number;
}
