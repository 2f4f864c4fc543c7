import { serveOpenApi, startService } from '@made-open/nest';
import { migrations } from './api-keys/migrations.ts';
import { ChannelGatewayModule } from './channel-gateway.module.ts';
import { readConfig } from './config.ts';

await startService({
  name: 'channel-gateway',
  readConfig,
  migrations,
  module: (platform, config) => ChannelGatewayModule.register(platform, config),
  configure: (app) => {
    serveOpenApi(app, {
      title: 'Made Open API',
      description: 'Search and read the unified data of a space.',
      version: '1',
      path: '/openapi.json',
    });
    return Promise.resolve();
  },
});
