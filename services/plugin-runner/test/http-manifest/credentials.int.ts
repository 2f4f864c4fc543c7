import { createHash, createHmac } from 'node:crypto';
import { aProvider, fax, host, sendingBy } from './documents.ts';
import { formOf, json, Provider } from './provider.ts';
import { trialOf, type Tried } from './trial-of.ts';

const secret = 'sekret/"key"+of Acme&more';
let provider: Provider;

beforeAll(async () => {
  provider = await Provider.listen(host);
});
afterAll(() => provider?.close());
beforeEach(() => provider.reset());

const tried = (
  changes: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>>,
): Promise<Tried> => trialOf(aProvider(changes), config, [provider]);

function expectHidden({ told }: Tried, value = secret): void {
  for (const form of [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)])
    expect(told).not.toContain(form);
  expect(told).not.toContain('cred_');
}

describe('a credential', () => {
  it.each([
    [
      { scheme: 'basic', username: 'creds.user', password: 'creds.api_key' },
      { user: 'acme-user', api_key: secret },
      { authorization: `Basic ${Buffer.from(`acme-user:${secret}`).toString('base64')}` },
    ],
    [
      { scheme: 'bearer', token: 'creds.api_key' },
      { api_key: secret },
      { authorization: `Bearer ${secret}` },
    ],
    [
      {
        scheme: 'api_key_header',
        header_name: 'Authorization',
        value: 'creds.api_key',
        prefix: 'Basic ',
      },
      { api_key: secret },
      { authorization: `Basic ${secret}` },
    ],
    [
      { scheme: 'api_key', in: 'cookie', name: 'sid', value: 'creds.api_key' },
      { api_key: 'abc.def-123456' },
      { cookie: 'sid=abc.def-123456' },
    ],
  ])('proves who asks by %j', async (auth, config, headers) => {
    const result = await tried({ auth }, config);
    expect(result.end).toMatchObject({
      outcome: 'completed',
      result: { jobId: 'F1', status: 'queued' },
      effect: 'done',
    });
    expect(provider.last.headers).toMatchObject(headers);
    expectHidden(result, Object.values(config).at(-1));
  });

  it('goes into the query and nowhere else', async () => {
    const auth = { scheme: 'api_key_query', query_name: 'api_key', value: 'creds.api_key' };
    expectHidden(await tried({ auth }, { api_key: secret }));
    const { url, headers, body } = provider.last;
    expect(new URL(url, `https://${host}`).searchParams.get('api_key')).toBe(secret);
    expect(`${JSON.stringify(headers)}${String(body)}`).not.toContain('api_key');
  });

  it('goes beside the fields of a form with files', async () => {
    const auth = { scheme: 'api_key', in: 'body', name: 'key', value: 'creds.api_key' };
    expectHidden(await tried({ auth }, { api_key: secret }));
    const form = await formOf(provider.last);
    expect([form.get('key'), form.get('to')]).toEqual([secret, fax.to]);
  });

  it('goes into the path, and shows as dots wherever the path is told', async () => {
    const token = '123456789:AAH-token_of_a_bot';
    const changes = {
      auth: { scheme: 'api_key', in: 'path', name: 'token', value: 'creds.bot_token' },
      ...sendingBy({ url: `https://${host}/bot{token}/sendDocument` }),
    };
    const result = await tried(changes, { bot_token: token });
    expect(provider.last.url).toBe(`/bot${token}/sendDocument`);
    expectHidden(result, token);
    expect(result.told).toContain('/bot•••/sendDocument');
  });

  it('signs what goes out, to the byte', async () => {
    const auth = {
      scheme: 'hmac',
      algorithm: 'sha256',
      key: 'creds.api_key',
      string_to_sign: ['method', { literal: '\n' }, 'path', 'timestamp', 'body_sha256', 'raw_body'],
      encoding: 'base64',
      in: 'header',
      name: 'X-Signature',
      prefix: 'v1=',
    };
    expectHidden(await tried({ auth }, { api_key: secret }));
    const { headers, body } = provider.last;
    const digest = createHash('sha256').update(body).digest('hex');
    const signed = createHmac('sha256', secret)
      .update(`POST\n/v1/faxes${String(headers['x-timestamp'])}${digest}`)
      .update(body)
      .digest('base64');
    expect(headers['x-signature']).toBe(`v1=${signed}`);
  });

  it.each([
    ['is missing', {}, 'http.credentials_missing', '"api_key"'],
    ['is empty', { api_key: '' }, 'http.credentials_missing', '"api_key"'],
    [
      'ends its header',
      { api_key: 'abcdefgh\r\nX-Evil: 1' },
      'http.invalid_header_value',
      'header',
    ],
  ])('that %s stops the request before the network', async (_, config, code, named) => {
    const auth = { scheme: 'bearer', token: 'creds.api_key' };
    const result = await tried({ auth }, config);
    const message = expect.stringContaining(named) as string;
    expect(result.end).toMatchObject({
      outcome: 'failed',
      error: { code, message },
      effect: 'none',
    });
    expect(provider.connections).toBe(0);
    expect(result.told).not.toContain('X-Evil');
  });

  it('that the provider echoes is nowhere told, and its value not brought into the sandbox', async () => {
    provider.answer = ({ headers }, response) => {
      const { authorization = '' } = headers;
      response.setHeader('x-echo', authorization);
      json(response, 400, { error: `bad key ${authorization}`, key: secret, id: secret });
    };
    const changes = {
      auth: { scheme: 'bearer', token: 'creds.api_key' },
      ...sendingBy({ response: { job_id: 'id', error: 'error' } }),
    };
    const result = await tried(changes, { api_key: secret });
    expect(result.end).toMatchObject({ outcome: 'failed', status: 400, effect: 'refused' });
    expectHidden(result);
    provider.answer = (_request, response) => json(response, 200, { id: `${secret}-1` });
    const accepted = await tried(changes, { api_key: secret });
    expect(accepted.end).toMatchObject({ result: { jobId: '•••-1' } });
  });
});
