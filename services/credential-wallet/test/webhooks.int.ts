import type { Bus } from '@made-open/bus';
import { endpointConfigs, WalletService } from '@made-open/contracts';
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { pluginId } from './builders.ts';
import { WalletFixture } from './wallet-fixture.ts';
import { aSignedRequest, hmacWebhook, sealedRequest } from './webhook-builders.ts';

const { verifyWebhook, signWebhook, deleteConfig } = WalletService.method;

describe('webhooks and the wallet', () => {
  let fixture: WalletFixture;
  let gateway: Bus;
  let rules: Bus;

  beforeAll(async () => {
    fixture = await WalletFixture.start();
    [gateway, rules] = await Promise.all([
      fixture.platform.bus('channel-gateway'),
      fixture.platform.bus('rules'),
    ]);
  });
  afterAll(() => fixture?.stop());

  async function verify(secret: string, connectionId = 'c1') {
    const request = aSignedRequest(secret);
    const sealed = await sealedRequest(fixture.walletKey, hmacWebhook, request, { connectionId });
    return gateway.call(verifyWebhook, sealed);
  }

  it('are verified for the gateway with the config as it is now', async () => {
    await fixture.put('c1', { webhookSecret: 'first' });
    expect(await verify('first')).toMatchObject({ verified: true, reason: '' });
    await fixture.put('c1', { webhookSecret: ['first', 'second'] });
    expect(await verify('first')).toMatchObject({ verified: true });
    await fixture.put('c1', { webhookSecret: 'second' });
    expect(await verify('first')).toMatchObject({
      verified: false,
      reason: 'its signature is wrong',
    });
    expect(await verify('second')).toMatchObject({ verified: true });
    await fixture.manager.call(deleteConfig, { spaceId: 'default', connectionId: 'c1' });
    expect(await verify('second')).toMatchObject({ verified: false });
  });

  it('are verified for nobody else, and signed for rules alone', async () => {
    const sealed = await sealedRequest(fixture.walletKey, hmacWebhook, aSignedRequest('s'));
    const runner = await fixture.platform.runnerBus(pluginId);
    for (const bus of [rules, fixture.manager, runner])
      await expect(bus.call(verifyWebhook, sealed, { timeoutMs: 1000 })).rejects.toThrow();
    for (const bus of [gateway, fixture.manager, runner])
      await expect(
        bus.call(signWebhook, { spaceId: 'default', endpointId: 'e1' }, { timeoutMs: 1000 }),
      ).rejects.toThrow();
  });

  it('are noted once, however many are forged at a time', async () => {
    await fixture.put('c-forged', { webhookSecret: 's' });
    const verdicts = await Promise.all(
      Array.from({ length: 100 }, () => verify(randomBytes(8).toString('hex'), 'c-forged')),
    );
    expect(verdicts.filter(({ verified }) => verified)).toEqual([]);
    const noted = await fixture.query<{ outcome: string }>(
      `select outcome from credential_wallet.audit where connection_id = 'c-forged' and action = 'verify'`,
    );
    expect(noted).toEqual([{ outcome: 'refused' }]);
  });

  it('leave what else the wallet is asked its room, however many wait', async () => {
    await fixture.put('c-flood', { webhookSecret: 's' });
    await fixture.end('stop');
    const body = Buffer.alloc(512 * 1024);
    const request = { ...aSignedRequest('s'), body };
    const sealed = await sealedRequest(fixture.walletKey, hmacWebhook, request);
    const flood = Array.from({ length: 80 }, () =>
      gateway.call(verifyWebhook, sealed, { timeoutMs: 5000 }),
    );
    const flooded = Promise.allSettled(flood);
    // Refused before its time is over: there is no room for it.
    await expect(Promise.race(flood)).rejects.toThrow();
    const asked = { spaceId: 'default', connectionId: 'c-flood' };
    const other = fixture.manager.call(deleteConfig, asked, { timeoutMs: 25_000 });
    await fixture.start();
    await other;
    await flooded;
  });

  it('go out with a signature that their receiver takes', async () => {
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const endpointId = '0b0f7c36-6c54-4dd2-9d3c-6a5a5a0f3a11';
    await fixture.put(endpointId, { secret }, endpointConfigs);
    const body = '{"type":"communication.MessageReceived"}';
    const timestamp = Math.floor(Date.now() / 1000);
    const { signature } = await rules.call(signWebhook, {
      spaceId: 'default',
      endpointId,
      webhookId: 'msg_1',
      timestamp: BigInt(timestamp),
      body: Buffer.from(body),
    });
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    };
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(fixture.wallet.output).not.toContain(secret);
  });
});
