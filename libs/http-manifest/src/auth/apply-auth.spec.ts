import { createHash, createHmac } from 'node:crypto';
import type { Auth } from '../http-manifest.ts';
import { applyAuth, needsToken, readAuth, withToken } from './apply-auth.ts';
import type { AuthCrypto, AuthRequest } from './auth-request.ts';
import { credentialLookup } from './credential-lookup.ts';
import { signed } from './sign-request.ts';
import { readToken, tokenRequest } from './token-request.ts';

const crypto: AuthCrypto = {
  base64: (text) => Buffer.from(text).toString('base64'),
  bytes: (text) => Buffer.from(text),
  sha256Hex: (content) => createHash('sha256').update(content).digest('hex'),
  hmac: ({ algorithm, key, encoding }, message) =>
    createHmac(algorithm, key).update(message).digest(encoding),
};
const lookup = credentialLookup({
  user: 'Aladdin',
  password: 'open sesame',
  key: 'k"1&2',
  token: '123:abc',
  broken: 'a\r\nb: c',
  empty: '',
});
const ports = { lookup, crypto };
const plain: AuthRequest = {
  method: 'POST',
  url: 'https://a.example/v1/x?a=1#top',
  headers: { accept: 'a/b', authorization: 'none' },
};

describe('applyAuth', () => {
  it.each<[Auth, object]>([
    [{ scheme: 'none' }, plain],
    // RFC 7617, 2.
    [
      { scheme: 'basic', username: 'creds.user', password: 'creds.password' },
      { headers: { accept: 'a/b', Authorization: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==' } },
    ],
    [
      { scheme: 'basic', username: 'creds.user' },
      { headers: { accept: 'a/b', Authorization: 'Basic QWxhZGRpbjo=' } },
    ],
    [
      { scheme: 'bearer', token: 'creds.token' },
      { headers: { accept: 'a/b', Authorization: 'Bearer 123:abc' } },
    ],
    [
      { scheme: 'bearer', token: 'creds.token', prefix: 'Token token=' },
      { headers: { accept: 'a/b', Authorization: 'Token token=123:abc' } },
    ],
    [
      {
        scheme: 'api_key_header',
        header_name: 'Authorization',
        value: 'creds.token',
        prefix: 'Basic ',
      },
      { headers: { accept: 'a/b', Authorization: 'Basic 123:abc' } },
    ],
    [
      { scheme: 'api_key_query', query_name: 'api key', value: 'creds.key' },
      { url: 'https://a.example/v1/x?a=1&api%20key=k%221%262#top', headers: plain.headers },
    ],
    [
      { scheme: 'api_key', in: 'header', name: 'X-Key', value: 'creds.key' },
      { headers: { ...plain.headers, 'X-Key': 'k"1&2' } },
    ],
    [
      { scheme: 'api_key', in: 'cookie', name: 'sid', value: 'creds.token' },
      { headers: { ...plain.headers, Cookie: 'sid=123:abc' } },
    ],
    [
      { scheme: 'api_key', in: 'body', name: 'key', value: 'creds.key' },
      { body: { key: 'k"1&2' } },
    ],
  ])('%j', (auth, expected) => {
    expect(applyAuth(auth, ports, plain)).toMatchObject(expected);
    expect(applyAuth(auth, ports, plain)).toEqual({ ...plain, ...expected });
  });

  it.each([
    ['https://a.example/bot%7btoken%7d/send', 'https://a.example/bot123:abc/send'],
    [
      'https://a.example/bot%7btoken%7d/chats/%7Btoken%7D',
      'https://a.example/bot123:abc/chats/%7Btoken%7D',
    ],
    ['https://a.example/chats/{token}', 'https://a.example/chats/{token}'],
    ['https://a.example/send?x={token}', 'https://a.example/send?x={token}'],
    ['https://{token}.example/send', 'https://{token}.example/send'],
  ])('puts a key into the path of %s alone', (url, expected) => {
    const auth: Auth = { scheme: 'api_key', in: 'path', name: 'token', value: 'creds.token' };
    expect(applyAuth(auth, ports, { ...plain, url })).toHaveProperty('url', expected);
  });

  it('takes a key for what it is, whatever characters it has', () => {
    const auth: Auth = { scheme: 'api_key', in: 'path', name: 'token', value: 'creds.token' };
    const odd = { ...ports, lookup: () => "a$'b$$" };
    const url = 'https://a.example/bot%7btoken%7d/send';
    expect(applyAuth(auth, odd, { ...plain, url }).url).toBe("https://a.example/bota$'b$$/send");
  });

  it.each([
    [{ body: 'a=b' }, { body: 'a=b&key=k%221%262' }, 'application/x-www-form-urlencoded'],
    [{ body: '' }, { body: 'key=k%221%262' }, 'application/x-www-form-urlencoded'],
    [{ body: '{"a":1}' }, { body: '{"key":"k\\"1&2","a":1}' }, 'application/json'],
    [{ body: ' { } ' }, { body: ' {"key":"k\\"1&2" } ' }, 'application/json'],
    [{ body: { a: 1 } }, { body: { a: 1, key: 'k"1&2' } }, 'application/json'],
    [
      { multipart: [{ name: 'a', file: 'f' }] },
      {
        multipart: [
          { name: 'key', value: 'k"1&2' },
          { name: 'a', file: 'f' },
        ],
      },
      'any/thing',
    ],
    [
      { bodyPieces: ['{"a":"', { fileBase64: 'f' }, '"}'] },
      { bodyPieces: ['{"key":"k\\"1&2","a":"', { fileBase64: 'f' }, '"}'] },
      'application/json',
    ],
  ])('puts a key beside %j', (content, expected, type) => {
    const auth: Auth = { scheme: 'api_key', in: 'body', name: 'key', value: 'creds.key' };
    const request: AuthRequest = { ...plain, headers: { 'Content-Type': type }, ...content };
    expect(applyAuth(auth, ports, request)).toMatchObject(expected);
  });

  it.each<[Auth, string, string]>([
    [{ scheme: 'bearer', token: 'creds.none' }, 'http.credentials_missing', '"none"'],
    [{ scheme: 'bearer', token: 'creds.empty' }, 'http.credentials_missing', '"empty"'],
    [{ scheme: 'bearer', token: 'creds.toString' }, 'http.credentials_missing', '"toString"'],
    [{ scheme: 'bearer', token: 'creds.broken' }, 'http.invalid_header_value', 'Authorization'],
    [
      { scheme: 'api_key', in: 'cookie', name: 'sid', value: 'creds.key' },
      'http.invalid_header_value',
      'sid',
    ],
  ])('refuses %j with %s', (auth, code, named) => {
    const message = expect.not.stringContaining('b: c') as string;
    const apply = (): unknown => applyAuth(auth, ports, plain);
    expect(apply).toThrow(expect.objectContaining({ code, message }));
    expect(apply).toThrow(named);
  });

  it.each(['<a/>', '["a"]'])('finds no fields in %s', (body) => {
    const auth: Auth = { scheme: 'api_key', in: 'body', name: 'key', value: 'creds.key' };
    expect(() => applyAuth(auth, ports, { ...plain, body })).toThrow(
      expect.objectContaining({ code: 'http.auth' }),
    );
  });
});

describe('readAuth', () => {
  it('takes what is missing for none', () => {
    expect([readAuth(undefined), readAuth(null)]).toEqual([{ scheme: 'none' }, { scheme: 'none' }]);
  });

  it.each([
    'basic',
    {},
    { scheme: 'oauth9' },
    { scheme: 'toString' },
    { scheme: 'bearer' },
    { scheme: 'hmac', algorithm: 'sha1', key: 'k', encoding: 'hex', in: 'header', name: 'n' },
  ])('refuses %j', (value) => {
    expect(() => readAuth(value)).toThrow(expect.objectContaining({ code: 'http.auth' }));
  });
});

describe('signed', () => {
  // Test cases 2 of RFC 2202 and RFC 4231.
  it.each([
    ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  ] as const)('makes the vector of %s', (algorithm, signature) => {
    const auth = {
      scheme: 'hmac',
      algorithm,
      key: 'creds.key',
      string_to_sign: ['raw_body'],
      encoding: 'hex',
      in: 'header',
      name: 'X-Signature',
      prefix: 'v0=',
    } as const;
    const rawBody = Buffer.from('what do ya want for nothing?');
    const signing = { lookup: () => 'Jefe', crypto, rawBody, now: 0 };
    expect(signed(auth, plain, signing).headers).toMatchObject({
      'X-Signature': `v0=${signature}`,
    });
  });

  it('is over its parts in their order, and sends the time that it signs', () => {
    const auth = {
      scheme: 'hmac',
      algorithm: 'sha512',
      key: 'creds.key',
      string_to_sign: [
        'method',
        { literal: '\n' },
        'path',
        'query',
        'url',
        'timestamp',
        { header: 'ACCEPT' },
        'body_sha256',
      ],
      encoding: 'base64',
      in: 'query',
      name: 'sig',
    } as const;
    const rawBody = Buffer.from('{}');
    const { url, headers } = signed(auth, plain, { ...ports, rawBody, now: 1_700_000_000_999 });
    const text = `POST\n/v1/xa=1${plain.url}1700000000a/b${crypto.sha256Hex(rawBody)}`;
    const by = { algorithm: 'sha512', key: 'k"1&2', encoding: 'base64' } as const;
    expect(new URL(url).searchParams.get('sig')).toBe(crypto.hmac(by, Buffer.from(text)));
    expect(headers).toHaveProperty('X-Timestamp', '1700000000');
  });
});

describe('a token', () => {
  const cc = {
    scheme: 'oauth2_client_credentials',
    token_url: 'https://a.example/token',
    client_id: 'creds.user',
    client_secret: 'creds.password',
    scopes: ['fax', 'sms'],
    audience: 'https://api',
    token_params: { resource: 'r&s' },
  } as const;

  it('is asked for by client credentials, in a Basic header or in the form', () => {
    const { headers, body } = tokenRequest(cc, ports);
    expect(headers['Authorization']).toBe(`Basic ${crypto.base64('Aladdin:open+sesame')}`);
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      resource: 'r&s',
      grant_type: 'client_credentials',
      scope: 'fax sms',
      audience: 'https://api',
    });
    const post = tokenRequest({ ...cc, client_authentication: 'post' }, ports);
    expect(post.headers).not.toHaveProperty('Authorization');
    expect(Object.fromEntries(new URLSearchParams(post.body))).toMatchObject({
      client_id: 'Aladdin',
      client_secret: 'open sesame',
    });
  });

  it('is asked for by a refresh token, and by the one that came last', () => {
    const auth = {
      scheme: 'oauth2_refresh_token',
      token_url: 'https://a.example/token',
      client_id: 'creds.user',
      refresh_token: 'creds.token',
    } as const;
    const fieldsOf = (rotated?: string): object =>
      Object.fromEntries(new URLSearchParams(tokenRequest(auth, ports, rotated).body));
    expect(fieldsOf()).toEqual({
      grant_type: 'refresh_token',
      refresh_token: '123:abc',
      client_id: 'Aladdin',
    });
    expect(fieldsOf('next')).toMatchObject({ refresh_token: 'next' });
  });

  it('is read of the answer, which is not shown', () => {
    expect(readToken(200, '{"access_token":"t","expires_in":"60","refresh_token":"r"}')).toEqual({
      token: 't',
      expiresInSeconds: 60,
      refreshToken: 'r',
    });
    expect(readToken(201, '{"access_token":"t"}')).toEqual({ token: 't' });
    for (const [status, text] of [
      [200, 'sekret'],
      [200, '{"access_token":""}'],
      [400, '{"access_token":"sekret"}'],
    ] as const) {
      const message = expect.not.stringContaining('sekret') as string;
      expect(() => readToken(status, text)).toThrow(
        expect.objectContaining({ code: 'http.auth_refused', message }),
      );
    }
    expect(() => readToken(503, '')).toThrow(
      expect.objectContaining({ code: 'http.auth_unavailable' }),
    );
  });

  it('goes into each request', () => {
    expect(needsToken(cc)).toBe(true);
    expect(withToken(cc, 't', plain).headers).toEqual({ accept: 'a/b', Authorization: 'Bearer t' });
    const exchange = {
      scheme: 'token_exchange',
      request: { method: 'POST', url: 'https://a.example/login' },
      token: 'token',
      apply: { in: 'query', name: 'access', prefix: 'v' },
    } as const;
    expect(withToken(exchange, 't', plain).url).toBe('https://a.example/v1/x?a=1&access=vt#top');
  });
});
