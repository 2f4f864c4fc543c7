import { readFileSync } from 'node:fs';
import { parseGrants } from '@made-open/manifest';
import { defaultLimits, Egress, EgressError, parseOverrides } from './index.ts';
import type { Hop } from './http-transport.ts';

interface Vector {
  n: number;
  allowed: string[];
  url: string;
  dns: Record<string, string[] | string[][]>;
  redirects?: [number, string][];
  headers?: Record<string, unknown>;
  method?: string;
  then?: { method: string };
  verdict: 'allow' | 'deny';
  why: string;
  code: string;
}

const { vectors } = JSON.parse(
  readFileSync(new URL('../vectors/egress.json', import.meta.url), 'utf8'),
) as { vectors: Vector[] };

/** The real decisions, with scripted answers of name server and source. */
async function run(vector: Vector): Promise<{ code: string; last: Hop | undefined }> {
  const lookups = new Map<string, number>();
  const answers = [...(vector.redirects ?? [])];
  let last: Hop | undefined;
  const egress = new Egress({
    grants: parseGrants(vector.allowed),
    resolve: (host) => {
      const answer = vector.dns[host];
      if (answer === undefined) return Promise.reject(new Error('ENOTFOUND'));
      const count = lookups.get(host) ?? 0;
      lookups.set(host, count + 1);
      return Promise.resolve((Array.isArray(answer[0]) ? answer[count] : answer) as string[]);
    },
    transport: (hop) => {
      last = hop;
      const [status = 200, location = ''] = answers.shift() ?? [];
      return Promise.resolve({ status, headers: { location }, body: new Uint8Array() });
    },
  });
  try {
    await egress.request({
      url: vector.url,
      ...(vector.method === undefined ? {} : { method: vector.method }),
      ...(vector.headers === undefined ? {} : { headers: vector.headers }),
    });
    return { code: '', last };
  } catch (error) {
    if (error instanceof EgressError) return { code: error.reason, last };
    throw error;
  }
}

describe('Egress', () => {
  it.each(vectors)('vector $n: $why', async (vector) => {
    const { code, last } = await run(vector);
    expect(code).toBe(vector.code);
    if (vector.verdict === 'allow') expect(last).toBeDefined();
    if (vector.then !== undefined) expect(last).toMatchObject({ ...vector.then, body: undefined });
  });

  it('drops authorization on the way to another origin', async () => {
    const { last } = await run({
      n: 0,
      why: '',
      code: '',
      verdict: 'allow',
      allowed: ['network:outbound:a.example.com', 'network:outbound:b.example.com'],
      url: 'https://a.example.com/',
      dns: { 'a.example.com': ['93.184.216.34'], 'b.example.com': ['93.184.216.34'] },
      redirects: [[302, 'https://b.example.com/']],
      headers: { Authorization: 'Bearer x', Accept: 'text/plain' },
    });
    expect(last?.headers).toEqual({ accept: 'text/plain' });
  });

  it('follows the operator’s override to a private address, for that host and port alone', async () => {
    const overrides = parseOverrides('{"api.example.com:443":{"address":"127.0.0.1","port":8443}}');
    const hops: Hop[] = [];
    const egress = new Egress({
      grants: parseGrants([
        'network:outbound:api.example.com',
        'network:outbound:api.example.com:8444',
      ]),
      overrides,
      resolve: () => Promise.resolve(['127.0.0.1']),
      transport: (hop) => {
        hops.push(hop);
        return Promise.resolve({ status: 200, headers: {}, body: new Uint8Array() });
      },
    });
    await egress.request({ url: 'https://api.example.com/' });
    expect(hops[0]).toMatchObject({ addresses: ['127.0.0.1'], port: 8443 });
    await expect(egress.request({ url: 'https://api.example.com:8444/' })).rejects.toMatchObject({
      reason: 'ADDR_LOOPBACK',
    });
  });

  describe('of a request that says how far it goes', () => {
    let hops: Hop[];
    let answers: [number, string][];
    const grants = parseGrants(['network:outbound:a.example.com']);
    const egress = new Egress({
      grants,
      resolve: () => Promise.resolve(['93.184.216.34']),
      transport: (hop) => {
        hops.push(hop);
        const [status, location] = answers.shift() ?? [200, ''];
        return Promise.resolve({ status, headers: { location }, body: new Uint8Array() });
      },
    });
    const url = 'https://a.example.com/';

    beforeEach(() => {
      hops = [];
      answers = [];
    });

    it.each([
      [0, [[302, '/a']], 1],
      [1, [[302, '/a']], 2],
      [
        1,
        [
          [302, '/a'],
          [302, '/b'],
        ],
        2,
      ],
      [3, [[302, 'https://b.example.com/']], 1],
      [3, [[302, 'http://a.example.com/']], 1],
      [3, [[302, '']], 1],
    ] as [number, [number, string][], number][])(
      'follows %i redirects of %j, and refuses what else there is',
      async (maxRedirects, redirects, count) => {
        answers = [...redirects];
        const isFollowed = redirects.length <= maxRedirects && count === redirects.length + 1;
        const work = egress.request({ url, maxRedirects });
        if (isFollowed) await expect(work).resolves.toMatchObject({ status: 200 });
        else await expect(work).rejects.toMatchObject({ code: 'egress.redirect_refused' });
        expect(hops).toHaveLength(count);
      },
    );

    it('gives it as much time as it asks for, but not without end, and no more bytes than any', async () => {
      await egress.request({ url, timeoutMs: 50_000, maxResponseBytes: 1000 });
      await egress.request({ url, timeoutMs: 1e9, maxResponseBytes: 1e12 });
      await egress.request({ url });
      expect(hops.map(({ limits }) => limits)).toMatchObject([
        { headersWithinMs: 50_000, totalMs: 50_000, wireBytes: 1000, bodyBytes: 1000 },
        { headersWithinMs: 120_000, totalMs: 120_000, bodyBytes: defaultLimits.bodyBytes },
        defaultLimits,
      ]);
    });
  });

  it('asks the name server once per request, and connects to that answer', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    const hops: Hop[] = [];
    const egress = new Egress({
      grants: parseGrants(['network:outbound:api.example.com']),
      resolve: () => Promise.resolve(answers.shift() ?? []),
      transport: (hop) => {
        hops.push(hop);
        return Promise.resolve({ status: 200, headers: {}, body: new Uint8Array() });
      },
    });
    await egress.request({ url: 'https://api.example.com/' });
    await expect(egress.request({ url: 'https://api.example.com/' })).rejects.toMatchObject({
      reason: 'ADDR_LOOPBACK',
      code: 'egress.addr_loopback',
      retry: 'never',
    });
    expect(hops.map(({ addresses }) => addresses)).toEqual([['93.184.216.34']]);
  });

  it.each(['CONNECT', 'TRACE', 'get', 'GET / HTTP/1.1\r\n'])(
    'refuses the method %j',
    async (method) => {
      const egress = new Egress({ grants: parseGrants(['network:outbound:api.example.com']) });
      await expect(
        egress.request({ url: 'https://api.example.com/', method }),
      ).rejects.toMatchObject({ reason: 'METHOD' });
    },
  );

  it('does not wait for a name server that does not answer', async () => {
    const egress = new Egress({
      grants: parseGrants(['network:outbound:api.example.com']),
      limits: { totalMs: 20 },
      resolve: () => new Promise(() => undefined),
    });
    await expect(egress.request({ url: 'https://api.example.com/' })).rejects.toMatchObject({
      reason: 'TIMEOUT',
      retry: 'later',
    });
  });

  it('says what the manifest lacks', async () => {
    const egress = new Egress({ grants: [] });
    await expect(egress.request({ url: 'http://api.example.com:8080/' })).rejects.toThrow(
      '"network:outbound:http://api.example.com:8080"',
    );
  });

  describe('when it was closed', () => {
    const grants = parseGrants(['network:outbound:api.example.com']);
    const request = { url: 'https://api.example.com/' };
    const refused = { reason: 'ABORTED', retry: 'later' };
    let hops: Hop[];
    const open = (resolve: () => Promise<string[]>): Egress =>
      new Egress({
        grants,
        resolve,
        transport: (hop) => {
          hops.push(hop);
          return new Promise((_, reject) =>
            hop.signal.addEventListener('abort', () => reject(new Error('reset'))),
          );
        },
      });

    beforeEach(() => {
      hops = [];
    });

    it('sends nothing any more', async () => {
      const egress = open(() => Promise.resolve(['93.184.216.34']));
      egress.close();
      await expect(egress.request(request)).rejects.toMatchObject(refused);
      expect(hops).toEqual([]);
    });

    it('connects to no address that was asked for before', async () => {
      const address = Promise.withResolvers<string[]>();
      const egress = open(() => address.promise);
      const work = egress.request(request);
      egress.close();
      address.resolve(['93.184.216.34']);
      await expect(work).rejects.toMatchObject(refused);
      expect(hops).toEqual([]);
    });

    it('gives up what is under way', async () => {
      const egress = open(() => Promise.resolve(['93.184.216.34']));
      const work = egress.request(request);
      while (hops.length === 0) await new Promise((resolve) => setImmediate(resolve));
      egress.close();
      await expect(work).rejects.toMatchObject(refused);
    });
  });
});
