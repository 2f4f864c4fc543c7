import { clientAddress, problemOf, type Problem } from '@made-open/nest';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BlockList } from 'node:net';
import type { ReceiveWebhook } from './receive-webhook.ts';
import type { WebhookRequest } from './webhook-request.ts';

export const maxBodyBytes = 512 * 1024;

export interface WebhookRoutesOptions {
  readonly trustedProxies: BlockList;
  /** Hears of each request that was not answered well. */
  readonly onRefused: (problem: Problem, error: unknown) => void;
}

const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(?:;|$)/u;
/** Those that are none are answered like an address that is none. */
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * The routes of webhooks, apart from those of Nest: what proves a sender is computed of the bytes of the body, so nothing may
 * read it before, whatever its content type.
 */
export class WebhookRoutes {
  readonly #receiver: ReceiveWebhook;
  readonly #options: WebhookRoutesOptions;

  constructor(receiver: ReceiveWebhook, options: WebhookRoutesOptions) {
    this.#receiver = receiver;
    this.#options = options;
  }

  addTo(http: FastifyInstance): void {
    void http.register((routes, _options, done) => {
      routes.removeAllContentTypeParsers();
      routes.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) =>
        parsed(null, body),
      );
      routes.addHook('onRequest', (request, _reply, next) => {
        // Fastify refuses what is no media type, before any parser is asked.
        if (!mediaType.test(request.headers['content-type'] ?? ''))
          delete request.raw.headers['content-type'];
        next();
      });
      routes.setErrorHandler((error, _request, reply) => this.#refuse(error, reply));
      for (const url of ['/webhooks/:connection', '/webhooks/:connection/:name'])
        routes.route({
          method: methods,
          url,
          bodyLimit: maxBodyBytes,
          exposeHeadRoute: false,
          handler: (request, reply) => this.#handle(request, reply),
        });
      done();
    });
  }

  async #handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const asked = readRequest(request, this.#options.trustedProxies);
    const { status, contentType, body } = await this.#receiver.receive(asked);
    return reply.status(status).header('Cache-Control', 'no-store').type(contentType).send(body);
  }

  #refuse(error: unknown, reply: FastifyReply): FastifyReply {
    // Without the path, where a token may stand.
    const problem = problemOf(error, '/webhooks');
    this.#options.onRefused(problem, error);
    return reply
      .status(problem.status)
      .headers(retryAfter(error, problem.status))
      .type('application/problem+json')
      .send(problem);
  }
}

function readRequest(request: FastifyRequest, proxies: BlockList): WebhookRequest {
  const headers = texts(request.headers);
  const { connection = '', name = '' } = texts(request.params);
  return {
    method: request.method,
    path: request.url,
    connection,
    name,
    query: texts(request.query),
    headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    address: clientAddress(proxies, request.socket.remoteAddress ?? '', headers['x-forwarded-for']),
  };
}

/** The texts among the members of an object; the first of a parameter that came several times. */
function texts(value: unknown): Record<string, string> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.flatMap(([name, member]: [string, unknown]) => {
      const text: unknown = Array.isArray(member) ? member[0] : member;
      return typeof text === 'string' ? [[name, text]] : [];
    }),
  );
}

function retryAfter(error: unknown, status: number): Record<string, string> {
  if (status !== 429 && status !== 503) return {};
  const seconds: unknown =
    error instanceof Error ? Reflect.get(error, 'retryAfterSeconds') : undefined;
  return { 'Retry-After': String(typeof seconds === 'number' ? seconds : 5) };
}
