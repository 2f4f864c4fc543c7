import { isSignedBox, open } from '@made-open/bus';
import { randomBytes } from 'node:crypto';
import { anOwner, aTicket, fileKeys, keyPair, pluginId, runnerSide } from '../../test/builders.ts';
import { oauthOf } from '../../test/oauth-builders.ts';
import type { FileKeyProvider } from '../keys/file-key-provider.ts';
import { announceTicket } from '../runners/announce-ticket.ts';
import { bindRunner } from '../runners/bind-runner.ts';
import { encrypt } from '../secrets/envelope.ts';
import { MemoryVault } from '../vault/memory-vault.ts';
import { DeliverConfig } from './deliver-config.ts';

const signing = keyPair('ed25519');
const value = '{"apiKey":"marker"}';

async function aDelivery(keys = fileKeys('k1')) {
  const vault = new MemoryVault();
  const envelope = await encrypt(keys, anOwner(), value);
  await vault.transaction(({ secrets }) => secrets.put(anOwner(), envelope));
  const deliverConfig = await deliveryOf(vault, keys);
  const runner = await runnerSide();
  const runnerId = await bound(vault, runner.keys.publicKey);
  const request = { runnerId, connectionId: 'c1', runId: 'r1', nonce: runner.nonce };
  const audited = () => [...vault.rows.audit.values()].flat().map(({ outcome }) => outcome);
  return { vault, deliverConfig, runner, request, audited };
}

async function deliveryOf(vault: MemoryVault, keys: FileKeyProvider): Promise<DeliverConfig> {
  const { addToken } = await oauthOf(vault, keys);
  return new DeliverConfig({ vault, keys, signingKey: signing.privateKey, addToken });
}

async function bound(vault: MemoryVault, publicKey: Uint8Array, plugin = pluginId) {
  const { ticket, ticketHash } = aTicket();
  await announceTicket(vault, { pluginId: plugin, ticketHash, expiresInSeconds: 60 });
  return bindRunner(vault, plugin, { ticket, publicKey });
}

describe('DeliverConfig', () => {
  it('seals to the bound key for this request alone, and signs', async () => {
    const { deliverConfig, runner, request, audited } = await aDelivery();
    const { config, revision, signature } = await deliverConfig.deliver(pluginId, request);
    const info = ['madeopen-config-v1', pluginId, 'c1', 'r1', runner.nonce.toString('hex')];
    expect(revision).toBe(1);
    expect(await open(runner.keys.privateKey, info, config)).toBe(value);
    expect(isSignedBox(signing.publicKey, info, config, signature)).toBe(true);
    await expect(
      open(runner.keys.privateKey, [...info.slice(0, 4), 'other nonce'], config),
    ).rejects.toThrow();
    await expect(open((await runnerSide()).keys.privateKey, info, config)).rejects.toThrow();
    expect(audited()).toContain('run r1, revision 1');
  });

  it('refuses a runner that is not bound, or bound for another plugin', async () => {
    const { vault, deliverConfig, runner, request, audited } = await aDelivery();
    const other = await bound(vault, runner.keys.publicKey, 'com.example.b');
    const refused = { code: 'wallet.runner_refused', retry: 'never' };
    await expect(
      deliverConfig.deliver(pluginId, { ...request, runnerId: other }),
    ).rejects.toMatchObject(refused);
    await expect(
      deliverConfig.deliver('com.example.b', { ...request, runnerId: other }),
    ).rejects.toMatchObject(refused);
    await expect(
      deliverConfig.deliver(pluginId, { ...request, runnerId: 'nobody' }),
    ).rejects.toMatchObject(refused);
    expect(
      audited().filter((outcome) => outcome.startsWith('refused: wallet.runner')),
    ).toHaveLength(3);
  });

  it('has nothing for an unknown or deleted connection', async () => {
    const { vault, deliverConfig, request } = await aDelivery();
    const missing = { code: 'wallet.not_found', retry: 'never' };
    await expect(
      deliverConfig.deliver(pluginId, { ...request, connectionId: 'c2' }),
    ).rejects.toMatchObject(missing);
    await vault.transaction(({ secrets }) => secrets.erase('c1'));
    await expect(deliverConfig.deliver(pluginId, request)).rejects.toMatchObject(missing);
  });

  it('gives no default for a row that was changed', async () => {
    const { vault, deliverConfig, request, audited } = await aDelivery();
    const stored = vault.rows.secrets.get('c1');
    if (stored?.envelope === undefined) throw new Error('nothing is stored');
    const envelope = { ...stored.envelope, sealed: randomBytes(60) };
    vault.rows.secrets.set('c1', { ...stored, envelope });
    await expect(deliverConfig.deliver(pluginId, request)).rejects.toMatchObject({
      code: 'wallet.secret_tampered',
      retry: 'never',
    });
    expect(audited()).toContain('refused: wallet.secret_tampered, run r1');
  });

  it('asks to come later while the key is away', async () => {
    const { vault, request } = await aDelivery();
    const without = await deliveryOf(vault, fileKeys('k2'));
    await expect(without.deliver(pluginId, request)).rejects.toMatchObject({
      code: 'wallet.kek_unavailable',
      retry: 'later',
    });
  });

  it('gives nothing out that it could not note before', async () => {
    const { vault, deliverConfig, request } = await aDelivery();
    const transaction = vault.transaction.bind(vault);
    vault.transaction = (work) =>
      transaction((stores) => {
        stores.audit.append = () => Promise.reject(new Error('the disk is full'));
        return work(stores);
      });
    await expect(deliverConfig.deliver(pluginId, request)).rejects.toThrow('the disk is full');
  });

  it.each([
    ['a short nonce', { nonce: randomBytes(8) }],
    ['no run', { runId: '' }],
    ['an odd connection', { connectionId: 'c 1' }],
  ])('refuses %s', async (_, change) => {
    const { deliverConfig, request } = await aDelivery();
    await expect(deliverConfig.deliver(pluginId, { ...request, ...change })).rejects.toMatchObject({
      code: 'wallet.invalid_request',
    });
  });
});
