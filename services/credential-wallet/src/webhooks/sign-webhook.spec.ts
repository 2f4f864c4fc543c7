import { makeSealingKeys } from '@made-open/bus';
import { endpointConfigs } from '@made-open/contracts';
import { anOwner, fileKeys, sealedPut } from '../../test/builders.ts';
import { aRequest, now } from '../../test/webhook-builders.ts';
import { CheckKeys } from '../keys/check-keys.ts';
import { encrypt } from '../secrets/envelope.ts';
import { PutConfig } from '../secrets/put-config.ts';
import { MemoryVault } from '../vault/memory-vault.ts';
import { NoteUse } from './note-use.ts';
import { standardWebhooks } from './schemes/standard-webhooks.ts';
import { SignWebhook, type SignRequest } from './sign-webhook.ts';
import { UsedSecrets } from './used-secrets.ts';

async function signed(
  secret: unknown,
  change: Partial<SignRequest> = {},
  plugin = endpointConfigs,
) {
  const [vault, keys] = [new MemoryVault(), fileKeys('k1')];
  const owner = anOwner({ connectionId: 'e1', pluginId: plugin });
  const envelope = await encrypt(keys, owner, JSON.stringify({ secret }));
  await vault.transaction(({ secrets }) => secrets.put(owner, envelope));
  const signing = new SignWebhook(new UsedSecrets(vault, keys), new NoteUse(vault));
  const body = Buffer.from('{"id":"1"}');
  const of = { spaceId: 'default', endpointId: 'e1', webhookId: 'm1', timestamp: BigInt(now) };
  return signing.sign({ ...of, body, ...change });
}

describe('SignWebhook', () => {
  const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

  it('signs so that the receiver can verify it, with each secret while there are several', async () => {
    const headers = (signature: string): Record<string, string> => ({
      'webhook-id': 'm1',
      'webhook-timestamp': String(now),
      'webhook-signature': signature,
    });
    const one = aRequest({ headers: headers(await signed(secret)) });
    expect(standardWebhooks(one, [secret], { verify: 'standard-webhooks' }).verified).toBe(true);
    const both = await signed([secret, 'whsec_c2Vjb25k']);
    expect(both.split(' ')).toHaveLength(2);
    for (const known of [secret, 'whsec_c2Vjb25k'])
      expect(
        standardWebhooks(aRequest({ headers: headers(both) }), [known], { verify: '' }).verified,
      ).toBe(true);
  });

  it('signs with a former secret, too, until its time is over', async () => {
    const { publicKey, privateKey: sealingKey } = await makeSealingKeys();
    const [vault, keys] = [new MemoryVault(), fileKeys('k1')];
    const put = new PutConfig({ vault, keys, sealingKey, checkKeys: new CheckKeys(vault, keys) });
    const owner = { connectionId: 'e1', pluginId: endpointConfigs };
    const store = async (text: string, keepFormerSeconds = 0) => {
      const sealed = await sealedPut(publicKey, { secret: text }, owner);
      await put.put({ ...sealed, keepFormerSeconds });
    };
    const sign = async (inSeconds = 0): Promise<string[]> => {
      const later = () => new Date(Date.now() + inSeconds * 1000);
      const signing = new SignWebhook(new UsedSecrets(vault, keys), new NoteUse(vault), later);
      const of = { spaceId: 'default', endpointId: 'e1', webhookId: 'm1', timestamp: BigInt(now) };
      return (await signing.sign({ ...of, body: Buffer.from('{}') })).split(' ');
    };
    await store(secret);
    const [first = ''] = await sign();
    await store('whsec_c2Vjb25k', 3600);
    const both = await sign();
    expect(both).toHaveLength(2);
    expect(both[1]).toBe(first);
    expect(await sign(3601)).toEqual([both[0]]);
    await store('whsec_dGhpcmQ=', 7200);
    expect((await sign()).slice(1)).toEqual(both);
    expect((await sign(3601)).slice(1)).toEqual([both[0]]);
    await store('whsec_Zm91cnRo');
    expect(await sign()).toHaveLength(1);
    const ofPlugin = await sealedPut(publicKey, {}, { connectionId: 'c1' });
    await expect(put.put({ ...ofPlugin, keepFormerSeconds: 1 })).rejects.toMatchObject({
      code: 'wallet.invalid_request',
    });
  });

  it.each<[string, unknown, Partial<SignRequest>, string]>([
    ['a secret that is no base64', 'whsec_!', {}, 'wallet.invalid_request'],
    ['no secret', undefined, {}, 'wallet.invalid_request'],
    ['an id with a dot', secret, { webhookId: 'm.1' }, 'wallet.invalid_request'],
    ['no time', secret, { timestamp: 0n }, 'wallet.invalid_request'],
    ['too much', secret, { body: Buffer.alloc(524_289) }, 'wallet.invalid_request'],
    ['an unknown endpoint', secret, { endpointId: 'e2' }, 'wallet.not_found'],
    ['another space', secret, { spaceId: 'elsewhere' }, 'wallet.owner_differs'],
  ])('refuses %s', async (_, value, change, code) => {
    await expect(signed(value, change)).rejects.toMatchObject({ code });
  });

  it('signs with the config of no connection', async () => {
    await expect(signed(secret, {}, 'com.example.a')).rejects.toMatchObject({
      code: 'wallet.owner_differs',
    });
  });
});
