import { readSealingPrivateKey } from '@made-open/bus';
import { outboxRelayOf, type Platform } from '@made-open/nest';
import { OutboxRelay } from '@made-open/postgres';
import { Inject, Module, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import { WatchAudit } from './audit/watch-audit.ts';
import type { OAuthSettings, WalletConfig } from './config.ts';
import { DeliverConfig } from './delivery/deliver-config.ts';
import { DeliveryConsumer } from './delivery/delivery.consumer.ts';
import { CheckKeys } from './keys/check-keys.ts';
import { KeyRotation } from './keys/key-rotation.ts';
import { RotateKeys } from './keys/rotate-keys.ts';
import { RunnersConsumer } from './runners/runners.consumer.ts';
import { AddToken } from './oauth/add-token.ts';
import { Authorize } from './oauth/authorize.ts';
import { FreshToken } from './oauth/fresh-token.ts';
import { HttpTokenEndpoint } from './oauth/http-token-endpoint.ts';
import { OAuthClients, type OAuthClientsParts } from './oauth/oauth-clients.ts';
import { OAuthConsumer } from './oauth/oauth.consumer.ts';
import { readOverrides } from './oauth/read-overrides.ts';
import { PutConfig } from './secrets/put-config.ts';
import { SecretsConsumer } from './secrets/secrets.consumer.ts';
import { PostgresVault } from './vault/postgres-vault.ts';
import type { WalletTables } from './vault/tables.ts';
import { Vault } from './vault/vault.ts';
import { NoteUse } from './webhooks/note-use.ts';
import { SignWebhook } from './webhooks/sign-webhook.ts';
import { UsedSecrets } from './webhooks/used-secrets.ts';
import { VerifyWebhook } from './webhooks/verify-webhook.ts';
import { WebhooksConsumer } from './webhooks/webhooks.consumer.ts';

@Module({})
export class CredentialWalletModule implements OnApplicationBootstrap {
  constructor(
    @Inject(WatchAudit) private readonly watchAudit: WatchAudit,
    @Inject(KeyRotation) private readonly keyRotation: KeyRotation,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
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
    const parts = { vault, keys, checkKeys, sealingKey };
    const oauth = oauthParts(parts, config.oauth);
    const watchAudit = new WatchAudit(vault, logger);
    const webhooks = { secrets: new UsedSecrets(vault, keys), notes: new NoteUse(vault) };
    const rotateKeys = new RotateKeys(parts);
    const keyRotation = new KeyRotation({ keys, rotateKeys, logger });
    const relay = outboxRelayOf(platform);
    for (const part of [watchAudit, keyRotation, relay]) platform.onStop(() => part.stop());
    return {
      module: CredentialWalletModule,
      controllers: [
        SecretsConsumer,
        RunnersConsumer,
        DeliveryConsumer,
        OAuthConsumer,
        WebhooksConsumer,
      ],
      providers: [
        { provide: Vault, useValue: vault },
        { provide: WatchAudit, useValue: watchAudit },
        { provide: KeyRotation, useValue: keyRotation },
        { provide: OutboxRelay, useValue: relay },
        { provide: PutConfig, useValue: new PutConfig(parts) },
        {
          provide: DeliverConfig,
          useValue: new DeliverConfig({ ...parts, signingKey, addToken: oauth.addToken }),
        },
        { provide: OAuthClients, useValue: oauth.clients },
        { provide: Authorize, useValue: oauth.authorize },
        { provide: VerifyWebhook, useValue: new VerifyWebhook({ ...webhooks, sealingKey }) },
        { provide: SignWebhook, useValue: new SignWebhook(webhooks.secrets, webhooks.notes) },
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.watchAudit.start();
    this.keyRotation.start();
    this.relay.start();
  }
}

function oauthParts(
  parts: OAuthClientsParts,
  { redirectUrl, egressOverridesFile, egressProxy: proxy }: OAuthSettings,
): { clients: OAuthClients; authorize: Authorize; addToken: AddToken } {
  const clients = new OAuthClients(parts);
  const endpoint = new HttpTokenEndpoint(() => ({
    overrides: readOverrides(egressOverridesFile),
    proxy,
  }));
  const freshToken = new FreshToken({ ...parts, endpoint });
  const authorize = new Authorize({ ...parts, clients, endpoint, freshToken, redirectUrl });
  return { clients, authorize, addToken: new AddToken({ ...parts, clients, freshToken }) };
}
