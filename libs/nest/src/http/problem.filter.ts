import { describeError, RemoteError } from '@made-open/bus';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** A problem as RFC 9457 has it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly instance: string;
}

const statusBySuffix: Readonly<Record<string, number>> = {
  not_found: 404,
  conflict: 409,
  forbidden: 403,
  unauthenticated: 401,
  too_large: 413,
  too_many_requests: 429,
};

/** Codes of faults that Nest and Fastify found before the service did. */
const httpCodes: Readonly<Record<number, string>> = {
  400: 'http.bad_request',
  401: 'http.unauthenticated',
  403: 'http.forbidden',
  404: 'http.not_found',
  405: 'http.method_not_allowed',
  408: 'http.timeout',
  413: 'http.too_large',
  414: 'http.uri_too_long',
  415: 'http.unsupported_media_type',
  429: 'http.too_many_requests',
  431: 'http.headers_too_large',
};

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  408: 'Too slow',
  409: 'Conflict',
  413: 'Too large',
  414: 'Too long a URL',
  415: 'Unsupported media type',
  422: 'Not valid',
  429: 'Too many requests',
  431: 'Too large headers',
  503: 'Not available now',
};

/** The one place where errors leave a service by HTTP, as problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger: Logger;
  readonly #metrics: Metrics;

  constructor(logger: Logger, metrics: Metrics) {
    this.#logger = logger;
    this.#metrics = metrics;
  }

  catch(error: unknown, host: ArgumentsHost): unknown {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = problemOf(error, request.url);
    this.#metrics.countError(problem.code);
    if (problem.status >= 500 && problem.status !== 503)
      this.#logger.error('request failed', {
        requestId: request.id,
        route: request.routeOptions.url,
        error,
      });
    for (const [name, value] of Object.entries(extraHeaders(error, problem.status)))
      void reply.header(name, value);
    return reply
      .status(problem.status)
      .type('application/problem+json')
      .send({ ...problem, ...members(error) });
  }
}

/** The problem of an error; what an unknown error says stays in the log. */
export function problemOf(error: unknown, url: string): Problem {
  const { code, message, retry } = describeError(error);
  const status = statusOf(error, code, retry);
  const detail =
    status === 500
      ? 'the request could not be carried out; the log of the service has the reason'
      : message;
  return {
    type: 'about:blank',
    title: titles[status] ?? (status === 500 ? 'Internal error' : 'Error'),
    status,
    detail,
    code: code === 'internal' ? (httpCodes[status] ?? code) : code,
    instance: url.split('?')[0] ?? '',
  };
}

function statusOf(error: unknown, code: string, retry: string | undefined): number {
  if (error instanceof HttpException) return error.getStatus();
  // Another service met an error that it does not know: that is a fault, too, not a pause.
  if (error instanceof RemoteError && code === 'internal') return 500;
  if (retry === 'later') return 503;
  if (retry === 'never') return lastingStatus(error, code);
  return clientFault(error) ?? 500;
}

function lastingStatus(error: unknown, code: string): number {
  const status = member(error, 'status');
  if (typeof status === 'number') return status;
  return statusBySuffix[code.split('.').at(-1) ?? ''] ?? 400;
}

/** Errors of Fastify itself: too large a body, wrong media type, not JSON. */
function clientFault(error: unknown): number | undefined {
  const status = member(error, 'statusCode');
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function extraHeaders(error: unknown, status: number): Record<string, string> {
  const seconds = member(error, 'retryAfterSeconds');
  const challenge = member(error, 'challenge');
  if (typeof challenge === 'string') return { 'WWW-Authenticate': challenge };
  if (status === 401) return { 'WWW-Authenticate': 'Bearer' };
  if (status === 429 || status === 503)
    return { 'Retry-After': String(typeof seconds === 'number' ? seconds : 5) };
  return {};
}

/** Further members that an error gives its problem, for example the list of faults. */
function members(error: unknown): object {
  const value = member(error, 'members');
  return typeof value === 'object' && value !== null ? value : {};
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
