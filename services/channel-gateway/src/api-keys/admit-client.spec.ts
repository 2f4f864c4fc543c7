import { hashOfKey as hashOf, TooManyRequestsError, UnauthenticatedError } from '@made-open/nest';
import { anApiKey } from '../../test/api/api-key-store.contract.ts';
import { ForbiddenError } from '../errors.ts';
import { AdmitClient, type Request } from './admit-client.ts';
import { MemoryApiKeyStore } from './memory-api-key-store.ts';

const keyText = (id: string, letter = 's'): string => `mop_${id}_${letter.repeat(43)}`;

describe('AdmitClient', () => {
  let nowMs: number;
  let store: MemoryApiKeyStore;
  let door: AdmitClient;
  const id = 'client000001';
  const bootstrapId = 'boot00000001';
  const admit = (key: string, of: Partial<Request> = {}) =>
    door.admit({ authorization: `Bearer ${key}`, address: 'a', scope: 'data:read', ...of });

  beforeEach(async () => {
    nowMs = Date.parse('2026-01-01T00:00:00Z');
    store = new MemoryApiKeyStore();
    await store.save(
      anApiKey({
        id,
        hash: hashOf(keyText(id)),
        spaceId: 'mine',
        scopes: ['data:read'],
        expiresAt: new Date(nowMs + 3_600_000),
      }),
    );
    door = new AdmitClient(store, {
      bootstrapKey: { id: bootstrapId, hash: hashOf(keyText(bootstrapId)) },
      rate: { perSecond: 10, burst: 20 },
      now: () => nowMs,
    });
  });

  it('lets a key into its space, for its scopes', async () => {
    expect(await admit(keyText(id))).toEqual({ keyId: id, spaceId: 'mine', scopes: ['data:read'] });
    await expect(admit(keyText(id), { scope: 'search:read' })).rejects.toThrow(ForbiddenError);
  });

  it('lets the bootstrap key do everything in the default space', async () => {
    expect(await admit(keyText(bootstrapId), { scope: 'search:read' })).toMatchObject({
      spaceId: 'default',
    });
    await expect(admit(keyText(bootstrapId, 'x'))).rejects.toThrow(UnauthenticatedError);
  });

  it('lets nobody into a route without a scope', async () => {
    await expect(admit(keyText(bootstrapId), { scope: undefined })).rejects.toThrow(ForbiddenError);
  });

  it.each([
    ['no header', undefined],
    ['nothing', ''],
    ['another scheme', `Basic ${keyText(id)}`],
    ['the right key with more behind it', `Bearer ${keyText(id)}x`],
    ['two keys', `Bearer ${keyText(id)}, Bearer ${keyText(id)}`],
    ['a wrong secret', `Bearer ${keyText(id, 'x')}`],
    ['an unknown id', `Bearer ${keyText('client000002')}`],
    ['a part of the key', `Bearer ${keyText(id).slice(0, -1)}`],
  ])('refuses %s', async (_, authorization) => {
    await expect(door.admit({ authorization, address: 'a', scope: 'data:read' })).rejects.toThrow(
      UnauthenticatedError,
    );
  });

  it('refuses a key that has expired or was revoked', async () => {
    nowMs += 3_600_000;
    await expect(admit(keyText(id))).rejects.toThrow(UnauthenticatedError);
    nowMs -= 1;
    await admit(keyText(id));
    await store.remove(id);
    await expect(admit(keyText(id))).rejects.toThrow(UnauthenticatedError);
  });

  it('says whether a client is still let in', async () => {
    const client = await admit(keyText(id));
    expect(await door.isStillAdmitted(client)).toBe(true);
    expect(await door.isStillAdmitted(await admit(keyText(bootstrapId)))).toBe(true);
    nowMs += 3_600_000;
    expect(await door.isStillAdmitted(client)).toBe(false);
    nowMs -= 3_600_000;
    await store.remove(id);
    expect(await door.isStillAdmitted(client)).toBe(false);
  });

  it('makes an address wait after five wrong keys, but nobody who has a right one', async () => {
    for (let n = 0; n < 5; n++)
      await expect(admit(keyText(id, 'x'))).rejects.toThrow(UnauthenticatedError);
    nowMs += 10_000;
    await expect(admit(keyText(id, 'y'))).rejects.toMatchObject({
      name: 'TooManyRequestsError',
      retryAfterSeconds: 50,
    });
    await expect(admit(keyText(id))).resolves.toBeDefined();
    await expect(admit(keyText(id, 'y'), { address: 'b' })).rejects.toThrow(UnauthenticatedError);
    await store.remove(id);
    await expect(admit(keyText(id))).rejects.toThrow(TooManyRequestsError);
  });

  it('slows down a key that asks too much', async () => {
    for (let n = 0; n < 20; n++) await admit(keyText(id));
    await expect(admit(keyText(id))).rejects.toMatchObject({ retryAfterSeconds: 1 });
    await expect(admit(keyText(bootstrapId))).resolves.toBeDefined();
    nowMs += 1000;
    await expect(admit(keyText(id))).resolves.toBeDefined();
  });

  it('notes the use of a key once a minute', async () => {
    const used: number[] = [];
    store.touch = (_, usedAt) => {
      used.push(usedAt.getTime());
      return MemoryApiKeyStore.prototype.touch.call(store, id, usedAt);
    };
    const began = nowMs;
    for (const afterMs of [0, 59_999, 60_000, 60_001]) {
      nowMs = began + afterMs;
      await admit(keyText(id));
    }
    expect(used).toEqual([began, began + 60_000]);
  });

  it('answers although the use of a key cannot be noted', async () => {
    const heard: unknown[] = [];
    store.touch = () => Promise.reject(new Error('read only'));
    door = new AdmitClient(store, {
      bootstrapKey: undefined,
      rate: { perSecond: 10, burst: 20 },
      now: () => nowMs,
      onError: (error) => heard.push(error),
    });
    await expect(admit(keyText(id))).resolves.toBeDefined();
    await Promise.resolve();
    expect(heard).toEqual([new Error('read only')]);
  });
});
