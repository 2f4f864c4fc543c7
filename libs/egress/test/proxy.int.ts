import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { parseGrants } from '@made-open/manifest';
import { Egress, ProxyError } from '../src/index.ts';
import { startProxy, type Proxy } from './proxy.ts';
import { reasonOf, startSource, textOf, type Source } from './source.ts';

const host = 'api.example.com';
const [first, second] = ['93.184.215.14', '93.184.215.15'];
const url = `https://${host}/items`;
let source: Source;
let proxy: Proxy;
let egress: Egress;
let lookups: number;

function through(addresses: () => readonly string[]): Egress {
  return source.egress({
    overrides: undefined,
    proxy: proxy.url,
    resolve: () => {
      lookups++;
      return Promise.resolve(addresses());
    },
  });
}

beforeEach(async () => {
  source = await startSource([host]);
  proxy = await startProxy(source.port);
  setDefaultCACertificates([source.authority.ca]);
  lookups = 0;
  egress = through(() => [first]);
});
afterEach(async () => {
  setDefaultCACertificates(getCACertificates('bundled'));
  await source.close();
  await proxy.close();
});

it('goes through a tunnel to the address that was judged, and proves the host by its name', async () => {
  const { status, body } = await egress.request({ url });
  expect([status, textOf(body)]).toEqual([200, 'ok']);
  expect(proxy.asked).toEqual([`${first}:443`]);
  expect(source.requests).toEqual([`GET ${host} /items`]);
});

it('keeps a tunnel for the next request', async () => {
  await egress.request({ url });
  await egress.request({ url });
  expect(proxy.asked).toHaveLength(1);
  expect(source.requests).toHaveLength(2);
});

it('asks for no tunnel to a host without a grant, or at an address inside', async () => {
  expect(await reasonOf(egress.request({ url: 'https://other.example.com/' }))).toBe(
    'HOST_NOT_GRANTED',
  );
  const inside = through(() => [first, '10.0.0.7']);
  expect(await reasonOf(inside.request({ url }))).toBe('ADDR_PRIVATE');
  expect(proxy.asked).toEqual([]);
});

it('does not let a second answer of the name server in', async () => {
  const turning = through(() => (lookups > 1 ? ['127.0.0.1'] : [first]));
  await turning.request({ url });
  expect(proxy.asked).toEqual([`${first}:443`]);
  expect(lookups).toBe(1);
  expect(await reasonOf(turning.request({ url }))).toBe('ADDR_LOOPBACK');
});

it('tries the next address where the first is not reached', async () => {
  proxy.statusOf = (target) => (target.startsWith(first) ? 502 : 200);
  const two = through(() => [first, second]);
  expect((await two.request({ url })).status).toBe(200);
  expect(proxy.asked).toEqual([`${first}:443`, `${second}:443`]);
  proxy.statusOf = () => 504;
  expect(await reasonOf(through(() => [first]).request({ url }))).toBe('PROXY_UNREACHED');
});

it.each([
  [403, 'PROXY_REFUSED'],
  [407, 'PROXY'],
  [500, 'PROXY'],
])('takes an answer %i of the proxy for no answer of the host', async (status, reason) => {
  proxy.statusOf = () => status;
  expect(await reasonOf(egress.request({ url }))).toBe(reason);
  expect(source.requests).toEqual([]);
});

it('keeps to its time while the proxy says nothing, and leaves no connection to it', async () => {
  proxy.statusOf = () => 0;
  const hasty = source.egress({
    overrides: undefined,
    proxy: proxy.url,
    resolve: () => Promise.resolve([first]),
    limits: { totalMs: 200 },
  });
  expect(await reasonOf(hasty.request({ url }))).toBe('TIMEOUT');
  hasty.close();
  await proxy.isLeft();
});

it('goes straight to where the operator says a host is', async () => {
  const { body } = await source.egress({ proxy: proxy.url }).request({ url });
  expect(textOf(body)).toBe('ok');
  expect(proxy.asked).toEqual([]);
});

it('refuses another host’s certificate at the end of the tunnel', async () => {
  const other = new Egress({
    grants: parseGrants(['network:outbound:other.example.com']),
    proxy: proxy.url,
    resolve: () => Promise.resolve([first]),
  });
  expect(await reasonOf(other.request({ url: 'https://other.example.com/' }))).toBe('TLS');
  other.close();
});

it.each(['proxy:3128', 'socks://proxy:1080', 'http://proxy:3128/path'])(
  'takes %s for no proxy',
  (name) => {
    expect(() => new Egress({ grants: [], proxy: name })).toThrow(ProxyError);
  },
);
