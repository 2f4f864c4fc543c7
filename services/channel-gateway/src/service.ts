import type { ServiceOptions } from '@made-open/nest';
import { migrations, type GatewaySchema } from './api-keys/migrations.ts';
import { ChannelGatewayModule } from './channel-gateway.module.ts';
import { readConfig, type GatewayConfig } from './config.ts';
import { securityHeaders } from './description/security-headers.ts';

/** Slower senders of headers are cut off, so that they cannot hold connections. */
const headersTimeoutMs = 10_000;

/** What the process is made of; main.ts starts it with its own environment, tests with theirs. */
export const channelGateway: ServiceOptions<GatewayConfig, GatewaySchema> = {
  name: 'channel-gateway',
  readConfig,
  migrations,
  module: (platform, config) => ChannelGatewayModule.register(platform, config),
  configure: (app) => {
    const http = app.getHttpAdapter().getInstance();
    http.server.headersTimeout = headersTimeoutMs;
    http.addHook('onRequest', (_request, reply, next) => {
      void reply.headers(securityHeaders);
      next();
    });
  },
};
