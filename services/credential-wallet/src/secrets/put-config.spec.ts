import { makeSealingKeys } from '@made-open/bus';
import { anEnvelope, fileKeys, sealedPut } from '../../test/builders.ts';
import { CheckKeys } from '../keys/check-keys.ts';
import { MemoryVault } from '../vault/memory-vault.ts';
import { decrypt } from './envelope.ts';
import { eraseConfig } from './erase-config.ts';
import { PutConfig } from './put-config.ts';

async function aWallet() {
  const vault = new MemoryVault();
  const keys = fileKeys('k1');
  const { publicKey, privateKey: sealingKey } = await makeSealingKeys();
  const putConfig = new PutConfig({
    vault,
    keys,
    sealingKey,
    checkKeys: new CheckKeys(vault, keys),
  });
  const stored = async () => {
    const secret = vault.rows.secrets.get('c1');
    return secret?.envelope && decrypt(keys, secret.owner, secret.envelope);
  };
  const audited = () => [...vault.rows.audit.values()].flat().map(({ outcome }) => outcome);
  return { vault, publicKey, putConfig, stored, audited };
}

describe('PutConfig', () => {
  it('keeps what was sealed to it, as revision after revision', async () => {
    const { putConfig, publicKey, stored, audited } = await aWallet();
    expect(await putConfig.put(await sealedPut(publicKey, { a: 1 }))).toBe(1);
    expect(await putConfig.put(await sealedPut(publicKey, { a: 2 }))).toBe(2);
    expect(await stored()).toBe('{"a":2}');
    expect(audited()).toEqual(['revision 1', 'revision 2']);
  });

  it('takes all of several that come at the same moment', async () => {
    const { putConfig, publicKey } = await aWallet();
    const requests = await Promise.all([1, 2, 3].map((a) => sealedPut(publicKey, { a })));
    const revisions = await Promise.all(requests.map((request) => putConfig.put(request)));
    expect(revisions.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
  });

  it.each([
    ['plugin', { pluginId: 'com.example.b' }],
    ['space', { spaceId: 'other' }],
  ])('does not give a connection to another %s', async (_, change) => {
    const { putConfig, publicKey, stored } = await aWallet();
    await putConfig.put(await sealedPut(publicKey, { a: 1 }));
    await expect(putConfig.put(await sealedPut(publicKey, {}, change))).rejects.toMatchObject({
      code: 'wallet.owner_differs',
      retry: 'never',
    });
    expect(await stored()).toBe('{"a":1}');
  });

  it.each([
    ['was sealed for another connection', { connectionId: 'c2' }],
    ['was sealed for another space', { spaceId: 'other' }],
    ['was sealed for another plugin', { pluginId: 'com.example.b' }],
  ])('refuses what %s', async (_, change) => {
    const { putConfig, publicKey, vault } = await aWallet();
    const { config } = await sealedPut(publicKey, {}, change);
    const request = { ...(await sealedPut(publicKey, {})), config };
    await expect(putConfig.put(request)).rejects.toMatchObject({ code: 'wallet.seal_refused' });
    expect(vault.rows.secrets.size).toBe(0);
  });

  it('refuses what is sealed to another wallet, not at all, or for what is no id', async () => {
    const { putConfig, publicKey } = await aWallet();
    const other = await makeSealingKeys();
    const refusals: [object, string][] = [
      [await sealedPut(other.publicKey, {}), 'wallet.seal_refused'],
      [{ config: undefined }, 'wallet.seal_refused'],
      [{ connectionId: '' }, 'wallet.invalid_request'],
      [{ spaceId: 'a\u0000b' }, 'wallet.invalid_request'],
    ];
    for (const [change, code] of refusals) {
      const request = { ...(await sealedPut(publicKey, {})), ...change };
      await expect(putConfig.put(request)).rejects.toMatchObject({ code });
    }
  });

  it('keeps what it is told to of the config before, where that has it', async () => {
    const { putConfig, publicKey, stored } = await aWallet();
    const keptProperties = ['hook', 'other'];
    const put = async (value: object) =>
      putConfig.put({ ...(await sealedPut(publicKey, value)), keptProperties });
    await put({ a: 1, hook: 'first' });
    await put({ a: 2, hook: 'second', other: 'o' });
    expect(JSON.parse((await stored()) ?? '')).toEqual({ a: 2, hook: 'first', other: 'o' });
    await putConfig.put(await sealedPut(publicKey, { hook: 'given' }));
    expect(await stored()).toBe('{"hook":"given"}');
  });

  it('takes a config in place of one that does not open, whatever was to be kept', async () => {
    const { vault, putConfig, publicKey, stored } = await aWallet();
    await putConfig.put(await sealedPut(publicKey, { hook: 'first' }));
    const secret = vault.rows.secrets.get('c1');
    if (secret?.envelope === undefined) throw new Error('nothing is stored');
    vault.rows.secrets.set('c1', { ...secret, envelope: anEnvelope() });
    const request = await sealedPut(publicKey, { hook: 'second' });
    expect(await putConfig.put({ ...request, keptProperties: ['hook'] })).toBe(2);
    expect(await stored()).toBe('{"hook":"second"}');
  });

  it('adds to the config that is there what that lacks, and only what was sealed for it', async () => {
    const { putConfig, publicKey, stored } = await aWallet();
    const adding = await sealedPut(publicKey, { a: 2, hook: 'h' }, {}, 'add');
    await expect(putConfig.put({ ...adding, isAddition: true })).rejects.toMatchObject({
      code: 'wallet.not_found',
    });
    const replacing = await sealedPut(publicKey, { a: 1 });
    await putConfig.put(replacing);
    expect(await putConfig.put({ ...adding, isAddition: true })).toBe(2);
    expect(JSON.parse((await stored()) ?? '')).toEqual({ a: 1, hook: 'h' });
    for (const request of [adding, { ...replacing, isAddition: true }])
      await expect(putConfig.put(request)).rejects.toMatchObject({ code: 'wallet.seal_refused' });
  });

  it('does not bring back the config of a deleted connection', async () => {
    const { putConfig, publicKey, vault, stored, audited } = await aWallet();
    const request = await sealedPut(publicKey, { a: 1 });
    await putConfig.put(request);
    await eraseConfig(vault, { spaceId: 'default', connectionId: 'c1' });
    await expect(putConfig.put(request)).rejects.toMatchObject({ code: 'wallet.config_removed' });
    expect(await stored()).toBeUndefined();
    expect(audited()).toEqual(['revision 1', 'erased']);
  });
});

describe('eraseConfig', () => {
  it('erases once, and never for another space', async () => {
    const { putConfig, publicKey, vault, stored, audited } = await aWallet();
    await putConfig.put(await sealedPut(publicKey, { a: 1 }));
    await expect(
      eraseConfig(vault, { spaceId: 'other', connectionId: 'c1' }),
    ).rejects.toMatchObject({ code: 'wallet.owner_differs' });
    expect(await stored()).toBe('{"a":1}');
    for (let time = 0; time < 2; time++)
      await eraseConfig(vault, { spaceId: 'default', connectionId: 'c1' });
    await eraseConfig(vault, { spaceId: 'default', connectionId: 'unknown' });
    expect(audited()).toEqual(['revision 1', 'erased']);
  });
});
