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
      {
        name: 'signed',
        verify: 'hmac',
        url: `${server.url}/webhooks/${connectionId}/signed`,
        signature: {
          header: 'X-Chat-Signature',
          algorithm: 'sha1',
          encoding: 'base64',
          prefix: 'v0=',
          timestamp_header: 'X-Chat-Time',
          query: null,
        },
      },
      {
        name: 'told',
        verify: 'shared-secret',
        url: `${server.url}/webhooks/${connectionId}/told`,
        signature: { header: null, algorithm: 'sha256', encoding: 'hex', prefix: '', query: 'key' },
      },
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

  it('proves a delivery where and how the manifest says', async () => {
    server.on('POST', /^\/webhooks\//u, () => ({}));
    await webhook('send', 'Support line', '--name', 'signed', ...withSecret);
    const { headers = {} } = sent() ?? {};
    const text = `${String(headers['x-chat-time'])}.{"type":"ping"}`;
    expect(headers['x-chat-signature']).toBe(
      `v0=${createHmac('sha1', secret).update(text).digest('base64')}`,
    );
    server.asked.length = 0;
    await webhook('send', 'Support line', '--name', 'told', ...withSecret);
    expect(sent()?.path).toBe(
      `/webhooks/${connectionId}/told?${new URLSearchParams({ key: secret }).toString()}`,
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
      expect.stringContaining('the bare path, signed, told, open'),
    ]);
    const refused = await webhook('send', 'Support line', '--name', 'open', ...withSecret);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('answered 404')]);
    expect(refused.stderr).not.toContain(secret);
  });

  it('lists deliveries of a state, and replays one', async () => {
    server.on('GET', /\/deliveries\?state=failed/u, () => ({
      data: [
        {
          id: 'd1',
          webhook: 'signed',
          state: 'failed',
          tries: 5,
          error: { code: 'plugin.error', message: 'no such room' },
        },
      ],
      next_cursor: null,
    }));
    server.on('POST', /\/deliveries\/d1\/replay$/u, () => ({ id: 'd1', state: 'pending' }));
    const { stdout } = await webhook('deliveries', 'Support line', '--state', 'failed');
    expect(stdout).toMatch(/^d1 +signed +failed +5 +plugin\.error$/mu);
    expect((await webhook('replay', 'd1', 'Support line')).stdout).toBe('d1 is pending\n');
  });
});

describe('a delivery', () => {
  const shown = async (body: Buffer): Promise<string> => {
    server.on('GET', /\/deliveries\/d1$/u, () => ({
      id: 'd1',
      webhook: '',
      state: 'failed',
      tries: 5,
      received_count: 2,
      error: { code: 'plugin.error', message: 'no such room' },
      headers: { 'content-type': 'application/json' },
      body: body.toString('base64'),
    }));
    return (await webhook('show', 'd1', 'Support line')).stdout;
  };

  it('is shown as a person can read it', async () => {
    expect(await shown(Buffer.from('{"text":"grüß"}'))).toBe(
      [
        'id: d1',
        'state: failed',
        'tries: 5',
        'received count: 2',
        'error: plugin.error: no such room',
        '  content-type: application/json',
        '',
        '{"text":"grüß"}\n',
      ].join('\n'),
    );
  });

  it('is shown in base64 when it is no text', async () => {
    expect(await shown(Buffer.from([0xff, 0xfe, 0]))).toContain('\n//4A\n');
  });
});

describe('logs', () => {
  const logs = (...args: string[]) => server.run(['logs', ...args]);
  const line = (message: string) => ({
    at: '2026-11-21T06:00:01.000Z',
    level: 'info',
    message,
    fields: { room: 'r1' },
  });

  it('shows what was logged lately in short calls, where there are no runs', async () => {
    server.on('GET', new RegExp(`^/connections/${connectionId}/runs`, 'u'), () => ({
      data: [],
      next_cursor: null,
    }));
    server.on('GET', new RegExp(`^/connections/${connectionId}/logs`, 'u'), () => ({
      data: [line('second'), line('first')],
      next_cursor: null,
    }));
    expect((await logs('Support line')).stdout).toBe(
      [
        '2026-11-21T06:00:01.000Z info  first {"room":"r1"}',
        '2026-11-21T06:00:01.000Z info  second {"room":"r1"}\n',
      ].join('\n'),
    );
  });

  it('shows that of one short call, which is no run', async () => {
    server.on('GET', /^\/runs\/call-1\/logs/u, () => ({
      data: [line('answered')],
      next_cursor: null,
    }));
    expect((await logs('--run', 'call-1')).stdout).toContain('answered');
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
      error: { code: 'http.status', message: 'not a mobile number' },
    }));
    const { status, stderr } = await message('send', 'Support line', '--to', '+1', '--body', 'x');
    expect([status, stderr]).toEqual([1, expect.stringContaining('not a mobile number')]);
  });
});
