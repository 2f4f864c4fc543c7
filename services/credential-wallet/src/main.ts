import { startService } from '@made-open/nest';
import { readConfig } from './config.ts';
import { CredentialWalletModule } from './credential-wallet.module.ts';
import { migrations } from './vault/migrations.ts';

await startService({
  name: 'credential-wallet',
  readConfig,
  migrations,
  module: (platform, config) => CredentialWalletModule.register(platform, config),
});
