import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** Prometheus metrics of a service. */
export class Metrics {
  readonly registry = new Registry();
  readonly #messages: Histogram<'subject' | 'outcome'>;
  readonly #errors: Counter<'code'>;

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
    this.#messages = new Histogram({
      name: 'made_open_message_duration_seconds',
      help: 'Time to handle one message, by pattern of its subject and outcome',
      labelNames: ['subject', 'outcome'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
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

  countError(code: string): void {
    this.#errors.inc({ code });
  }

  /** A counter of the service's own. */
  counter(name: string, help: string): Counter {
    return new Counter({ name: `made_open_${name}`, help, registers: [this.registry] });
  }
}
