import { readSealingPrivateKey } from '@made-open/bus';
import { createHash, createHmac } from 'node:crypto';
import { anOwner, fileKeys, keyPair, rawPublicKey } from '../../test/builders.ts';
import {
  aRequest,
  aSignedRequest,
  hmacWebhook,
  sealedRequest,
} from '../../test/webhook-builders.ts';
import type { KeyProvider } from '../keys/key-provider.ts';
import { encrypt } from '../secrets/envelope.ts';
import { MemoryVault } from '../vault/memory-vault.ts';
import { NoteUse } from './note-use.ts';
import { UsedSecrets } from './used-secrets.ts';
import { VerifyWebhook } from './verify-webhook.ts';

const sealing = keyPair('x25519');
const walletKey = rawPublicKey(sealing.privateKey);

async function aWallet(keys: KeyProvider = fileKeys('k1')) {
  const vault = new MemoryVault();
  const clock = { now: 1_000_000 };
  let unwraps = 0;
  const unwrap = keys.unwrap.bind(keys);
  keys.unwrap = (...given) => {
    unwraps++;
    return unwrap(...given);
  };
  const put = async (config: object, revision = 1): Promise<void> => {
    const owner = anOwner({ revision });
    const envelope = await encrypt(keys, owner, JSON.stringify(config));
    await vault.transaction(({ secrets }) => secrets.put(owner, envelope));
  };
  await put({ webhookSecret: 's3cret', other: 'o' });
  const secrets = new UsedSecrets(vault, keys, () => clock.now);
  const notes = new NoteUse(vault, () => clock.now);
  const sealingKey = await readSealingPrivateKey(sealing.privateKey);
  const verification = new VerifyWebhook({ secrets, notes, sealingKey });
  const ask = async (secret = 's3cret', change = {}, webhook: object = hmacWebhook) =>
    verification.verify(
      await sealedRequest(
        walletKey,
        { ...hmacWebhook, ...webhook },
        aSignedRequest(secret),
        change,
      ),
    );
  const audited = () =>
    [...vault.rows.audit.values()].flat().map(({ action, outcome }) => `${action} ${outcome}`);
  return { vault, clock, put, ask, audited, verification, unwraps: () => unwraps };
}

describe('VerifyWebhook', () => {
  it('holds a request against the secret of its connection', async () => {
    const { ask } = await aWallet();
    expect(await ask()).toEqual({ verified: true, reason: '' });
    expect(await ask('other')).toEqual({ verified: false, reason: 'its signature is wrong' });
  });

  it('puts the user name of the config before the password', async () => {
    const { ask, put, verification } = await aWallet();
    await put({ hookUser: 'hook', webhookSecret: 's3cret' }, 2);
    const webhook = { verify: 'basic', secret: 'webhookSecret', username: 'hookUser' };
    const send = async (text: string) => {
      const headers = { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
      return verification.verify(await sealedRequest(walletKey, webhook, aRequest({ headers })));
    };
    expect(await send('hook:s3cret')).toMatchObject({ verified: true });
    expect(await send('other:s3cret')).toMatchObject({ verified: false });
    expect(await ask('s3cret', {}, { ...webhook, username: 'missing' })).toMatchObject({
      reason: 'the config has no secret for it',
    });
  });

  it('signs forms with files part by part', async () => {
    const { verification } = await aWallet();
    const signature = { header: 'X-Mac', parts: ['sorted_form_params', 'sorted_file_sha1'] };
    const body = Buffer.from(
      '--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nA\r\n--b--\r\n',
    );
    const sha1 = createHash('sha1').update('A').digest('hex');
    const mac = createHmac('sha256', 's3cret').update(`f${sha1}`).digest('hex');
    const headers = { 'content-type': 'multipart/form-data; boundary=b', 'x-mac': mac };
    const sealed = await sealedRequest(
      walletKey,
      { ...hmacWebhook, signature } as typeof hmacWebhook,
      aRequest({ headers, body }),
    );
    expect(await verification.verify(sealed)).toEqual({ verified: true, reason: '' });
  });

  it('refuses where there is no config of that owner, or not that property in it', async () => {
    const { ask, vault } = await aWallet();
    for (const change of [
      { connectionId: 'c2' },
      { pluginId: 'com.example.b' },
      { spaceId: 'elsewhere' },
    ])
      expect(await ask('s3cret', change)).toMatchObject({ verified: false });
    const none = { verified: false, reason: 'the config has no secret for it' };
    for (const secret of ['missing', '__proto__', 'constructor'])
      expect(await ask('s3cret', {}, { secret })).toEqual(none);
    await vault.transaction(({ secrets }) => secrets.erase('c1'));
    expect(await ask()).toMatchObject({
      verified: false,
      reason: expect.stringMatching(/no config/u),
    });
  });

  it('opens the secret once a minute, and reads at each request whether it is still the one', async () => {
    const { ask, put, clock, unwraps } = await aWallet();
    await ask();
    await ask();
    expect(unwraps()).toBe(1);
    await put({ webhookSecret: 'newer' }, 2);
    expect(await ask()).toMatchObject({ verified: false });
    expect(await ask('newer')).toMatchObject({ verified: true });
    expect(unwraps()).toBe(2);
    clock.now += 60_000;
    await ask('newer');
    expect(unwraps()).toBe(3);
  });

  it('notes the first use of a kind, and then how many there were within an hour', async () => {
    const { ask, clock, audited } = await aWallet();
    for (let count = 0; count < 50; count++) await ask('forged');
    await ask();
    expect(audited()).toEqual(['verify refused', 'verify verified']);
    clock.now += 3_600_000;
    await ask('forged');
    expect(audited()).toEqual(['verify refused', 'verify verified', 'verify refused, 49 before']);
  });

  it('says that it verified nothing that it could not note, and notes the next one', async () => {
    const { ask, vault, audited } = await aWallet();
    const transaction = vault.transaction.bind(vault);
    vault.transaction = (work) =>
      transaction((stores) => {
        stores.audit.append = () => Promise.reject(new Error('the disk is full'));
        return work(stores);
      });
    await expect(ask()).rejects.toThrow('the disk is full');
    vault.transaction = transaction;
    await ask();
    expect(audited()).toEqual(['verify verified']);
  });

  it('asks to come later while the key is away', async () => {
    const keys = fileKeys('k1');
    const { ask } = await aWallet(keys);
    keys.unwrap = fileKeys('k2').unwrap.bind(fileKeys('k2'));
    await expect(ask()).rejects.toMatchObject({ code: 'wallet.kek_unavailable', retry: 'later' });
  });

  it('refuses what was sealed for another connection or purpose, or holds no request', async () => {
    const { verification } = await aWallet();
    const sealed = await sealedRequest(walletKey, hmacWebhook, aSignedRequest('s3cret'));
    await expect(verification.verify({ ...sealed, connectionId: 'c2' })).rejects.toMatchObject({
      code: 'wallet.seal_refused',
    });
    await expect(verification.verify({ ...sealed, request: undefined })).rejects.toMatchObject({
      code: 'wallet.seal_refused',
    });
    const odd = { ...aSignedRequest('s3cret'), url: 'no address' };
    await expect(
      verification.verify(await sealedRequest(walletKey, hmacWebhook, odd)),
    ).rejects.toMatchObject({ code: 'wallet.invalid_request' });
  });
});
