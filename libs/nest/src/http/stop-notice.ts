import type { FastifyInstance } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The last answers of a service: who balances load notices late that it ends, and kept connections lead to it until they
 * are closed. Returns what begins the notice and waits for its end.
 */
export function stopNotice(http: FastifyInstance, noticeMs: number): () => Promise<void> {
  let isEnding = false;
  http.addHook('onSend', (_request, reply, _payload, next) => {
    if (isEnding) reply.header('connection', 'close');
    next();
  });
  return async () => {
    isEnding = true;
    await delay(noticeMs);
  };
}
