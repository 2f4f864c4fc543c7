import { createHmac } from 'node:crypto';
import { AdminServer, type Asked } from './admin-server.ts';

const connectionId = '5b0c7f0e-4a43-4a39-8a3c-1f6c2b3d4e5f';
const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
let server: AdminServer;

beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(() => server?.stop());
beforeEach(() => {
  server.reset();
  server.on('GET', /^\/connections\?/u, () => ({
    data: [{ id: connectionId, name: 'Support line' }],
    next_cursor: null,
  }));
  server.on('GET', new RegExp(`^/connections/${connectionId}$`, 'u'), () => ({
    id: connectionId,
    webhooks: [
      { name: '', verify: 'standard-webhooks', url: `${server.url}/webhooks/${connectionId}` },
      { name: 'open', verify: 'none', url: `${server.url}/webhooks/${connectionId}~<token>/open` },
    ],
  }));
});

const withSecret = ['--file', '-', '--secret-env', 'THE_SECRET'];
const webhook = (...args: string[]) =>
  server.run(['webhook', ...args], { env: { THE_SECRET: secret }, input: '{"type":"ping"}' });
const sent = (): Asked | undefined =>
  server.asked.find(({ path }) => path.startsWith('/webhooks/'));

describe('webhook', () => {
  it('shows the addresses to enter at the provider', async () => {
    const { stdout } = await webhook('urls', 'Support line');
    expect(stdout).toContain(`/webhooks/${connectionId}\n`);
    expect(stdout).toMatch(/^open +none +.*~<token>\/open$/mu);
  });

  it('signs a delivery as the provider does', async () => {
    server.on('POST', /^\/webhooks\//u, () => ({}));
    const { status, stdout } = await webhook('send', 'Support line', ...withSecret);
    expect([status, stdout]).toEqual([0, 'answered 200\n{}\n']);
    const { headers = {} } = sent() ?? {};
    const text = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.{"type":"ping"}`;
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(text).digest('base64')}`,
    );
  });

  it('puts the token into an address that nothing else proves', async () => {
    server.on('POST', /^\/webhooks\//u, () => ({}));
    await webhook(
      'send',
      'Support line',
      '--name',
      'open',
      '--file',
      '-',
      '--secret-env',
      'THE_SECRET',
    );
    expect(sent()?.path).toBe(`/webhooks/${connectionId}~${secret}/open`);
  });

  it('says what is missing, and never the secret', async () => {
    const unsigned = await webhook('send', 'Support line', '--file', '-');
    expect([unsigned.status, unsigned.stderr]).toEqual([
      64,
      expect.stringContaining('--secret-file'),
    ]);
    const unknown = await webhook('send', 'Support line', '--name', 'x', '--file', '-');
    expect([unknown.status, unknown.stderr]).toEqual([
      66,
      expect.stringContaining('the bare path, open'),
    ]);
    const refused = await webhook('send', 'Support line', '--name', 'open', ...withSecret);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('answered 404')]);
    expect(refused.stderr).not.toContain(secret);
  });

  it('lists deliveries of a state, and replays one', async () => {
    server.on('GET', /\/deliveries\?state=failed/u, () => ({
      data: [{ id: 'd1', state: 'failed', tries: 5, error_code: 'plugin.error' }],
      next_cursor: null,
    }));
    server.on('POST', /\/deliveries\/d1\/replay$/u, () => ({ id: 'd1', state: 'pending' }));
    const { stdout } = await webhook('deliveries', 'Support line', '--state', 'failed');
    expect(stdout).toMatch(/^d1 +failed +5 +plugin\.error$/mu);
    expect((await webhook('replay', 'd1', 'Support line')).stdout).toBe('d1 is pending\n');
  });
});

describe('message', () => {
  const path = `/v1/channels/${connectionId}/messages`;
  const message = (...args: string[]) =>
    server.run(['message', ...args], {
      env: { MADE_OPEN_GATEWAY_URL: server.url, MADE_OPEN_CLIENT_KEY: 'moc_key' },
    });

  it('is sent under its key and followed until the provider has it', async () => {
    let looks = 0;
    server.on('POST', new RegExp(`^${path}$`, 'u'), () => ({ id: 'm1', state: 'queued' }));
    server.on('GET', new RegExp(`^${path}/m1$`, 'u'), () => ({
      id: 'm1',
      to: '+15551234567',
      state: ++looks > 1 ? 'sent' : 'sending',
    }));
    const { status, stdout } = await message(
      'send',
      'Support line',
      '--to',
      '+15551234567',
      '--body',
      'hello',
      '--key',
      'k1',
    );
    expect([status, stdout]).toEqual([0, 'message m1 to +15551234567 is sent\n']);
    expect(server.asked.find(({ method }) => method === 'POST')).toMatchObject({
      body: { to: '+15551234567', body: 'hello' },
      headers: { 'idempotency-key': 'k1', authorization: 'Bearer moc_key' },
    });
  });

  it('fails when the message does', async () => {
    server.on('POST', new RegExp(`^${path}$`, 'u'), () => ({ id: 'm1', state: 'queued' }));
    server.on('GET', new RegExp(`^${path}/m1$`, 'u'), () => ({
      id: 'm1',
      state: 'failed',
      error_code: 'http.status',
      error_message: 'not a mobile number',
    }));
    const { status, stderr } = await message('send', 'Support line', '--to', '+1', '--body', 'x');
    expect([status, stderr]).toEqual([1, expect.stringContaining('not a mobile number')]);
  });
});
