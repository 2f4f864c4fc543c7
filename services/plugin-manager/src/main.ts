import multipart from '@fastify/multipart';
import { serveOpenApi, startService } from '@made-open/nest';
import { api } from './api.ts';
import { readConfig } from './config.ts';
import { migrations } from './migrations.ts';
import { PluginManagerModule } from './plugin-manager.module.ts';
import { multipartOptions } from './plugins/read-upload.ts';

await startService({
  name: 'plugin-manager',
  readConfig,
  migrations,
  module: (platform, config) => PluginManagerModule.register(platform, config),
  configure: async (app) => {
    await app.register(multipart, multipartOptions);
    serveOpenApi(app, api);
  },
});
