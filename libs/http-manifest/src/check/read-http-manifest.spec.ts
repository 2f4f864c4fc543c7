import { HttpManifestError } from '../errors.ts';
import { aFaxManifest } from '../samples/fax-manifest.ts';
import { readHttpManifest } from './read-http-manifest.ts';

const faultsOf = (manifest: unknown): readonly { pointer: string; code?: string }[] => {
  try {
    readHttpManifest(typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  } catch (error) {
    if (error instanceof HttpManifestError) return error.errors;
    throw error;
  }
  return [];
};
const pointersOf = (manifest: unknown): string[] =>
  faultsOf(manifest).map(({ pointer }) => pointer);
const send = (changes: Record<string, unknown>): Record<string, unknown> => ({
  actions: {
    send_fax: { method: 'POST', url: 'https://api.acme-fax.example/v1/faxes', ...changes },
    get_status: { method: 'GET', url: 'https://api.acme-fax.example/v1/faxes' },
  },
});

describe('readHttpManifest', () => {
  it('reads a manifest that is right', () => {
    expect(readHttpManifest(JSON.stringify(aFaxManifest())).id).toBe('acme-fax');
  });

  it.each([
    ['an empty list', []],
    ['everything', ['*']],
    ['a name of this machine', ['localhost']],
    ['an address', ['169.254.169.254']],
    ['upper case', ['API.x.com']],
    ['a text', 'api.x.com'],
    ['a public suffix', ['*.co.uk']],
    ['an internal name', ['db.internal']],
  ])('refuses %s as allowed_domains', (_, domains) => {
    const pointers = pointersOf(aFaxManifest({ allowed_domains: domains }));
    expect(pointers.some((pointer) => pointer.startsWith('/allowed_domains'))).toBe(true);
  });

  it.each(['../../evil', 'a/b', '', '.', 'a'.repeat(64), 'con', 'lpt1', 'AcmeFAX', 'a_b'])(
    'refuses the id %j',
    (id) => {
      expect(pointersOf(aFaxManifest({ id }))).toContain('/id');
    },
  );

  it('says where a value has the wrong form', () => {
    for (const timeout_ms of ['abc', -1, 1e9])
      expect(pointersOf(aFaxManifest({ timeout_ms }))).toEqual(['/timeout_ms']);
    expect(pointersOf(aFaxManifest({ actions: [] }))).toEqual(['/actions']);
    expect(pointersOf(aFaxManifest(send({ body: null })))).toEqual(['/actions/send_fax/body']);
  });

  it('refuses an unknown way to authorise, and an unknown field', () => {
    expect(faultsOf(aFaxManifest({ auth: { scheme: 'oauth9' } }))).toMatchObject([
      { pointer: '/auth', message: expect.stringContaining('oauth2_client_credentials') },
    ]);
    expect(faultsOf(aFaxManifest({ credential: [] }))).toMatchObject([
      { pointer: '', message: expect.stringContaining('did you mean "credentials"?') },
    ]);
  });

  it('refuses secrets, and does not repeat them', () => {
    const key = 'sk-live-0123456789abcdef';
    const manifests = [
      aFaxManifest({ auth: { scheme: 'bearer', token: key } }),
      aFaxManifest(send({ headers: { Authorization: `Bearer ${key}` } })),
      aFaxManifest(send({ headers: { 'X-Api-Key': 'abc' } })),
      aFaxManifest(send({ query: [{ name: 'api_key', value: 'abc' }] })),
      aFaxManifest({ description: `use ${key}` }),
    ];
    for (const manifest of manifests) {
      const faults = faultsOf(manifest);
      expect(faults.map(({ code }) => code)).toContain('secret_in_manifest');
      expect(JSON.stringify(faults)).not.toContain(key);
    }
    expect(() => readHttpManifest(JSON.stringify(manifests[0]))).toThrow(
      expect.objectContaining({ code: 'secret_in_manifest' }),
    );
  });

  it('refuses headers that HTTP itself sets', () => {
    for (const name of ['Host', 'content-length', 'Transfer-Encoding', 'Connection', 'Cookie'])
      expect(pointersOf(aFaxManifest(send({ headers: { [name]: 'x' } })))).toContain(
        `/actions/send_fax/headers/${name}`,
      );
  });

  it('refuses hosts that are not allowed', () => {
    for (const url of [
      'https://evil.example/x',
      'https://api.acme-fax.example@evil.example/x',
      'https://api.acme-fax.example:8443/x',
      'https://{to}.acme-fax.example/x',
      '/v1/faxes',
    ])
      expect(pointersOf(aFaxManifest(send({ url })))).toContain('/actions/send_fax/url');
    expect(pointersOf(aFaxManifest(send({ url: 'http://api.acme-fax.example/x' })))).toEqual([
      '/actions/send_fax/url',
    ]);
  });

  it('takes a host with a variable under a wildcard, never the name above it', () => {
    const servers = (url: string, variable: unknown): Record<string, unknown> =>
      aFaxManifest({
        allowed_domains: ['*.acme-fax.example', 'api.acme-fax.example'],
        servers: [{ url, variables: { space: variable } }],
      });
    const pattern = { pattern: '[a-z0-9-]{1,63}' };
    expect(pointersOf(servers('https://{space}.acme-fax.example', pattern))).toEqual([]);
    expect(pointersOf(servers('https://{space}', pattern))).toEqual(['/servers/0/url']);
    expect(pointersOf(servers('https://{space}.acme-fax.example', {}))).toEqual([
      '/servers/0/variables/space',
    ]);
    expect(
      pointersOf(servers('https://{space}', { enum: ['eu.acme-fax.example', 'evil.example'] })),
    ).toEqual(['/servers/0/url']);
  });

  it('refuses an expression that could run for ever', () => {
    for (const pattern of ['(?=a)b', '(a)\\1', '(', '(a{900}){900}'])
      expect(
        pointersOf(aFaxManifest(send({ response: { job_id: { path: 'id', pattern } } }))),
      ).toEqual(['/actions/send_fax/response/job_id/pattern']);
  });

  it('refuses the expression of a variable that could run for ever', () => {
    const manifest = aFaxManifest({
      allowed_domains: ['*.acme-fax.example', 'api.acme-fax.example'],
      servers: [{ url: 'https://{a}.acme-fax.example', variables: { a: { pattern: '(a)\\1' } } }],
    });
    expect(pointersOf(manifest)).toEqual(['/servers/0/variables/a/pattern']);
  });

  it.each(['(?i)ab+', '(?P<key>a+)', '[[:alpha:]]+'])(
    'refuses the expression %s for a value of the config, whose schema cannot have it',
    (pattern) => {
      const credentials = [{ name: 'api_key', pattern }];
      expect(pointersOf(aFaxManifest({ credentials }))).toEqual(['/credentials/0/pattern']);
    },
  );

  it('tells the first of many expressions that are wrong', () => {
    const outputs = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [
        `o${String(at)}`,
        { path: 'id', pattern: `(a?){1000}(b){${String(at + 1)}}` },
      ]),
    );
    expect(pointersOf(aFaxManifest(send({ response: { job_id: 'id', outputs } })))).toEqual([
      '/actions/send_fax/response/outputs/o0/pattern',
    ]);
  });

  it('refuses expressions that are too long together', () => {
    const outputs = (length: number) =>
      Object.fromEntries(
        Array.from({ length }, (_, at) => [
          `o${String(at)}`,
          { path: 'id', pattern: `${'a'.repeat(400)}${String(at)}` },
        ]),
      );
    const faults = (length: number) =>
      pointersOf(aFaxManifest(send({ response: { job_id: 'id', outputs: outputs(length) } })));
    expect(faults(10)).toEqual([]);
    expect(faults(20)).toEqual(['/actions/send_fax/response/outputs/o11/pattern']);
  });

  it('holds categories and capabilities together', () => {
    expect(pointersOf(aFaxManifest({ categories: ['storage'] }))).toEqual(['/categories/0']);
    expect(pointersOf(aFaxManifest({ capabilities: ['send_fax', 'cancel_fax'] }))).toEqual([
      '/capabilities/1',
    ]);
    expect(pointersOf(aFaxManifest({ capabilities: ['send_fax', 'send'] }))).toEqual([
      '/capabilities/1',
    ]);
    expect(pointersOf(aFaxManifest({ capabilities: ['send_fax', 'webhook'] }))).toEqual([
      '/capabilities/1',
    ]);
  });

  it('wants a reason where nothing proves who sends a webhook', () => {
    const webhooks = { status: { verification: { scheme: 'none' } } };
    expect(pointersOf(aFaxManifest({ webhooks }))).toEqual(['/webhooks/status/verification']);
  });

  it('refuses an action to ask by that is not there', () => {
    expect(pointersOf(aFaxManifest(send({ poll: { action: 'ask' } })))).toEqual([
      '/actions/send_fax/poll',
    ]);
  });

  it('keeps credentials out of settings, and both apart', () => {
    expect(
      pointersOf(aFaxManifest({ config_schema: { properties: { api_secret: {} } } })),
    ).toContain('/config_schema/properties/api_secret');
    expect(pointersOf(aFaxManifest({ credentials: [{ name: 'other' }] }))).toEqual(['/auth/token']);
    expect(
      pointersOf(aFaxManifest({ credentials: [{ name: 'api_key' }, { name: 'account' }] })),
    ).toEqual(['/credentials/1/name']);
  });

  it('refuses placeholders that cannot be read, or name nothing that there is', () => {
    const body = (value: string, more = {}): Record<string, unknown> =>
      aFaxManifest(send({ body: { kind: 'form', fields: [{ name: 'x', value, ...more }] } }));
    const place = '/actions/send_fax/body/fields/0/value';
    for (const value of [
      '{{ fax_id }}',
      '{{ settings.unknown }}',
      '{{ steps.upload.path }}',
      '{{ file.path }}',
      '{{ to | shout }}',
      '{{ to',
      '{{ creds.api_key }}',
      '{{ creds.api_key | default("") }}',
    ])
      expect(pointersOf(body(value))).toEqual([place]);
    expect(faultsOf(body('{{ too }}'))).toMatchObject([
      { message: expect.stringContaining('did you mean "to"?') },
    ]);
    expect(pointersOf(body('{{ reference | default("") }}'))).toEqual([]);
    expect(pointersOf(body('{{ reference }}', { omit_empty: true }))).toEqual([]);
    expect(pointersOf(body('{{ file.name }}-{{ settings.from }}'))).toEqual([]);
  });

  it('lets a later step name what an earlier one gave, and no other', () => {
    const step = (id: string, value: string): Record<string, unknown> => ({
      id,
      request: {
        method: 'POST',
        url: 'https://api.acme-fax.example/v1',
        body: { kind: 'json', json: { file: value } },
      },
      response: { outputs: { path: '$.path' } },
    });
    const steps = (...list: unknown[]): Record<string, unknown> =>
      aFaxManifest({
        capabilities: ['send_fax'],
        actions: { send_fax: { steps: list } },
        config_schema: {},
      });
    expect(pointersOf(steps(step('upload', 'x'), step('send', '{{ steps.upload.path }}')))).toEqual(
      [],
    );
    const place = '/actions/send_fax/steps/0/request/body/json/file';
    expect(pointersOf(steps(step('send', '{{ steps.upload.path }}'), step('upload', 'x')))).toEqual(
      [place],
    );
    expect(pointersOf(steps(step('send', '{{ steps.send.path }}')))).toEqual([place]);
  });

  it('takes credentials in a path parameter, and where a token is asked for', () => {
    const path_params = [{ name: 'sid', source: 'creds.api_key' }];
    const url = 'https://api.acme-fax.example/v1/{sid}/faxes';
    expect(pointersOf(aFaxManifest(send({ url, path_params })))).toEqual([]);
    expect(pointersOf(aFaxManifest(send({ url })))).toEqual(['/actions/send_fax/url']);
    const auth = {
      scheme: 'token_exchange',
      request: {
        method: 'POST',
        url: 'https://api.acme-fax.example/token',
        headers: { Authorization: 'Key {{ creds.api_key }}' },
      },
      token: 'token',
      apply: { in: 'header', name: 'X-Token' },
    };
    expect(pointersOf(aFaxManifest({ auth }))).toEqual([]);
  });

  it('refuses paths that cannot be read', () => {
    const ids = ['data.list[0].id', '$.data.id', "$['a-b']", '$[0].id', '$.ids.*', 'job-id'];
    for (const job_id of ids)
      expect(pointersOf(aFaxManifest(send({ response: { job_id } })))).toEqual([]);
    for (const job_id of ['$..id', '$.a[?(@.b)]', 'a[', 'a..b'])
      expect(pointersOf(aFaxManifest(send({ response: { job_id } })))).toEqual([
        '/actions/send_fax/response/job_id',
      ]);
    const job_id = { source: 'header', path: 'id' };
    expect(pointersOf(aFaxManifest(send({ response: { job_id } })))).toEqual([
      '/actions/send_fax/response/job_id',
    ]);
  });

  it('refuses what is too large or too deep before it is taken apart', () => {
    expect(() => readHttpManifest(`"${'x'.repeat(1024 * 1024)}"`)).toThrow(
      expect.objectContaining({ code: 'http_manifest.too_large' }),
    );
    expect(pointersOf(`${'['.repeat(100)}${']'.repeat(100)}`)).toEqual(['']);
    const actions = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [index, {}]));
    expect(pointersOf(aFaxManifest({ actions }))).toEqual(['/actions']);
    expect(pointersOf('{')).toEqual(['']);
    expect(pointersOf('[]')).toEqual(['']);
  });
});
