import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalPlatform } from './local-platform.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const dataDir = resolve(process.env['MADE_OPEN_DATA'] ?? join(root, '.made-open'));
const overrides = process.env['EGRESS_OVERRIDES_FILE'] ?? join(dataDir, 'egress-overrides.json');
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

say('starting PostgreSQL, nats-server and the services …');
const platform = await LocalPlatform.start({
  dataDir,
  managerPort: Number(process.env['MANAGER_PORT'] ?? 4100),
  gatewayPort: Number(process.env['GATEWAY_PORT'] ?? 4101),
  newAdminKey: process.argv.includes('--new-admin-key'),
  note: say,
  ...(existsSync(overrides) ? { egressOverridesFile: overrides } : {}),
});

say(`
Made Open is running.

  admin API    ${platform.managerUrl}   (OpenAPI: ${platform.managerUrl}/openapi.json)
  public API   ${platform.gatewayUrl}   (OpenAPI: ${platform.gatewayUrl.replace(/\/v1$/u, '')}/openapi.json)
  admin key    ${platform.adminKey ?? 'shown at the first start; npm start -- --new-admin-key makes another'}
  logs         ${join(dataDir, 'logs')}

Ctrl-C ends everything.`);

const stop = (): void => {
  say('stopping …');
  platform.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
