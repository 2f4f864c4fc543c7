import type { ApiKey } from '../../src/api-keys/api-key.ts';
import type { ApiKeyStore } from '../../src/api-keys/api-key-store.ts';

let made = 0;

export function anApiKey(of: Partial<ApiKey> = {}): ApiKey {
  made++;
  return {
    id: String(made).padStart(12, '0'),
    hash: made.toString(16).padStart(64, '0'),
    name: 'a client',
    spaceId: 'default',
    scopes: ['search:read', 'data:read'],
    expiresAt: new Date('2100-01-01T00:00:00Z'),
    lastUsedAt: undefined,
    ...of,
  };
}

/** What every store of keys does; run on each adapter. */
export function apiKeyStoreContract(open: () => ApiKeyStore): void {
  it('gives back what was saved', async () => {
    const store = open();
    const key = anApiKey({ scopes: ['search:read'], spaceId: 'other' });
    expect(await store.find(key.id)).toBeUndefined();
    expect(await store.save(key)).toEqual({ saved: true });
    expect(await store.find(key.id)).toEqual(key);
  });

  it('takes the same key again with what changed, and no other key under its id', async () => {
    const store = open();
    const key = anApiKey();
    await store.save(key);
    expect(await store.save({ ...key, scopes: ['data:read'] })).toEqual({ saved: true });
    expect(await store.save({ ...anApiKey(), id: key.id })).toEqual({ saved: false });
    expect(await store.find(key.id)).toEqual({ ...key, scopes: ['data:read'] });
  });

  it('forgets a removed key', async () => {
    const store = open();
    const key = anApiKey();
    await store.save(key);
    expect(await store.remove(key.id)).toEqual({ removed: true });
    expect(await store.remove(key.id)).toEqual({ removed: false });
    expect(await store.find(key.id)).toBeUndefined();
  });

  it('remembers when a key was used, also when it is saved again', async () => {
    const store = open();
    const key = anApiKey();
    const usedAt = new Date('2026-01-01T00:00:00Z');
    await store.save(key);
    await store.touch(key.id, usedAt);
    await store.touch('nobody', usedAt);
    await store.save(key);
    expect(await store.find(key.id)).toEqual({ ...key, lastUsedAt: usedAt });
  });
}
