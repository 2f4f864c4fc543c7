import { jetstreamManager } from '@nats-io/jetstream';
import { eventually } from '@made-open/testing';
import { createHash } from 'node:crypto';
import { aConnection } from '../connections/connection-store.contract.ts';
import { FakeWallet } from './fake-wallet.ts';
import { Gateway, publicUrl } from '../gateway.ts';
import { PostgresConnectionStore } from '../../src/connections/postgres-connection-store.ts';

const token = 't'.repeat(43);
const right = { 'X-Proof': 'right' };

let gateway: Gateway;
let wallet: FakeWallet;

beforeAll(async () => {
  gateway = await Gateway.start();
  wallet = new FakeWallet(await gateway.platform.bus('credential-wallet'));
  const store = new PostgresConnectionStore(gateway.database.db);
  await store.apply(
    aConnection({
      id: 'declared',
      webhooks: [
        { name: 'events', verify: 'github', secret: 'secret' },
        { name: 'status', verify: 'twilio', secret: 'secret' },
        { name: 'slack', verify: 'slack', secret: 'secret' },
        { name: 'graph', verify: 'microsoft-graph', secret: 'secret' },
        {
          name: 'hub',
          verify: 'hmac',
          secret: 's',
          challenge: { echo: 'hub.challenge', token: 'token' },
        },
        {
          name: 'own',
          verify: 'hmac',
          secret: 's',
          response: { status: 202, contentType: 'application/json', body: '{}' },
        },
      ],
    }),
  );
  const tokenHash = createHash('sha256').update(token).digest('hex');
  const webhooks = [{ name: '', verify: 'none' }];
  const flooded = [{ name: '', verify: 'github', secret: 'secret' }];
  await store.apply(aConnection({ id: 'flooded', webhooks: flooded }));
  await store.apply(aConnection({ id: 'bare', webhooks, tokenHash }));
  await store.apply(aConnection({ id: 'gone', webhooks, tokenHash, state: 'deleted' }));
});
afterAll(() => gateway?.stop());

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

async function send(path: string, { method = 'POST', headers = {}, body = '' }: Sent = {}) {
  const response = await fetch(`http://127.0.0.1:${String(gateway.service.port)}${path}`, {
    method,
    headers,
    ...(method === 'GET' ? {} : { body }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text: await response.text(),
  };
}

async function stored(): Promise<number> {
  const manager = await jetstreamManager(await gateway.platform.administrator());
  return (await manager.streams.info('IN')).state.last_seq;
}

describe('webhooks', () => {
  it('are alike nowhere: another connection, a deleted one, another name, another method', async () => {
    const answers = await Promise.all([
      send('/webhooks/nobody/events'),
      send('/webhooks/%00'),
      send(`/webhooks/gone~${token}`),
      send('/webhooks/declared'),
      send('/webhooks/declared/nothing'),
      send(`/webhooks/declared~${token}/events`),
      send('/webhooks/declared/events', { method: 'GET' }),
      send('/webhooks/declared/events', { method: 'PUT' }),
    ]);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({
      status: 404,
      type: expect.stringContaining('problem+json'),
    });
  });

  it('take nothing from a sender who is not proven', async () => {
    const before = await stored();
    const answers = [
      await send('/webhooks/declared/events', { body: '{}' }),
      await send(`/webhooks/bare~${'u'.repeat(43)}`, { body: '{}' }),
      await send('/webhooks/bare', { body: '{}' }),
    ];
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]?.status).toBe(401);
    expect(JSON.parse(answers[0]?.text ?? '')).toMatchObject({ code: 'webhook.unauthenticated' });
    expect(await stored()).toBe(before);
  });

  it('keep the wallet free for others when one is flooded with forged ones', async () => {
    const release = wallet.hold('flooded');
    const before = wallet.asked.length;
    const forged = Array.from({ length: 20 }, (_, index) =>
      send('/webhooks/flooded', { body: `forged ${String(index)}` }),
    );
    await eventually(() => expect(wallet.asked.length - before).toBe(8));
    const proven = { headers: right, body: 'beside a flood' };
    expect(await send('/webhooks/declared/events', proven)).toMatchObject({ status: 200 });
    expect(wallet.asked.length - before).toBe(9);
    release();
    const answers = await Promise.all(forged);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
  });

  it('let the wallet judge the bytes and the public address, whatever the type of the body', async () => {
    for (const type of [
      '',
      'application/json',
      'text/xml',
      'multipart/form-data; boundary=x',
      'nonsense',
    ]) {
      const bytes = Uint8Array.from([0, 255, 10, 123, ...Buffer.from(type)]);
      const headers: Record<string, string> = { ...right };
      if (type !== '') headers['Content-Type'] = type;
      expect(await send('/webhooks/declared/events?a=1', { headers, body: bytes })).toMatchObject({
        status: 200,
      });
      const asked = wallet.asked.at(-1);
      expect(asked).toMatchObject({
        method: 'POST',
        url: `${publicUrl}/webhooks/declared/events?a=1`,
      });
      expect(Buffer.from(asked?.body ?? '', 'base64')).toEqual(Buffer.from(bytes));
    }
  });

  it('are stored once, however often they come', async () => {
    const before = await stored();
    const body = '{"n":1}';
    const headers = { ...right, 'X-GitHub-Delivery': 'one' };
    for (let time = 0; time < 3; time++)
      expect((await send('/webhooks/declared/events', { headers, body })).status).toBe(200);
    for (let time = 0; time < 2; time++)
      expect((await send(`/webhooks/bare~${token}`, { body })).status).toBe(200);
    expect(await stored()).toBe(before + 2);
    const { text } = await gateway.health('/metrics');
    expect(text).toMatch(/made_open_webhooks_accepted_total\{outcome="duplicate".*\} 3/u);
    expect(text).toMatch(/made_open_webhooks_refused_total\{code="webhook.unauthenticated"/u);
  });

  it('answer as the manifest says, Twilio in its language', async () => {
    expect(await send('/webhooks/declared/own', { headers: right, body: 'a' })).toEqual({
      status: 202,
      type: expect.stringContaining('application/json'),
      text: '{}',
    });
    const signed = { ...right, 'X-Twilio-Signature': 's' };
    const form = { ...signed, 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await send('/webhooks/declared/status', { headers: form, body: 'MessageSid=1' });
    expect(answer).toMatchObject({ status: 200, type: expect.stringContaining('text/xml') });
    expect(answer.text).toContain('<Response>');
  });

  it('answer challenges without storing anything', async () => {
    const before = await stored();
    expect(await send('/webhooks/declared/graph?validationToken=%3Cb%3E')).toMatchObject({
      status: 200,
      type: expect.stringContaining('text/plain'),
      text: '<b>',
    });
    const asks = '/webhooks/declared/hub?hub.challenge=echo&token=';
    expect(await send(`${asks}right`, { method: 'GET' })).toMatchObject({
      status: 200,
      text: 'echo',
    });
    expect((await send(`${asks}wrong`, { method: 'GET' })).status).toBe(401);
    const body = '{"type":"url_verification","challenge":"slack"}';
    const headers = { ...right, 'Content-Type': 'application/json' };
    expect(await send('/webhooks/declared/slack', { headers, body })).toMatchObject({
      status: 200,
      text: 'slack',
    });
    expect((await send('/webhooks/declared/slack', { body })).status).toBe(401);
    expect(await stored()).toBe(before);
  });

  it('refuse what is too large, and leave other routes as they are', async () => {
    const { status, text } = await send('/webhooks/declared/events', {
      body: 'x'.repeat(512 * 1024 + 1),
    });
    expect(status).toBe(413);
    expect(JSON.parse(text)).toMatchObject({ code: 'http.too_large' });
    const large = { headers: { ...right, 'X-GitHub-Delivery': 'l' }, body: '"'.repeat(512 * 1024) };
    expect((await send('/webhooks/declared/events', large)).status).toBe(200);
  });

  it('promise nothing while NATS is away', async () => {
    await gateway.platform.nats.stop();
    const answer = await eventually(async () => {
      const response = await fetch(
        `http://127.0.0.1:${String(gateway.service.port)}/webhooks/bare~${token}`,
        { method: 'POST', body: 'while it is away' },
      );
      expect(response.status).toBe(503);
      return response;
    });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ code: 'gateway.unavailable' });
  });
});
