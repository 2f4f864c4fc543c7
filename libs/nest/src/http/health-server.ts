import { fastify, type FastifyInstance } from 'fastify';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Readiness } from './readiness.ts';

/**
 * Probes and metrics of a service, on a port of their own: who may use the API is not thereby
 * told what the service does and with whom.
 */
export class HealthServer {
  readonly #http: FastifyInstance;
  readonly port: number;

  private constructor(http: FastifyInstance, port: number) {
    this.#http = http;
    this.port = port;
  }

  static async listen(
    address: { readonly host: string; readonly port: number },
    { readiness, metrics }: { readiness: Readiness; metrics: Metrics },
  ): Promise<HealthServer> {
    const http = fastify({ forceCloseConnections: true });
    http.get('/health/live', () => ({ status: 'ok' }));
    http.get('/health/ready', async (_request, reply) => {
      const faults = await readiness.faults();
      const isReady = faults.length === 0;
      return reply
        .status(isReady ? 200 : 503)
        .send({ status: isReady ? 'ok' : 'unavailable', faults });
    });
    http.get('/metrics', async (_request, reply) =>
      reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics.registry.metrics()),
    );
    const url = await http.listen(address);
    return new HealthServer(http, Number(new URL(url).port));
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}
