import multipart from '@fastify/multipart';
import { serveOpenApi, type ServiceOptions } from '@made-open/nest';
import { api } from './api.ts';
import { readConfig, type ManagerConfig } from './config.ts';
import { migrations } from './migrations.ts';
import { PluginManagerModule } from './plugin-manager.module.ts';
import { multipartOptions } from './uploads/read-upload.ts';

/** What the process is made of; main.ts starts it with its own environment, tests with theirs. */
export const pluginManager: ServiceOptions<ManagerConfig, unknown> = {
  name: 'plugin-manager',
  readConfig,
  migrations,
  module: (platform, config) => PluginManagerModule.register(platform, config),
  configure: async (app) => {
    await app.register(multipart, multipartOptions);
    serveOpenApi(app, api);
  },
};
