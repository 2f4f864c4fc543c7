import { hashOfKey, presentedKey } from '@made-open/nest';
import { MemoryClientKeys } from '../../test/platform/memory-parts.ts';
import { adminScopes, makeKey } from './api-key.ts';
import { Authenticate } from './authenticate.ts';
import { ManageKeys } from './manage-keys.ts';
import { MemoryKeyStore } from './memory-key-store.ts';

const bootstrap = makeKey();
const all = { keyId: bootstrap.id, scopes: ['*', ...adminScopes] };
const wanted = (scopes: readonly string[], expiresInMs = 3_600_000) => ({
  name: 'a key',
  scopes,
  space_id: 'default',
  expires_at: new Date(Date.now() + expiresInMs).toISOString(),
});

const shown = (key: string) => ({ id: key.split('_')[1] ?? '', hash: hashOfKey(key) });

function setUp() {
  const store = new MemoryKeyStore();
  const clients = new MemoryClientKeys();
  const known = { id: bootstrap.id, hash: bootstrap.hash };
  return {
    store,
    clients,
    keys: new ManageKeys(store, clients, known),
    authenticate: new Authenticate(store, known),
  };
}

describe('a key', () => {
  it('has an id and 256 random bits, of which only a hash is kept', async () => {
    const { keys, store } = setUp();
    const { key, stored } = await keys.create(all, wanted(['admin:runs:read']));
    expect(key).toMatch(/^mop_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}$/u);
    expect(presentedKey(`Bearer ${key}`)).toEqual({ id: stored.id, hash: hashOfKey(key) });
    expect(await store.find(stored.id)).toMatchObject({ hash: hashOfKey(key) });
    expect(JSON.stringify(stored)).not.toContain(key.split('_')[2]);
  });

  it('opens what it was made for until it expires or is revoked', async () => {
    const { keys, authenticate } = setUp();
    const { key, stored } = await keys.create(all, wanted(['admin:runs:read']));
    expect(await authenticate.authenticate(shown(key))).toEqual({
      keyId: stored.id,
      scopes: ['admin:runs:read'],
    });
    expect(await authenticate.authenticate(shown(key), stored.expiresAt)).toBeUndefined();
    await keys.revoke(stored.id);
    expect(await authenticate.authenticate(shown(key))).toBeUndefined();
  });

  it('opens everything with the scope *, which only one that has it can give', async () => {
    const { keys, authenticate } = setUp();
    const { key } = await keys.create(all, wanted(['*']));
    expect((await authenticate.authenticate(shown(key)))?.scopes).toEqual(all.scopes);
    const lesser = { keyId: 'k', scopes: adminScopes };
    await expect(keys.create(lesser, wanted(['*']))).rejects.toMatchObject({ status: 403 });
  });

  it('is listed, and last of all the one that the platform was set up with, page by page', async () => {
    const { keys } = setUp();
    for (let n = 0; n < 3; n++) await keys.create(all, wanted(['admin:runs:read']));
    const ids: string[] = [];
    let pages = 0;
    for (let after: string | undefined; ;) {
      const { data, next } = await keys.list({ limit: 3, after });
      ids.push(...data.map(({ id }) => id));
      pages++;
      if (next === undefined) break;
      after = next;
    }
    expect([ids.length, new Set(ids).size, ids.at(-1), pages]).toEqual([4, 4, bootstrap.id, 2]);
  });

  it('is no key with one letter changed', async () => {
    const { keys, authenticate } = setUp();
    const { key, stored } = await keys.create(all, wanted(['admin:runs:read']));
    const last = key.endsWith('x') ? 'y' : 'x';
    const wrong = shown(`${key.slice(0, -1)}${last}`);
    expect(wrong.id).toBe(stored.id);
    expect(await authenticate.authenticate(wrong)).toBeUndefined();
  });

  it('notes its use to the minute', async () => {
    const { keys, authenticate, store } = setUp();
    const { key, stored } = await keys.create(all, wanted(['admin:runs:read']));
    const at = (text: string) => new Date(`2026-11-21T${text}Z`);
    for (const time of ['06:00:00', '06:00:59', '06:01:00'])
      await authenticate.authenticate(shown(key), at(time));
    expect((await store.find(stored.id))?.lastUsedAt).toEqual(at('06:01:00'));
  });

  it('of the platform’s start has every scope, and is not revoked here', async () => {
    const { keys, authenticate } = setUp();
    expect(await authenticate.authenticate(shown(bootstrap.key))).toEqual(all);
    await expect(keys.revoke(bootstrap.id)).rejects.toMatchObject({ status: 409 });
  });

  it('for clients is registered with the gateway, and opens nothing here', async () => {
    const { keys, clients, authenticate } = setUp();
    const { key, stored } = await keys.create(all, wanted(['search:read']));
    expect([...clients.known]).toEqual([stored.id]);
    expect(await authenticate.authenticate(shown(key))).toBeUndefined();
    await keys.revoke(stored.id);
    expect(clients.known.size).toBe(0);
  });

  it('gives no scope that its maker lacks', async () => {
    const { keys } = setUp();
    const maker = { keyId: 'k', scopes: ['admin:keys:write'] };
    await expect(keys.create(maker, wanted(['admin:audit:read']))).rejects.toMatchObject({
      status: 403,
    });
    await keys.create(maker, wanted(['admin:keys:write']));
  });

  it.each([
    ['of both APIs', wanted(['admin:runs:read', 'search:read']), /not of both/u],
    ['without an end', { ...wanted(['search:read']), expires_at: 'never' }, /in the future/u],
    ['with an end that has passed', wanted(['search:read'], -1), /in the future/u],
    ['for ever', wanted(['search:read'], 3 * 366 * 86_400_000), /within two years/u],
  ])('is not made %s', async (_, want, reason) => {
    await expect(setUp().keys.create(all, want)).rejects.toThrow(reason);
  });
});
