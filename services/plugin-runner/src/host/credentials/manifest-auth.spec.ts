import { Egress, type EgressRequest, type EgressResponse, type Hop } from '@made-open/egress';
import { parseGrants } from '@made-open/manifest';
import { TrialFiles } from '../../trial/trial-files.ts';
import { PluginFiles } from '../files/plugin-files.ts';
import { PluginHttp } from '../http/plugin-http.ts';
import { AccessTokens } from './access-tokens.ts';
import { ManifestAuth } from './manifest-auth.ts';

const configSchema = {
  type: 'object',
  properties: {
    account: { type: 'string' },
    api_key: { type: 'string', writeOnly: true },
    user: { type: 'string' },
  },
  required: ['api_key'],
};
const apiKey = 'k<e>y "1"&2/of:Acme';
const config = { account: 'A1', api_key: apiKey, user: 'ada' };
const goal = 'https://api.example.com';

describe('ManifestAuth', () => {
  const { signal } = new AbortController();
  let hops: Hop[];
  let learned: object[];
  let addresses: string[][];
  let answer: { status: number; headers: Record<string, string>; body: Uint8Array };
  let auth: ManifestAuth;
  let http: PluginHttp;

  beforeEach(() => {
    hops = [];
    learned = [];
    addresses = [];
    answer = { status: 200, headers: {}, body: new Uint8Array() };
    const egress = new Egress({
      grants: parseGrants(['network:outbound:api.example.com']),
      resolve: () => Promise.resolve(addresses.shift() ?? ['93.184.216.34']),
      transport: (hop) => {
        hops.push(hop);
        return Promise.resolve(answer);
      },
    });
    const tokens = new AccessTokens(() => 0);
    const learn = (values: object): void => void learned.push(values);
    const given = { manifest: { configSchema }, config, connectionId: 'c', tokens };
    auth = new ManifestAuth({ ...given, egress, learn, signal });
    http = new PluginHttp(egress, signal, { auth, files: new PluginFiles(new TrialFiles()) });
  });

  const handle = (): string => String(auth.config['api_key']);
  const call = (args: Record<string, unknown>) =>
    http.call(() => ({ url: `${goal}/x`, method: 'POST', ...args }));
  const sent = (): Hop => {
    const [hop] = hops;
    if (hop === undefined) throw new Error('nothing was sent');
    return hop;
  };

  it('gives the sandbox handles of credentials, new ones each time, and settings as they are', () => {
    expect(auth.config).toEqual({
      ...config,
      api_key: expect.stringMatching(/^cred_[0-9a-f]{32}$/u) as string,
    });
    const learn = (): void => undefined;
    const egress = { request: () => Promise.reject(new Error('none')) };
    const tokens = new AccessTokens(() => 0);
    const given = { manifest: { configSchema }, config, connectionId: 'c', tokens };
    const another = new ManifestAuth({ ...given, egress, learn, signal });
    expect(another.config['api_key']).not.toBe(handle());
  });

  it('puts the value where a handle stands, spelled as its place wants it', async () => {
    const url = `${goal}/v1/${handle()}/x?k=${handle()}`;
    await call({ url, headers: { 'X-Key': `a ${handle()}` }, body: handle() });
    const { target, headers, body } = sent();
    expect(decodeURIComponent(target.url.pathname)).toBe(`/v1/${apiKey}/x`);
    expect(target.url.pathname.split('/')).toHaveLength(4);
    expect(target.url.searchParams.get('k')).toBe(apiKey);
    expect(headers).toMatchObject({ 'x-key': `a ${apiKey}` });
    expect(String(body)).toBe(apiKey);
  });

  it.each([
    ['application/json', (text: string) => JSON.parse(text) as unknown],
    ['application/problem+json; charset=utf-8', (text: string) => JSON.parse(text) as unknown],
    [
      'application/x-www-form-urlencoded',
      (text: string) => Object.fromEntries(new URLSearchParams(text)),
    ],
  ])('keeps it one value within %s', async (contentType, read) => {
    const body = contentType.includes('json') ? `{"k":"${handle()}"}` : `k=${handle()}`;
    await call({ body, contentType });
    expect(read(String(sent().body))).toEqual({ k: apiKey });
  });

  it('keeps it text within XML, and one value within a form or between pieces', async () => {
    await call({ body: `<k>${handle()}</k>`, contentType: 'text/xml' });
    await call({ multipart: [{ name: 'k', value: handle() }] });
    await call({ bodyPieces: ['{"k":"', `${handle()}"}`], contentType: 'application/json' });
    const [xml, form, pieces] = hops.map(({ body }) => String(body));
    expect(xml).toBe('<k>k&lt;e&gt;y &quot;1&quot;&amp;2/of:Acme</k>');
    expect(form).toContain(`name="k"\r\n\r\n${apiKey}\r\n`);
    expect(JSON.parse(pieces ?? '')).toEqual({ k: apiKey });
  });

  it('puts a key of the path nowhere but into its own place', async () => {
    const token = { scheme: 'api_key', in: 'path', name: 'token', value: 'creds.api_key' };
    await call({ url: `${goal}/bot%7btoken%7d/chats/%7Btoken%7D`, auth: token });
    const [, bot = '', ...others] = sent().target.url.pathname.split('/');
    expect(decodeURIComponent(bot)).toBe(`bot${apiKey}`);
    expect(others).toEqual(['chats', '%7Btoken%7D']);
  });

  it('leaves handles that it did not give, and handles in names', async () => {
    const foreign = `cred_${'0'.repeat(32)}`;
    const multipart = [{ name: handle(), filename: handle(), value: foreign }];
    await call({ multipart, headers: { [handle()]: 'x' } });
    const { headers, body } = sent();
    expect(headers).toHaveProperty(handle(), 'x');
    expect(String(body)).toContain(`name="${handle()}"; filename="${handle()}"`);
    expect(String(body)).toContain(foreign);
    expect(String(body)).not.toContain(apiKey);
  });

  it.each([
    [() => ({ url: `https://${handle()}.example.com/` }), 'http.credential_misplaced'],
    [() => ({ url: `https://${handle()}@api.example.com/` }), 'http.credential_misplaced'],
    [() => ({ url: `https:\\\\${handle()}/x` }), 'http.credential_misplaced'],
    [() => ({ url: `https://evil.example/${handle()}` }), 'egress.host_not_granted'],
    [() => ({ url: `https://api.example.com:8443/${handle()}` }), 'egress.host_not_granted'],
    [() => ({ url: `http://api.example.com/${handle()}` }), 'egress.host_not_granted'],
    [() => ({ method: handle() }), 'egress.method'],
    [() => ({ auth: { scheme: 'oauth9' } }), 'http.auth'],
  ])('lets nothing out of %s', async (args, code) => {
    const message = expect.not.stringContaining('Acme') as string;
    await expect(call(args())).rejects.toMatchObject({ code, message });
    expect(hops).toEqual([]);
  });

  it.each(['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.1'])(
    'sends no credential to a granted name that leads to %s, at first or later',
    async (address) => {
      const bearer = { auth: { scheme: 'bearer', token: 'creds.api_key' } };
      addresses = [[address], ['93.184.216.34'], ['93.184.216.34', address]];
      const code = expect.stringMatching(/^egress\.addr_/u) as string;
      await expect(call(bearer)).rejects.toMatchObject({ code });
      await call(bearer);
      await expect(call(bearer)).rejects.toMatchObject({ code });
      expect(hops.map((hop) => hop.addresses)).toEqual([['93.184.216.34']]);
    },
  );

  it('follows no redirect unless it is asked to', async () => {
    answer = { ...answer, status: 302, headers: { location: `${goal}/y` } };
    await expect(call({})).rejects.toMatchObject({ code: 'egress.redirect_refused' });
    expect(hops).toHaveLength(1);
  });

  it('takes credentials out of what the sandbox gets, in whatever form they come', async () => {
    const base64 = Buffer.from(`ada:${apiKey}`).toString('base64');
    const texts = [apiKey, JSON.stringify(apiKey), encodeURIComponent(apiKey), base64];
    answer = {
      status: 200,
      headers: { 'x-echo': apiKey },
      body: Buffer.concat([Buffer.from(texts.join(' ')), Buffer.of(0xff, 0x00, 0xfe)]),
    };
    const { text, body = Buffer.of() } = await call({});
    for (const shown of [text, String(body)])
      for (const form of [apiKey, encodeURIComponent(apiKey), base64])
        expect(shown).not.toContain(form);
    expect(Buffer.from(body).subarray(-3)).toEqual(Buffer.of(0xff, 0x00, 0xfe));
    expect(String(body)).toContain('•••');
  });

  it.each([1, 7, 1000])('keeps no credential in a file, parts of %i bytes', async (length) => {
    const base64 = Buffer.from(`ada:${apiKey}`).toString('base64');
    const body = Buffer.concat([
      Buffer.from(`key ${apiKey}, ${JSON.stringify(apiKey)}, ${base64}; end `),
      Buffer.of(0xff, 0x00, 0xfe),
    ]);
    const parts: Buffer[] = [];
    const request = async ({ pass }: EgressRequest): Promise<EgressResponse> => {
      for (let at = 0; at < body.length; at += length) await pass?.(body.subarray(at, at + length));
      return { url: goal, status: 200, headers: {}, body: new Uint8Array() };
    };
    const files = new PluginFiles({
      put: ({ content, end }) => {
        parts.push(Buffer.from(content));
        const file = { file_id: '1', name: 'a', mime_type: 'a/b', size_bytes: 0 };
        return Promise.resolve(end && file);
      },
      abandon: () => Promise.resolve(),
      read: () => Promise.resolve(undefined),
    });
    http = new PluginHttp({ request }, signal, { auth, files });
    await call({ saveAs: {} });
    const kept = Buffer.concat(parts);
    expect(String(kept)).toMatch(/^key •••, "•••", .*•••.*; end /u);
    for (const form of [apiKey, base64]) expect(String(kept)).not.toContain(form);
    expect(kept.subarray(-3)).toEqual(Buffer.of(0xff, 0x00, 0xfe));
  });

  it('exchanges credentials for a token as the manifest says, and lets nobody see it', async () => {
    const exchange = {
      scheme: 'token_exchange',
      request: {
        method: 'POST',
        url: `${goal}/login/{account}`,
        path_params: [{ name: 'account', source: 'settings.account' }],
        headers: { 'X-User': '{{ creds.user }}' },
        body: { kind: 'json', json: { key: '{{ creds.api_key }}' } },
      },
      token: 'data.token',
      expires_in: 'data.seconds',
      apply: { in: 'query', name: 'access', prefix: 'v' },
    };
    answer = { ...answer, body: Buffer.from('{"data":{"token":"tok/en-1234","seconds":60}}') };
    const { body } = await call({ auth: exchange });
    await call({ auth: exchange });
    const [login, first, second] = hops;
    expect(hops).toHaveLength(3);
    expect(login?.target.url.href).toBe(`${goal}/login/A1`);
    expect(login?.headers).toMatchObject({ 'x-user': 'ada' });
    expect(JSON.parse(String(login?.body))).toEqual({ key: apiKey });
    for (const hop of [first, second])
      expect(hop?.target.url.searchParams.get('access')).toBe('vtok/en-1234');
    expect(String(body)).toContain('"token":"•••"');
    expect(learned).toEqual([{ accessToken: 'tok/en-1234' }]);
  });
});
