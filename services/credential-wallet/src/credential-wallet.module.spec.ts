import { Readiness, Secret, type Platform } from '@made-open/nest';
import { Test } from '@nestjs/testing';
import { fileKeys, keyPair } from '../test/builders.ts';
import { WatchAudit } from './audit/watch-audit.ts';
import { CredentialWalletModule } from './credential-wallet.module.ts';
import { DeliverConfig } from './delivery/deliver-config.ts';
import { DeliveryConsumer } from './delivery/delivery.consumer.ts';
import { KeyRotation } from './keys/key-rotation.ts';
import { Authorize } from './oauth/authorize.ts';
import { OAuthConsumer } from './oauth/oauth.consumer.ts';
import { RunnersConsumer } from './runners/runners.consumer.ts';
import { PutConfig } from './secrets/put-config.ts';
import { SecretsConsumer } from './secrets/secrets.consumer.ts';
import { PostgresVault } from './vault/postgres-vault.ts';
import type { WalletTables } from './vault/tables.ts';
import { Vault } from './vault/vault.ts';
import { SignWebhook } from './webhooks/sign-webhook.ts';
import { VerifyWebhook } from './webhooks/verify-webhook.ts';
import { WebhooksConsumer } from './webhooks/webhooks.consumer.ts';

/** Nothing that could be connected to: what works already while it is put together fails. */
function platform(readiness: Readiness, ends: (() => Promise<void>)[]): Platform<WalletTables> {
  const metrics = { gauge: () => undefined };
  const parts = { database: { db: {} }, logger: {}, metrics, readiness };
  const onStop = (work: () => Promise<void>): number => ends.push(work);
  return { ...parts, onStop } as unknown as Platform<WalletTables>;
}

describe('CredentialWalletModule', () => {
  it('can be put together with PostgreSQL behind the port, and ended before it has begun', async () => {
    const ends: (() => Promise<void>)[] = [];
    const readiness = new Readiness();
    const config = {
      keys: fileKeys('k1'),
      signingKey: new Secret(keyPair('ed25519').privateKey),
      sealingKey: new Secret(keyPair('x25519').privateKey),
      oauth: { redirectUrl: '', egressOverridesFile: undefined, egressProxy: undefined },
    };
    const module = await Test.createTestingModule({
      imports: [await CredentialWalletModule.register(platform(readiness, ends), config)],
    }).compile();
    expect(module.get(Vault)).toBeInstanceOf(PostgresVault);
    for (const part of [
      SecretsConsumer,
      RunnersConsumer,
      DeliveryConsumer,
      PutConfig,
      DeliverConfig,
      WatchAudit,
      KeyRotation,
      OAuthConsumer,
      Authorize,
      WebhooksConsumer,
      VerifyWebhook,
      SignWebhook,
    ])
      expect(module.get(part)).toBeInstanceOf(part);
    expect(await Promise.all(ends.map((end) => end()))).toHaveLength(3);
    expect(await readiness.faults()).toHaveLength(1);
  });
});
