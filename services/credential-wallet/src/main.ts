import { runService } from '@made-open/nest';
import { runCommand } from './commands/run-command.ts';
import { readConfig } from './config.ts';
import { CredentialWalletModule } from './credential-wallet.module.ts';
import { migrations } from './vault/migrations.ts';

const command = process.argv.slice(2);
if (command.length > 0)
  process.exitCode = await runCommand(command, process.env, (text) => process.stdout.write(text));
else
  await runService({
    name: 'credential-wallet',
    readConfig,
    migrations,
    module: (platform, config) => CredentialWalletModule.register(platform, config),
  });
