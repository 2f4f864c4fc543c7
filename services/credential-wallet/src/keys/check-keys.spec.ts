import { anEnvelope, anOwner, fileKeys, keyRing } from '../../test/builders.ts';
import { MemoryVault } from '../vault/memory-vault.ts';
import { CheckKeys } from './check-keys.ts';
import { FileKeyProvider } from './file-key-provider.ts';

describe('CheckKeys', () => {
  it('finds nothing wrong before anything was stored, and with the keys it was stored with', async () => {
    const vault = new MemoryVault();
    const keys = fileKeys('k1');
    expect(await new CheckKeys(vault, keys).faults()).toEqual([]);
    await new CheckKeys(vault, keys).requireActive();
    expect(await new CheckKeys(vault, keys).faults()).toEqual([]);
    expect(vault.rows.canaries.size).toBe(1);
  });

  it('says which key is gone and lets the new one be used', async () => {
    const vault = new MemoryVault();
    await new CheckKeys(vault, fileKeys('k1')).requireActive();
    await vault.transaction(({ secrets }) => secrets.put(anOwner(), anEnvelope('k1')));
    const check = new CheckKeys(vault, fileKeys('k2'));
    await check.requireActive();
    expect(await check.faults()).toEqual([expect.stringMatching(/"k1" is not in KEK_FILE/u)]);
  });

  it('does not miss a key that nothing is under any more', async () => {
    const vault = new MemoryVault();
    await new CheckKeys(vault, fileKeys('k1')).requireActive();
    expect(await new CheckKeys(vault, fileKeys('k2')).faults()).toEqual([]);
  });

  it('wraps nothing under another key of the same name', async () => {
    const vault = new MemoryVault();
    await new CheckKeys(vault, fileKeys('k1')).requireActive();
    const check = new CheckKeys(vault, fileKeys('k1'));
    await expect(check.requireActive()).rejects.toMatchObject({
      code: 'wallet.kek_unavailable',
      retry: 'later',
    });
    expect(await check.faults()).toEqual([expect.stringMatching(/"k1" in KEK_FILE is another/u)]);
  });

  it('holds two replicas with different keys of the same name apart', async () => {
    const vault = new MemoryVault();
    const replicas = [keyRing('k1'), keyRing('k1')].map(
      (ring) => new CheckKeys(vault, new FileKeyProvider(ring)),
    );
    const outcomes = await Promise.allSettled(replicas.map((replica) => replica.requireActive()));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});
