import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from '../telemetry/metrics.ts';

/** Measures HTTP requests, and continues or begins their traces. */
export function observeHttp(http: FastifyInstance, metrics: Metrics): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  http.addHook('onRequest', (request, _reply, next) => {
    spans.set(request, startSpan(request));
    next();
  });
  // Not earlier: what reads the body runs in the context of the socket, not in that of the hook.
  http.addHook('preValidation', (request, _reply, next) => {
    const span = spans.get(request);
    if (span === undefined) next();
    else context.with(trace.setSpan(context.active(), span), next);
  });
  http.addHook('onResponse', (request, reply, next) => {
    const span = spans.get(request);
    if (span !== undefined) {
      const { statusCode: status, elapsedTime } = reply;
      metrics.observeRequest(request.method, routeOf(request), {
        status,
        seconds: elapsedTime / 1000,
      });
      span.setAttribute('http.response.status_code', status);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    }
    next();
  });
}

function startSpan(request: FastifyRequest): Span {
  const parent = propagation.extract(context.active(), request.headers);
  const route = routeOf(request);
  return trace.getTracer('made-open').startSpan(
    `${request.method} ${route}`,
    {
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': request.method, 'http.route': route },
    },
    parent,
  );
}

/** The route's pattern: URLs hold ids, and there is no end of them. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unknown';
}
