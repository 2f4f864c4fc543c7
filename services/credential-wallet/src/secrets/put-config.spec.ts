import { makeSealingKeys } from '@made-open/bus';
import { fileKeys, sealedPut } from '../../test/builders.ts';
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
