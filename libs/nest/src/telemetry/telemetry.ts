import type { Propagation } from '@made-open/bus';
import {
  context,
  isSpanContextValid,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

/** Traces of a service; without an endpoint spans are not recorded and cost nothing. */
export class Telemetry {
  readonly #provider: TracerProvider | undefined;

  constructor(service: string, endpoint: string | undefined) {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    if (endpoint === undefined) return;
    const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/u, '')}/v1/traces` });
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': service }),
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
    trace.setGlobalTracerProvider(this.#provider);
  }

  /** Sends what is waiting; a collector that is away does not keep the service from ending. */
  async close(): Promise<void> {
    await this.#provider?.shutdown().catch(() => undefined);
  }
}

/** Runs `work` in a span of its own; an error is noted on the span and thrown on. */
export async function inSpan<T>(
  name: string,
  work: () => Promise<T>,
  kind: SpanKind = SpanKind.CONSUMER,
): Promise<T> {
  return trace.getTracer('made-open').startActiveSpan(name, { kind }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The fields that tie a log line to its trace; none when nobody records one. */
export function traceFields(): object {
  const span = trace.getSpanContext(context.active());
  return span === undefined || !isSpanContextValid(span) ? {} : { traceId: span.traceId };
}

/** Carries the W3C trace context in message headers. */
export const traceHeaders: Propagation = {
  inject: (set) =>
    propagation.inject(context.active(), undefined, { set: (_, name, value) => set(name, value) }),
  extract: (headers, work) => {
    const parent = propagation.extract(context.active(), headers, {
      get: (carrier, name) => carrier.get(name),
      keys: (carrier) => [...carrier.keys()],
    });
    return context.with(parent, work);
  },
};
