import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetAdminKey, openSecrets } from '../src/secrets/local-secrets.ts';

const services = ['etl', 'credential-wallet'];

describe('the secrets of a local platform', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'local-secrets-'));
    path = join(folder, 'data', 'secrets.json');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('lie in a file and folder that only their owner reads', async () => {
    await openSecrets(path, services, false);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
  });

  it('are the same at the next start, but for NATS users, which are made anew for the same account', async () => {
    const first = await openSecrets(path, services, false);
    const { nats, ...kept } = await openSecrets(path, services, false);
    const { nats: before, ...keptBefore } = first;
    expect(kept).toEqual(keptBefore);
    expect(nats.accountPublicKey).toBe(before.accountPublicKey);
    expect(nats.credentials['etl']).not.toBe(before.credentials['etl']);
  });

  it('hold the admin key until it was shown, also over a start that failed, and only its hash from then on', async () => {
    const { adminKey } = await openSecrets(path, services, false);
    const key = adminKey.notShownYet ?? '';
    expect(key).toMatch(/^mop_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}$/u);
    const again = await openSecrets(path, services, false);
    expect(again.adminKey.notShownYet).toBe(key);
    forgetAdminKey(path, again);
    expect(readFileSync(path, 'utf8')).not.toContain(key);
    const later = await openSecrets(path, services, false);
    expect(later.adminKey).toEqual({
      id: adminKey.id,
      hash: createHash('sha256').update(key).digest('hex'),
    });
  });

  it('get another admin key when it is asked for', async () => {
    const first = await openSecrets(path, services, false);
    const second = await openSecrets(path, services, true);
    expect(second.adminKey.id).not.toBe(first.adminKey.id);
    expect(second.adminKey.notShownYet).toBeDefined();
    expect(second.kek).toBe(first.kek);
  });

  it('get a password for a service that came with an update', async () => {
    const first = await openSecrets(path, services, false);
    const second = await openSecrets(path, [...services, 'rules'], false);
    expect(second.databasePasswords).toMatchObject(first.databasePasswords);
    expect(second.databasePasswords['rules']).toMatch(/^[\w-]{32}$/u);
  });

  it('say what to do when another version wrote them', async () => {
    await openSecrets(path, services, false);
    writeFileSync(path, '{"nats":{}}');
    await expect(openSecrets(path, services, false)).rejects.toThrow('npm run reset');
  });
});
