import { createHash } from 'node:crypto';
import { aRequest } from '../../test/inbound/a-request.ts';
import { aConnection } from '../../test/connections/connection-store.contract.ts';
import type { Connection } from '../connections/connection.ts';
import type { Webhook } from '../connections/webhook.ts';
import { MemoryConnectionStore } from '../connections/memory-connection-store.ts';
import { UnavailableError } from '../errors.ts';
import { Inbox, type ReceivedWebhook } from './inbox.ts';
import { ReceiveWebhook } from './receive-webhook.ts';
import { SenderProof, type Verdict } from './proof/sender-proof.ts';
import { WebhookLimits } from './webhook-limits.ts';

const token = 't'.repeat(43);

class MemoryInbox extends Inbox {
  readonly stored: ReceivedWebhook[] = [];
  isAway = false;

  override store(received: ReceivedWebhook): Promise<{ isDuplicate: boolean }> {
    if (this.isAway) return Promise.reject(new UnavailableError(new Error('away')));
    const isDuplicate = this.stored.some(({ providerId }) => providerId === received.providerId);
    if (!isDuplicate) this.stored.push(received);
    return Promise.resolve({ isDuplicate });
  }
}

class MemoryProof extends SenderProof {
  readonly asked: string[] = [];

  override judge(
    _: Connection,
    { verify }: Webhook,
    { headers }: { headers: object },
  ): Promise<Verdict> {
    this.asked.push(verify);
    return Promise.resolve({ isProven: 'x-proof' in headers, reason: 'wrong' });
  }
}

async function receiver(webhook: Webhook, of: Partial<Connection> = {}, isProofRequired = false) {
  const connections = new MemoryConnectionStore();
  const tokenHash = createHash('sha256').update(token).digest('hex');
  await connections.apply(aConnection({ id: 'c1', webhooks: [webhook], tokenHash, ...of }));
  const inbox = new MemoryInbox();
  const proof = new MemoryProof();
  const heard: string[] = [];
  let now = 0;
  const receive = new ReceiveWebhook({
    connections,
    proof,
    inbox,
    limits: new WebhookLimits(() => now),
    isProofRequired,
    onAccepted: (how) => heard.push(how),
    onDuplicate: ({ providerId }) => heard.push(providerId),
    onUnproven: (_connection, _webhook, reason) => heard.push(reason),
  });
  const pass = (ms: number): void => void (now += ms);
  return { receive: (request = proven) => receive.receive(request), inbox, proof, heard, pass };
}

const proven = aRequest({
  headers: {
    'content-type': 'application/json',
    'x-proof': '1',
    'x-github-delivery': 'd1',
    'x-twilio-signature': 's1',
  },
});
const github: Webhook = { name: 'events', verify: 'github', secret: 's' };

describe('ReceiveWebhook', () => {
  it('does not read what nobody has proven', async () => {
    const { receive, heard } = await receiver(github);
    const unread = Object.defineProperty({ ...aRequest() }, 'body', {
      get: () => {
        throw new Error('it was read');
      },
    });
    await expect(receive(unread)).rejects.toMatchObject({ code: 'webhook.unauthenticated' });
    expect(heard).toEqual(['wrong']);
  });

  it('stores what is proven, once, and answers', async () => {
    const { receive, inbox, heard } = await receiver(github);
    expect(await receive()).toEqual({ status: 200, contentType: expect.any(String), body: '' });
    expect(await receive()).toMatchObject({ status: 200 });
    expect(inbox.stored).toMatchObject([
      { connectionId: 'c1', spaceId: 'default', name: 'events' },
    ]);
    expect(heard).toEqual(['stored', inbox.stored[0]?.providerId, 'duplicate']);
  });

  it('takes deliveries of a connection that is paused, and none of a deleted one', async () => {
    const paused = await receiver(github, { state: 'paused' });
    expect((await paused.receive()).status).toBe(200);
    const deleted = await receiver(github, { state: 'deleted' });
    await expect(deleted.receive()).rejects.toMatchObject({ code: 'webhook.not_found' });
    expect(deleted.proof.asked).toEqual([]);
  });

  it('promises nothing while the stream is away', async () => {
    const { receive, inbox, heard } = await receiver(github);
    inbox.isAway = true;
    await expect(receive()).rejects.toMatchObject({ retry: 'later', retryAfterSeconds: 2 });
    expect(heard).toEqual([]);
  });

  it('stores nothing of who is not proven, and takes what is proven in between', async () => {
    const { receive, inbox, heard } = await receiver(github);
    for (let n = 0; n < 100; n++)
      await expect(receive(aRequest())).rejects.toMatchObject({ code: 'webhook.unauthenticated' });
    expect(inbox.stored).toHaveLength(0);
    expect(await receive()).toMatchObject({ status: 200 });
    expect(heard[0]).toBe('wrong');
  });

  it('asks nobody any more about an address that goes on proving nothing', async () => {
    const { receive, inbox, proof, heard, pass } = await receiver(github);
    for (let n = 0; n < 600; n++) {
      pass(10);
      await expect(receive(aRequest())).rejects.toMatchObject({ code: 'webhook.unauthenticated' });
    }
    // What came back to the bucket meanwhile.
    for (let n = 0; n < 119; n++) await receive(aRequest()).catch(() => undefined);
    pass(10);
    await expect(receive(aRequest())).rejects.toMatchObject({ code: 'webhook.too_many_requests' });
    const { length } = proof.asked;
    await expect(receive()).rejects.toMatchObject({ code: 'webhook.too_many_requests' });
    expect(proof.asked).toHaveLength(length);
    expect(await receive({ ...proven, address: '192.0.2.2' })).toMatchObject({ status: 200 });
    pass(1000);
    expect(await receive()).toMatchObject({ status: 200 });
    expect(inbox.stored).toHaveLength(1);
    expect(heard[0]).toBe('wrong');
  });

  it('lets nobody flood a connection', async () => {
    const { receive, pass } = await receiver(github);
    for (let n = 0; n < 200; n++) await receive();
    await expect(receive()).rejects.toMatchObject({ retryAfterSeconds: 1 });
    pass(10);
    expect((await receive()).status).toBe(200);
  });

  it('knows senders without a scheme by the token in the address, and asks the wallet for none', async () => {
    const { receive, proof } = await receiver({ name: 'events', verify: 'none' });
    expect((await receive(aRequest({ connection: `c1~${token}` }))).status).toBe(200);
    for (const connection of ['c1', `c1~${'u'.repeat(43)}`])
      await expect(receive(aRequest({ connection }))).rejects.toMatchObject({
        code: 'webhook.unauthenticated',
      });
    expect(proof.asked).toEqual([]);
    const closed = await receiver({ name: 'events', verify: 'none' }, { tokenHash: '' });
    await expect(closed.receive(aRequest({ connection: 'c1' }))).rejects.toThrow();
    const declared = await receiver(github);
    await expect(declared.receive({ ...proven, connection: `c1~${token}` })).rejects.toMatchObject({
      code: 'webhook.not_found',
    });
  });

  it('takes no webhook that only its address proves where proof is required', async () => {
    const { receive, heard } = await receiver({ name: 'events', verify: 'none' }, {}, true);
    await expect(receive(aRequest({ connection: `c1~${token}` }))).rejects.toMatchObject({
      code: 'webhook.unauthenticated',
    });
    expect(heard).toEqual([expect.stringContaining('hipaa')]);
    const signed = await receiver(github, {}, true);
    expect((await signed.receive()).status).toBe(200);
  });

  it('answers the challenge that the manifest describes, once it is proven', async () => {
    const challenge = { field: 'challenge', when: { field: 'type', equals: 'url_verification' } };
    const { receive, inbox } = await receiver({ ...github, challenge });
    const of = (body: object) => ({ ...proven, body: Buffer.from(JSON.stringify(body)) });
    expect(await receive(of({ type: 'url_verification', challenge: 'c1' }))).toMatchObject({
      status: 200,
      body: 'c1',
    });
    await receive(of({ type: 'event', challenge: 'c1' }));
    expect(inbox.stored).toHaveLength(1);
  });

  it.each(['github', 'none'])(
    'answers a GET to a webhook of %s only where the manifest names what is echoed',
    async (verify) => {
      const challenge = { field: 'challenge', when: { field: 'type', equals: 'url_verification' } };
      const { receive } = await receiver({ name: 'events', verify, secret: 's', challenge });
      const connection = verify === 'none' ? `c1~${token}` : 'c1';
      const query = { '': '<script>', undefined: 'x' };
      await expect(receive({ ...proven, connection, method: 'GET', query })).rejects.toMatchObject({
        code: 'webhook.not_found',
      });
      const declared = await receiver({ ...github, challenge: { echo: 'hub.challenge' } });
      const asked = aRequest({ method: 'GET', query: { 'hub.challenge': 'c1' } });
      expect(await declared.receive(asked)).toMatchObject({ body: 'c1' });
    },
  );

  it('echoes no more than a challenge may hold', async () => {
    const { receive, inbox } = await receiver({ ...github, verify: 'microsoft-graph' });
    const query = { validationToken: 'x'.repeat(4096) };
    expect((await receive(aRequest({ query }))).body).toHaveLength(4096);
    const long = { validationToken: 'x'.repeat(4097) };
    await expect(receive(aRequest({ query: long }))).rejects.toMatchObject({
      code: 'webhook.unauthenticated',
    });
    expect(inbox.stored).toEqual([]);
  });
});
