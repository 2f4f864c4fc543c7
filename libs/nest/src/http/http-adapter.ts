import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problemOf } from './problem.filter.ts';

/** Slower senders of headers are cut off, so that they cannot hold connections. */
const headersTimeoutMs = 10_000;
const bodyLimitBytes = 1024 * 1024;
const maxParameterLength = 500;

/** The HTTP side of a service. What is wrong before a request reaches Nest is a problem, too. */
export function createHttpAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    requestTimeout: 30_000,
    http: { headersTimeout: headersTimeoutMs },
    forceCloseConnections: 'idle',
    // What comes by a kept connection meanwhile is answered like anything else.
    return503OnClosing: false,
    routerOptions: { maxParamLength: maxParameterLength },
    genReqId: () => randomUUID(),
    // Found before routing, a URL that cannot be decoded for example: no filter of Nest sees these.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const problem = problemOf(error, request.url);
      void reply.status(problem.status).type('application/problem+json').send(problem);
    },
    clientErrorHandler: refuseConnection,
  });
}

/** Answers what is no HTTP, or too large or slow a request; nothing of it could be read, so there is no `instance`. */
export function refuseConnection(error: Error, socket: Socket): void {
  const { code } = error as NodeJS.ErrnoException;
  // Who has gone hears nothing any more.
  if (code === 'ECONNRESET' || !socket.writable) return;
  const status =
    code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const reason = STATUS_CODES[status] ?? '';
  const { instance: _, ...problem } = problemOf(
    Object.assign(new Error(reason), { statusCode: status }),
    '',
  );
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${String(status)} ${reason}`,
    'Content-Type: application/problem+json',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    'Connection: close',
  ];
  // Destroyed once it is sent: what the client goes on sending must not keep the connection.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
