import { readSealingPrivateKey } from '@made-open/bus';
import type { Platform } from '@made-open/nest';
import { Module, type DynamicModule } from '@nestjs/common';
import type { WalletConfig } from './config.ts';
import { ConfigDelivery } from './delivery/deliver-config.ts';
import { RunnerStore } from './delivery/runner-store.ts';
import { WalletConsumer } from './delivery/wallet.consumer.ts';
import { AuditLog } from './secrets/audit-log.ts';
import { SecretStore } from './secrets/secret-store.ts';

@Module({})
export class CredentialWalletModule {
  static async register(platform: Platform, config: WalletConfig): Promise<DynamicModule> {
    const { pool } = platform.database;
    const secrets = new SecretStore(pool, config.keys);
    platform.readiness.add(() => secrets.keyFault());
    const runners = new RunnerStore(pool);
    const keys = {
      sealingKey: await readSealingPrivateKey(config.sealingKey.reveal()),
      signingKey: config.signingKey.reveal(),
    };
    return {
      module: CredentialWalletModule,
      controllers: [WalletConsumer],
      providers: [
        { provide: RunnerStore, useValue: runners },
        {
          provide: ConfigDelivery,
          useValue: new ConfigDelivery(secrets, runners, new AuditLog(pool), keys),
        },
      ],
    };
  }
}
