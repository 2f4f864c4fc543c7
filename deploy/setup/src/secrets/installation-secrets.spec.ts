import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { installationSecrets, services, type Secrets } from './installation-secrets.ts';

describe('secrets of an installation', () => {
  it('give every service NATS credentials and a password of its own', async () => {
    const secrets = await installationSecrets({});
    const passwords = services.map((service) => secrets[service]?.['database-password']);
    expect(new Set(passwords).size).toBe(services.length);
    for (const service of services)
      expect(secrets[service]?.['nats.creds']).toContain('BEGIN NATS USER JWT');
  });

  it('let pods of runners ask who they are, with a NATS user that may do nothing else', async () => {
    const secrets = await installationSecrets({});
    expect(bootstrapClaims(secrets)).toMatchObject({
      nats: {
        pub: { allow: ['cmd.plugin_manager.IdentifyRunner'] },
        sub: { allow: ['_INBOX.runner-bootstrap.>'] },
        subs: 4,
        payload: 16_384,
      },
    });
  });

  it('renew that user each time, and each one ends', async () => {
    const first = await installationSecrets({}, { bootstrapDays: 1, now: () => 1_000_000_000 });
    const second = await installationSecrets(first, { bootstrapDays: 1, now: () => 2_000_000_000 });
    expect(bootstrapClaims(first)).toMatchObject({ exp: 1_000_000 + 86_400 });
    expect(bootstrapClaims(second)).toMatchObject({ exp: 2_000_000 + 86_400 });
  });

  it('limit what JetStream takes where they are told', async () => {
    const limits = { memoryBytes: 1000, diskBytes: 2000, streams: 3, consumers: 4 };
    const limited = await installationSecrets({}, { limits });
    expect(claimsOf(limited['setup']?.['account.jwt'])).toMatchObject({
      nats: { limits: { mem_storage: 1000, disk_storage: 2000, streams: 3, consumer: 4 } },
    });
    const unlimited = await installationSecrets({});
    expect(claimsOf(unlimited['setup']?.['account.jwt'])).toMatchObject({
      nats: { limits: { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 } },
    });
  });

  it('let pods of runners seal what only plugin-manager may read', async () => {
    const secrets = await installationSecrets({});
    const key = createPrivateKey(secrets['plugin-manager']?.['runner-identity.key'] ?? '');
    const { 'identity.pub': pub = '' } = secrets['runner-bootstrap'] ?? {};
    expect(createPublicKey(key).export({ type: 'spki', format: 'pem' })).toBe(pub);
    expect(key.asymmetricKeyType).toBe('x25519');
  });

  it('stay as they are when they are made again, but for NATS users', async () => {
    const first = await installationSecrets({});
    const second = await installationSecrets(first);
    for (const [name, values] of Object.entries(first))
      for (const [key, value] of Object.entries(values))
        if (!/\.creds$|account\.jwt$/u.test(key))
          expect({ name, key, value: second[name]?.[key] }).toEqual({ name, key, value });
    expect(second['etl']?.['nats.creds']).not.toBe(first['etl']?.['nats.creds']);
  });

  it('are made anew where one was taken out', async () => {
    const taken = [
      ['etl', 'database-password'],
      ['credential-wallet', 'signing.key'],
      ['credential-wallet', 'sealing.key'],
      ['plugin-manager', 'runner-identity.key'],
      ['nats-identity', 'runner-signing.seed'],
      ['postgres', 'password'],
    ] as const;
    const first = await installationSecrets({});
    const left = structuredClone(first) as Record<string, Record<string, string>>;
    for (const [name, key] of taken) delete left[name]?.[key];
    const second = await installationSecrets(left);
    for (const [name, key] of taken) {
      expect(second[name]?.[key]).toEqual(expect.any(String));
      expect(second[name]?.[key]).not.toBe(first[name]?.[key]);
    }
    const kept = [
      ['credential-wallet', 'kek.json'],
      ['nats-identity', 'account.seed'],
      ['rules', 'database-password'],
    ] as const;
    for (const [name, key] of kept) expect(second[name]?.[key]).toBe(first[name]?.[key]);
  });

  it('keep what somebody else made', async () => {
    const given = { etl: { 'database-password': 'chosen elsewhere' } };
    expect((await installationSecrets(given))['etl']?.['database-password']).toBe(
      'chosen elsewhere',
    );
  });

  it('tell services of the admin key its hash alone', async () => {
    const secrets = await installationSecrets({});
    const { key = '', hash } = secrets['admin-key'] ?? {};
    expect(key).toMatch(/^mop_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}$/u);
    expect(createHash('sha256').update(key).digest('hex')).toBe(hash);
  });

  it('give plugin-manager the public halves of the wallet’s keys', async () => {
    const secrets = await installationSecrets({});
    const own = createPrivateKey(secrets['credential-wallet']?.['sealing.key'] ?? '');
    expect(secrets['plugin-manager']?.['wallet-sealing.pub']).toBe(
      createPublicKey(own).export({ type: 'spki', format: 'pem' }).toString(),
    );
    expect(Object.keys(secrets['plugin-manager'] ?? {})).not.toContain('sealing.key');
  });

  it('give channel-gateway what it seals webhooks with, and nothing else of the wallet', async () => {
    const secrets = await installationSecrets({});
    const { 'wallet-sealing.pub': key, ...others } = secrets['channel-gateway'] ?? {};
    expect(key).toBe(secrets['plugin-manager']?.['wallet-sealing.pub']);
    expect(Object.keys(others)).toEqual(['nats.creds', 'database-password']);
  });
});

function bootstrapClaims(secrets: Secrets): unknown {
  const { 'nats.creds': credentials = '' } = secrets['runner-bootstrap'] ?? {};
  return claimsOf(/BEGIN NATS USER JWT-+\s+([^\s]+)/u.exec(credentials)?.[1]);
}

function claimsOf(token = ''): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
