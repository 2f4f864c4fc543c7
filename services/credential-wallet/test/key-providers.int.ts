import { KMSClient } from '@aws-sdk/client-kms';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileKeyProvider } from '../src/keys/file-key-provider.ts';
import { parseKeyRing } from '../src/keys/key-ring.ts';
import { KmsKeyProvider } from '../src/keys/kms-key-provider.ts';
import { TransitKeyProvider } from '../src/keys/transit-key-provider.ts';
import { keyProviderContract } from './contracts/key-provider.contract.ts';
import { KmsServer } from './servers/kms-server.ts';
import { TransitServer } from './servers/transit-server.ts';

const context = ['canary'];

describe('FileKeyProvider', () => {
  const folder = mkdtempSync(join(tmpdir(), 'made-open-keys-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const path = join(folder, 'kek.json');
  let keys: Record<string, string> = {};
  const write = (active: string): void => writeFileSync(path, JSON.stringify({ active, keys }));
  const read = () => parseKeyRing(readFileSync(path, 'utf8'));
  const add = (id: string): void => {
    keys = { ...keys, [id]: randomBytes(32).toString('base64') };
    write(id);
  };

  keyProviderContract(() => {
    keys = {};
    add('k1');
    return {
      provider: new FileKeyProvider(read(), read),
      another: () => new FileKeyProvider(read(), read),
      rotate: () => add('k2'),
      lose: () => {
        keys = {};
        add('k9');
      },
    };
  });

  it('keeps its keys when the file cannot be used any more', async () => {
    add('k1');
    const provider = new FileKeyProvider(read(), read);
    const wrapped = await provider.wrap(Buffer.from('x'), context);
    writeFileSync(path, 'nonsense');
    expect(() => provider.refresh()).toThrow(TypeError);
    expect((await provider.unwrap(wrapped, context)).toString()).toBe('x');
    await expect(
      provider.unwrap({ kekId: 'k5', wrapped: Buffer.alloc(60) }, context),
    ).rejects.toMatchObject({ code: 'wallet.kek_unavailable' });
  });
});

describe('TransitKeyProvider', () => {
  let vault: TransitServer;
  beforeAll(async () => {
    vault = await TransitServer.start();
  });
  afterAll(() => vault?.stop());

  const open = (token = vault.token) =>
    new TransitKeyProvider({
      address: vault.url,
      mount: 'transit',
      key: 'made-open',
      namespace: undefined,
      token: () => token,
    });

  keyProviderContract(() => {
    vault.keys.clear();
    vault.rotate('made-open');
    return {
      provider: open(),
      another: () => open(),
      rotate: () => vault.rotate('made-open'),
      lose: () => vault.keys.clear(),
    };
  });

  it.each([
    ['its token is refused', () => undefined, 'wrong', /403 permission denied/u],
    ['Vault is sealed', () => (vault.isSealed = true), undefined, /503 Vault is sealed/u],
    [
      'the version may not be used any more',
      () => (vault.minDecryptionVersion = 2),
      undefined,
      /too old/u,
    ],
  ])('says what to look at when %s, without the token', async (_, hinder, token, message) => {
    vault.keys.clear();
    vault.rotate('made-open');
    const wrapped = await open().wrap(Buffer.from('x'), context);
    hinder();
    const failure = await open(token)
      .unwrap(wrapped, context)
      .then(
        () => 'it opened',
        (error: unknown) => (error instanceof Error ? error.message : ''),
      );
    vault.isSealed = false;
    vault.minDecryptionVersion = 1;
    expect(failure).toMatch(message);
    expect(failure).not.toContain(vault.token);
  });

  it('asks to come later when there is nobody at the address', async () => {
    const lonely = await TransitServer.start();
    const provider = new TransitKeyProvider({
      address: lonely.url,
      mount: 'transit',
      key: 'made-open',
      namespace: undefined,
      token: () => lonely.token,
    });
    await lonely.stop();
    await expect(provider.activeId()).rejects.toMatchObject({
      code: 'wallet.kek_unavailable',
      retry: 'later',
    });
  });
});

describe('KmsKeyProvider', () => {
  let kms: KmsServer;
  const clients: KMSClient[] = [];
  beforeAll(async () => {
    kms = await KmsServer.start();
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await kms?.stop();
  });

  const open = (secretAccessKey = 'secret') => {
    const client = new KMSClient({
      region: kms.region,
      endpoint: kms.url,
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey },
      maxAttempts: 1,
    });
    clients.push(client);
    return new KmsKeyProvider(client, kms.alias);
  };

  keyProviderContract(() => {
    kms.keys.clear();
    kms.rotate();
    return {
      provider: open(),
      another: () => open(),
      rotate: () => kms.rotate(),
      lose: () => kms.keys.clear(),
    };
  });
});
