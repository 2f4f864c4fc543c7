import { randomBytes, randomUUID } from 'node:crypto';
import type { SecretOwner } from '../../src/secrets/envelope.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { anEnvelope, anOwner, pluginId } from '../builders.ts';
import { anEntry, auditContract } from './audit.contract.ts';

/** What every Vault does; `open` gives one that holds nothing yet. */
export function vaultContract(open: () => Promise<Vault>): void {
  let vault: Vault;
  beforeEach(async () => {
    vault = await open();
  });

  it('undoes everything of a transaction that throws', async () => {
    const work = vault.transaction(async ({ secrets, runners, canaries, audit }) => {
      await secrets.put(anOwner(), anEnvelope());
      await runners.announce({ pluginId, ticketHash: 'h' }, 60);
      await canaries.add({ kekId: 'k1', wrapped: randomBytes(8) });
      await audit.append(anEntry('put'));
      throw new Error('the end');
    });
    await expect(work).rejects.toThrow('the end');
    await vault.transaction(async ({ secrets, canaries, audit }) => {
      expect(await secrets.find('c1')).toBeUndefined();
      expect(await canaries.list()).toEqual([]);
      expect(await audit.read('default', 0, 10)).toEqual([]);
    });
    expect(await bind('h')).toBeUndefined();
  });

  describe('secrets', () => {
    it('keep the newest revision', async () => {
      const [first, second] = [anEnvelope(), anEnvelope('k2')];
      await vault.transaction(async ({ secrets }) => {
        expect(await secrets.put(anOwner(), first)).toBe(true);
        expect(await secrets.find('c1')).toEqual({ owner: anOwner(), envelope: first });
      });
      await vault.transaction(async ({ secrets }) => {
        const owner = anOwner({ revision: 2 });
        expect(await secrets.put(owner, second)).toBe(true);
        expect(await secrets.find('c1')).toEqual({ owner, envelope: second });
      });
    });

    it.each([1, 3, 7])('refuse revision %i on top of the first', async (revision) => {
      const envelope = anEnvelope();
      await vault.transaction(({ secrets }) => secrets.put(anOwner(), envelope));
      await vault.transaction(async ({ secrets }) => {
        expect(await secrets.put(anOwner({ revision }), anEnvelope())).toBe(false);
        expect(await secrets.find('c1')).toEqual({ owner: anOwner(), envelope });
      });
    });

    it('let one of several writers of a revision win', async () => {
      for (const revision of [1, 2]) {
        const writers = Array.from({ length: 8 }, () =>
          vault.transaction(({ secrets }) => secrets.put(anOwner({ revision }), anEnvelope())),
        );
        expect((await Promise.all(writers)).filter(Boolean)).toHaveLength(1);
      }
    });

    it('do not come back once they were erased', async () => {
      await vault.transaction(({ secrets }) => secrets.put(anOwner(), anEnvelope()));
      const erase = () => vault.transaction(({ secrets }) => secrets.erase('c1'));
      expect(await erase()).toBe(true);
      expect(await erase()).toBe(false);
      await vault.transaction(async ({ secrets }) => {
        expect(await secrets.find('c1')).toEqual({ owner: anOwner(), envelope: undefined });
        for (const revision of [1, 2])
          expect(await secrets.put(anOwner({ revision }), anEnvelope())).toBe(false);
      });
    });

    it('of one kind are apart from those of another, and go with the connection', async () => {
      const kinds = ['config', 'oauth_tokens', 'oauth_client'] as const;
      const envelopes = kinds.map((kind) => ({ owner: anOwner({ kind }), e: anEnvelope() }));
      await vault.transaction(async ({ secrets }) => {
        for (const { owner, e } of envelopes) expect(await secrets.put(owner, e)).toBe(true);
        for (const { owner, e } of envelopes)
          expect(await secrets.find('c1', owner.kind)).toEqual({ owner, envelope: e });
        expect(await secrets.erase('c1')).toBe(true);
        expect((await secrets.find('c1', 'oauth_tokens'))?.envelope).toBeUndefined();
        // The client belongs to the plugin.
        expect((await secrets.find('c1', 'oauth_client'))?.envelope).toBeDefined();
      });
    });

    it('can be dropped and then put anew', async () => {
      const owner = anOwner({ kind: 'oauth_attempt' });
      await vault.transaction(async ({ secrets }) => {
        await secrets.put(owner, anEnvelope());
        expect(await secrets.drop(owner)).toBe(true);
        expect(await secrets.drop(owner)).toBe(false);
        expect(await secrets.find('c1', 'oauth_attempt')).toBeUndefined();
        expect(await secrets.put(owner, anEnvelope())).toBe(true);
      });
    });

    it('under other keys are found in pages, and counted by key', async () => {
      const ids = ['c1', 'C2', 'a3', 'c4', 'c5'];
      await vault.transaction(async ({ secrets }) => {
        for (const [index, connectionId] of ids.entries())
          await secrets.put(anOwner({ connectionId }), anEnvelope(index === 3 ? 'k2' : 'k1'));
        await secrets.put(anOwner({ kind: 'oauth_tokens', connectionId: 'a0' }), anEnvelope('k0'));
        await secrets.put(anOwner({ connectionId: 'erased' }), anEnvelope('k1'));
        await secrets.erase('erased');
      });
      const found: string[] = [];
      for (let page = await pageBehind(); page.length > 0; page = await pageBehind(page.at(-1)))
        found.push(...page.map(({ connectionId }) => connectionId));
      expect(found).toEqual(['C2', 'a3', 'c1', 'c5', 'a0']);
      await vault.transaction(async ({ secrets }) => {
        expect(await secrets.countByKey()).toEqual(
          new Map([
            ['k1', 4],
            ['k2', 1],
            ['k0', 1],
          ]),
        );
        expect((await secrets.under('k2', 9)).map(({ connectionId }) => connectionId)).toEqual([
          'c4',
        ]);
      });
    });

    it('change their wrapping only while they are as they were', async () => {
      const before = anEnvelope();
      const [first, second] = [anEnvelope('k2'), anEnvelope('k3')];
      await vault.transaction(async ({ secrets }) => {
        await secrets.put(anOwner(), before);
        expect(await secrets.rewrap(anOwner({ revision: 2 }), before, first)).toBe(false);
        expect(await secrets.rewrap(anOwner(), before, first)).toBe(true);
        expect(await secrets.rewrap(anOwner(), before, second)).toBe(false);
        expect(await secrets.find('c1')).toEqual({
          owner: anOwner(),
          envelope: { ...first, sealed: before.sealed },
        });
      });
    });

    it('that never were cannot be erased', async () => {
      expect(await vault.transaction(({ secrets }) => secrets.erase('nobody'))).toBe(false);
    });
  });

  const pageBehind = async (behind?: SecretOwner): Promise<SecretOwner[]> => {
    const page = await vault.transaction(({ secrets }) => secrets.notUnder('k2', behind, 2));
    return page.map(({ owner }) => owner);
  };

  describe('runners', () => {
    const key = randomBytes(32);

    it('are bound once for each ticket, and again for the same key', async () => {
      await announce('h1');
      const runnerId = randomUUID();
      expect(await bind('h1', { runnerId, publicKey: key })).toBe(runnerId);
      expect(await bind('h1', { publicKey: randomBytes(32) })).toBeUndefined();
      expect(await bind('h1', { publicKey: key })).toBe(runnerId);
      expect(await keyOf(runnerId)).toEqual(key);
    });

    it('are not bound with a ticket that is unknown, expired or for another plugin', async () => {
      await announce('old', 0);
      await announce('h1');
      expect(await bind('unknown')).toBeUndefined();
      expect(await bind('old')).toBeUndefined();
      expect(await bind('h1', { pluginId: 'com.example.b' })).toBeUndefined();
      expect(await bind('h1')).toBeDefined();
    });

    it('lose the race for a ticket to one', async () => {
      await announce('h1');
      const bound = await Promise.all(
        Array.from({ length: 8 }, () => bind('h1', { publicKey: randomBytes(32) })),
      );
      expect(bound.filter((id) => id !== undefined)).toHaveLength(1);
    });

    it('keep a ticket as it is when it is announced again', async () => {
      await announce('h1');
      await bind('h1', { publicKey: key });
      await announce('h1');
      expect(await bind('h1', { publicKey: randomBytes(32) })).toBeUndefined();
    });

    it('have a key for their own plugin only, and until it expires', async () => {
      await announce('h1');
      await announce('h2');
      const [long, short] = [randomUUID(), randomUUID()];
      await bind('h1', { runnerId: long });
      await bind('h2', { runnerId: short }, 0);
      expect(await keyOf(long)).toBeDefined();
      expect(await keyOf(long, 'com.example.b')).toBeUndefined();
      expect(await keyOf(short)).toBeUndefined();
      expect(await keyOf(randomUUID())).toBeUndefined();
      expect(await keyOf('no id')).toBeUndefined();
    });
  });

  describe('accounts', () => {
    const owner = { spaceId: 'default', connectionId: 'c1', pluginId };
    const lease = (id: string, seconds = 60) =>
      vault.transaction(({ grants }) => grants.lease(owner, id, seconds));
    const [a, b] = [randomUUID(), randomUUID()];

    it('are refreshed by one at a time', async () => {
      const asked = await Promise.all(Array.from({ length: 8 }, () => lease(randomUUID())));
      expect(asked.filter(Boolean)).toHaveLength(1);
      expect(await vault.transaction(({ grants }) => grants.find('c1'))).toEqual({
        revision: 0,
        refusal: undefined,
      });
    });

    it('are given on when the one is done, has ended, or was overtaken', async () => {
      expect(await lease(a)).toBe(true);
      await vault.transaction(({ grants }) => grants.release('c1', b));
      expect(await lease(b)).toBe(false);
      await vault.transaction(({ grants }) => grants.release('c1', a));
      expect(await lease(b, 0)).toBe(true);
      expect(await lease(a)).toBe(true);
    });

    it('tell how they stand, and rise with each change', async () => {
      const refusal = { code: 'wallet.reauthentication_required', message: 'it’s over' };
      await lease(a);
      await vault.transaction(async ({ grants }) => {
        expect(await grants.settle(owner, refusal)).toBe(1);
        expect(await grants.find('c1')).toEqual({ revision: 1, refusal });
        expect(await grants.settle(owner, undefined)).toBe(2);
        expect(await grants.find('c1')).toEqual({ revision: 2, refusal: undefined });
      });
      expect(await lease(b)).toBe(true);
      await vault.transaction(({ grants }) => grants.remove('c1'));
      expect(await vault.transaction(({ grants }) => grants.find('c1'))).toBeUndefined();
    });
  });

  it('keeps the first canary of a key', async () => {
    const first = { kekId: 'k1', wrapped: randomBytes(60) };
    await vault.transaction(async ({ canaries }) => {
      await canaries.add(first);
      await canaries.add({ kekId: 'k1', wrapped: randomBytes(60) });
      expect(await canaries.list()).toEqual([first]);
    });
  });

  auditContract(() => vault);

  const announce = (ticketHash: string, lifetimeSeconds = 60) =>
    vault.transaction(({ runners }) => runners.announce({ pluginId, ticketHash }, lifetimeSeconds));
  const bind = (
    ticketHash: string,
    runner: Partial<{ runnerId: string; pluginId: string; publicKey: Uint8Array }> = {},
    lifetimeSeconds = 60,
  ) =>
    vault.transaction(({ runners }) =>
      runners.bind(
        ticketHash,
        { runnerId: randomUUID(), pluginId, publicKey: randomBytes(32), ...runner },
        lifetimeSeconds,
      ),
    );
  const keyOf = (runnerId: string, plugin = pluginId) =>
    vault.transaction(({ runners }) => runners.publicKey(plugin, runnerId));
}
