import { readSealingPrivateKey } from '@made-open/bus';
import type { Platform } from '@made-open/nest';
import { Inject, Module, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import { WatchAudit } from './audit/watch-audit.ts';
import type { WalletConfig } from './config.ts';
import { DeliverConfig } from './delivery/deliver-config.ts';
import { DeliveryConsumer } from './delivery/delivery.consumer.ts';
import { CheckKeys } from './keys/check-keys.ts';
import { KeyRotation } from './keys/key-rotation.ts';
import { RotateKeys } from './keys/rotate-keys.ts';
import { RunnersConsumer } from './runners/runners.consumer.ts';
import { PutConfig } from './secrets/put-config.ts';
import { SecretsConsumer } from './secrets/secrets.consumer.ts';
import { PostgresVault } from './vault/postgres-vault.ts';
import type { WalletTables } from './vault/tables.ts';
import { Vault } from './vault/vault.ts';

@Module({})
export class CredentialWalletModule implements OnApplicationBootstrap {
  constructor(
    @Inject(WatchAudit) private readonly watchAudit: WatchAudit,
    @Inject(KeyRotation) private readonly keyRotation: KeyRotation,
  ) {}

  static async register(
    platform: Platform<WalletTables>,
    config: WalletConfig,
  ): Promise<DynamicModule> {
    const { database, logger, readiness } = platform;
    const vault = new PostgresVault(database.db);
    const { keys } = config;
    const checkKeys = new CheckKeys(vault, keys);
    const sealingKey = await readSealingPrivateKey(config.sealingKey.reveal());
    const signingKey = config.signingKey.reveal();
    // Configs under other keys are still delivered: readiness only tells.
    readiness.add(async () => (await checkKeys.faults()).join('; ') || undefined);
    const watchAudit = new WatchAudit(vault, logger);
    platform.onStop(() => watchAudit.stop());
    const rotateKeys = new RotateKeys({ vault, keys, checkKeys });
    const keyRotation = new KeyRotation({ keys, rotateKeys, logger });
    platform.onStop(() => keyRotation.stop());
    return {
      module: CredentialWalletModule,
      controllers: [SecretsConsumer, RunnersConsumer, DeliveryConsumer],
      providers: [
        { provide: Vault, useValue: vault },
        { provide: WatchAudit, useValue: watchAudit },
        { provide: KeyRotation, useValue: keyRotation },
        { provide: PutConfig, useValue: new PutConfig({ vault, keys, checkKeys, sealingKey }) },
        { provide: DeliverConfig, useValue: new DeliverConfig({ vault, keys, signingKey }) },
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.watchAudit.start();
    this.keyRotation.start();
  }
}
