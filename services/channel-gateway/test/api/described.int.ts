import { FileService, entitySchemas } from '@made-open/contracts';
import { problemExamples } from '../../src/description/examples.ts';
import { openApiDocument } from '../../src/description/open-api.ts';
import { entityKinds, type EntityKind } from '../../src/entities/entity-kind.ts';
import { describedResponse, faultsOf } from './api-schemas.ts';
import { answerWithExamples, exampleOf } from './answer-with-examples.ts';
import { Gateway, keyOf, type Answer, type Ask } from '../gateway.ts';

const paths = Object.keys(openApiDocument().paths);
// Browsers come to the callback from authorization servers, without a key: a single-use state admits them.
// Providers come to media with a link that says what they may read.
const openPaths = ['/', '/docs', '/openapi.json', '/oauth/callback', '/v1/media/{token}'];
const methodsOf = new Map(
  Object.entries(openApiDocument().paths).map(([path, item]) => [path, Object.keys(item)]),
);

let gateway: Gateway;
const routes: { method: string | string[]; url: string }[] = [];

beforeAll(async () => {
  gateway = await Gateway.start(
    { ANSWER_TIMEOUT_MS: '700', RATE_BURST: '1000', TRUSTED_PROXIES: '127.0.0.1' },
    (route) => routes.push(route),
  );
});
afterAll(() => gateway?.stop());
beforeEach(() => {
  gateway.fakes.reset();
  answerWithExamples(gateway);
});

let addresses = 0;

/** Another address each time: failures are counted. */
function fromElsewhere(): Record<string, string> {
  addresses++;
  return { 'X-Forwarded-For': `198.51.100.${String(addresses)}` };
}

/** Compares an answer with its description, and gives it back. */
async function described(path: string, url: string, ask: Ask = {}): Promise<Answer> {
  const answer = await gateway.get(url, ask);
  const { content, headers = {} } = describedResponse(path, answer.status);
  const type = answer.headers.get('content-type')?.split(';')[0];
  if (answer.status === 304) expect([type, content]).toEqual([undefined, undefined]);
  else expect(faultsOf(content?.[type ?? '']?.schema ?? { not: {} }, answer.body)).toEqual([]);
  for (const name of Object.keys(headers)) expect(answer.headers.get(name)).not.toBeNull();
  return answer;
}

/** A route as the description writes it. */
function describedPath(url: string): string {
  return url.replaceAll(/:(\w+)/gu, '{$1}');
}

function kindOfPath(path: string): EntityKind | undefined {
  return entityKinds.find((known) => path.startsWith(`/v1/${known.path}`));
}

function exampleUrl(path: string): string {
  const kind = kindOfPath(path);
  if (kind === undefined) return `${path}?q=ada&facets=type`;
  return path.replace('{id}', exampleOf(kind).id);
}

const dataPaths = paths.filter((path) => path === '/v1/search' || kindOfPath(path) !== undefined);

describe.each(dataPaths)('%s', (path) => {
  const url = exampleUrl(path);
  const isOne = path.includes('{id}');

  it('answers as its description says, and as its example shows', async () => {
    const { status, body } = await described(path, url);
    const example = describedResponse(path, 200).content?.['application/json']?.example;
    expect(status).toBe(200);
    expect({ ...body, next_cursor: null }).toEqual({ next_cursor: null, ...(example as object) });
  });

  it('describes each of its refusals', async () => {
    const scope = path === '/v1/search' ? 'data:read' : 'search:read';
    const other = await gateway.register('otherscope01', { scopes: [scope] });
    const asks: [number, string, Ask][] = [
      [401, url, { key: keyOf('nobody000001'), headers: fromElsewhere() }],
      [403, url, { key: other, headers: fromElsewhere() }],
      isOne
        ? [404, url.replace(/0000\d(?=$|\/)/u, '99999'), {}]
        : [400, `${url}${url.includes('?') ? '&' : '?'}limit=0&x=1`, {}],
    ];
    if (!isOne) asks.push([503, `${url}${url.includes('?') ? '&' : '?'}cursor=gone`, {}]);
    for (const [status, asked, ask] of asks) {
      const answer = await described(path, asked, ask);
      expect(answer.status).toBe(status);
      const { type, title, code } = problemExamples[status] ?? {};
      expect(answer.body).toMatchObject({ type, title, status, code });
    }
  });

  if (path.endsWith('{id}'))
    it('answers 304 to its own ETag', async () => {
      const { headers } = await described(path, url);
      const tag = headers.get('etag') ?? '';
      const again = await described(path, url, { headers: { 'If-None-Match': tag } });
      expect(again.status).toBe(304);
    });
});

describe('/v1/schemas/{type}', () => {
  const path = '/v1/schemas/{type}';

  it.each(entityKinds.map(({ type }) => type))('gives the fields of %s', async (type) => {
    const answer = await gateway.get(`/v1/schemas/${type}`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/schema\+json/u);
    expect(answer.body).toEqual(entitySchemas[type]);
  });

  it.each(['cat', '__proto__', 'constructor'])('refuses the type %s', async (type) => {
    const { status, body } = await described(path, `/v1/schemas/${type}`);
    expect([status, body['code']]).toEqual([404, 'schema.not_found']);
  });
});

describe('/v1/files/{id}', () => {
  const path = '/v1/files/{id}';
  const fileId = 'ab'.repeat(32);
  const parts = [Buffer.from('Ada '), Buffer.from('<script>')];
  const { getFile, readFileChunk } = FileService.method;

  beforeEach(() => {
    const name = '€ "photo".html';
    const sizeBytes = Buffer.concat(parts).length;
    const file = { fileId, name, mimeType: 'text/html', sizeBytes, chunks: 2 };
    const isKnown = (asked: { spaceId: string; fileId: string }): boolean =>
      asked.spaceId === 'default' && asked.fileId === fileId;
    gateway.fakes.etl.on(getFile, 'cmd.etl.GetFile', (asked) => (isKnown(asked) ? { file } : {}));
    gateway.fakes.etl.on(readFileChunk, 'cmd.etl.ReadFileChunk', (asked) => {
      const content = parts[asked.chunk];
      return content !== undefined && isKnown(asked) ? { found: true, content } : {};
    });
  });

  it('gives the bytes as a download that no browser runs, and 304 to its ETag', async () => {
    const { status, headers, text } = await gateway.get(`/v1/files/${fileId}`);
    expect([status, text === Buffer.concat(parts).toString()]).toEqual([200, true]);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/html',
      'content-length': '12',
      'content-disposition': `attachment; filename="_ _photo_.html"; filename*=UTF-8''%E2%82%AC%20%22photo%22.html`,
      'content-security-policy': expect.stringContaining('sandbox'),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
      etag: `"${fileId}"`,
    });
    const again = { headers: { 'If-None-Match': `"${fileId}"` } };
    expect((await described(path, `/v1/files/${fileId}`, again)).status).toBe(304);
  });

  it('describes each of its refusals', async () => {
    const other = await gateway.register('otherspace01', { spaceId: 'other' });
    const search = await gateway.register('searchonly01', { scopes: ['search:read'] });
    const url = `/v1/files/${fileId}`;
    const asks: [number, string, Ask][] = [
      [401, url, { key: keyOf('nobody000001'), headers: fromElsewhere() }],
      [403, url, { key: search, headers: fromElsewhere() }],
      [404, url, { key: other }],
      [404, `/v1/files/${'cd'.repeat(32)}`, {}],
      [404, '/v1/files/x', {}],
    ];
    for (const [status, asked, ask] of asks)
      expect((await described(path, asked, ask)).status).toBe(status);
  });
});

describe('the limits', () => {
  it('are described as they are answered', async () => {
    const wrong = { key: keyOf('nobody000001'), headers: fromElsewhere() };
    for (let n = 0; n < 5; n++) await gateway.get('/v1/persons', wrong);
    const { status } = await described('/v1/persons', '/v1/persons', wrong);
    expect(status).toBe(429);
  });
});

describe('every route of the running service', () => {
  // Webhooks are open to whoever proves to be the provider, by any method as far as the route goes.
  const all = (): [string, string][] =>
    routes
      .filter(({ url }) => !url.startsWith('/webhooks/'))
      .flatMap(({ method, url }) => [method].flat().map((name): [string, string] => [name, url]));
  const ask = async (method: string, url: string, key?: string): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${String(gateway.service.port)}${url}`, {
      method,
      headers: {
        ...fromElsewhere(),
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      },
    });
    await response.arrayBuffer();
    return response.status;
  };

  it('is described, or open to everybody and known to be', () => {
    const urls = new Set(all().map(([, url]) => describedPath(url)));
    expect([...urls].toSorted()).toEqual([...paths, ...openPaths].toSorted());
    for (const [method, url] of all()) {
      const known = methodsOf.get(describedPath(url)) ?? ['get'];
      expect(known).toContain(method === 'HEAD' ? 'get' : method.toLowerCase());
    }
  });

  it('refuses who has no key, unless it is open', async () => {
    for (const [method, url] of all()) {
      const isRefused = (await ask(method, url)) === 401;
      expect({ method, url, isRefused }).toEqual({
        method,
        url,
        isRefused: !openPaths.includes(describedPath(url)),
      });
    }
  });

  it('refuses a key that lacks its scope', async () => {
    const keys = {
      search: await gateway.register('onlysearch01', { scopes: ['search:read'] }),
      data: await gateway.register('onlydata0001', { scopes: ['data:read'] }),
    };
    for (const [method, url] of all().filter(
      ([, known]) => !openPaths.includes(describedPath(known)),
    ))
      expect(await ask(method, url, url === '/v1/search' ? keys.data : keys.search)).toBe(403);
  });
});
