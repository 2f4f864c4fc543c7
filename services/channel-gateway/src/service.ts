import multipart from '@fastify/multipart';
import type { ServiceOptions } from '@made-open/nest';
import { migrations, type GatewaySchema } from './database/migrations.ts';
import { ChannelGatewayModule } from './channel-gateway.module.ts';
import { readConfig, type GatewayConfig } from './config.ts';
import { securityHeaders } from './description/security-headers.ts';
import { MalformedUrlError } from './errors.ts';
import { formOptions } from './outbound/faxes/api/read-fax-form.ts';
import { isReadableUrl } from './parameters/readable-url.ts';
import { WebhookRoutes } from './webhooks/webhook-routes.ts';

/** What the process is made of; main.ts starts it with its own environment, tests with theirs. */
export const channelGateway: ServiceOptions<GatewayConfig, GatewaySchema> = {
  name: 'channel-gateway',
  readConfig,
  migrations,
  module: (platform, config) => ChannelGatewayModule.register(platform, config),
  configure: async (app) => {
    await app.register(multipart, formOptions);
    const http = app.getHttpAdapter().getInstance();
    // Before anything else sees the request: what is refused early has these headers, too.
    http.server.prependListener('request', (_request, response) => {
      for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    });
    http.addHook('onRequest', (request, _reply, next) => {
      if (isReadableUrl(request.url)) next();
      else next(new MalformedUrlError());
    });
    app.get(WebhookRoutes).addTo(http);
  },
};
