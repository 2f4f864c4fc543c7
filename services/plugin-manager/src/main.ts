import multipart from '@fastify/multipart';
import { serveOpenApi, startService } from '@made-open/nest';
import { readConfig } from './config.ts';
import { migrations } from './migrations.ts';
import { PluginManagerModule } from './plugin-manager.module.ts';
import { uploadLimits } from './plugins/read-upload.ts';

await startService({
  name: 'plugin-manager',
  readConfig,
  migrations,
  module: (platform, config) => PluginManagerModule.register(platform, config),
  configure: async (app) => {
    await app.register(multipart, { limits: uploadLimits });
    serveOpenApi(app, {
      title: 'Made Open admin API',
      description: 'Push plugins, approve them, connect accounts, watch runs.',
      version: '1',
      path: '/admin/v1/openapi.json',
    });
  },
});
