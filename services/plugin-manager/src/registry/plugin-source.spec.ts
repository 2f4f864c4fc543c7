import { sha256 } from '../bundles/digest.ts';
import { PluginSource, type Reach } from './plugin-source.ts';

const url = 'https://plugins.example.com/acme.json';
const text = '{"id":"acme"}';
const digest = sha256(text);

function source(
  hosts: readonly string[],
  of: { address?: string; body?: string; status?: number } = {},
) {
  const { address = '93.184.216.34', body = text, status = 200 } = of;
  const asked: string[] = [];
  const reach = (): Reach => ({
    resolve: () => Promise.resolve([address]),
    transport: (hop) => {
      asked.push(...hop.addresses);
      return Promise.resolve({ status, headers: {}, body: Buffer.from(body) });
    },
  });
  return { asked, plugins: new PluginSource(hosts, reach) };
}

describe('PluginSource', () => {
  it('fetches what was expected from a host that the operator allows', async () => {
    const { plugins, asked } = source(['plugins.example.com']);
    expect(await plugins.fetch({ url, sha256: digest })).toBe(text);
    expect(asked).toEqual(['93.184.216.34']);
  });

  it.each([
    ['a host that is not allowed', ['other.example.com'], {}, url, /PLUGIN_INSTALL_URLS/u],
    ['everything, where none is allowed', [], {}, url, /the operator may name hosts/u],
    [
      'a port that was not named',
      ['plugins.example.com'],
      {},
      'https://plugins.example.com:8443/a',
      /8443/u,
    ],
    ['http', ['plugins.example.com'], {}, 'http://plugins.example.com/a', /https/u],
    [
      'a user in the address',
      ['plugins.example.com'],
      {},
      'https://a:b@plugins.example.com/',
      /https/u,
    ],
    [
      'a private address',
      ['plugins.example.com'],
      { address: '10.0.0.7' },
      url,
      /cannot be fetched/u,
    ],
    [
      'another content',
      ['plugins.example.com'],
      { body: '{}' },
      url,
      new RegExp(sha256('{}'), 'u'),
    ],
    ['another status', ['plugins.example.com'], { status: 404 }, url, /404/u],
  ])('refuses %s', async (...[, hosts, of, address, reason]) => {
    const { plugins } = source(hosts, of);
    const wanted = plugins.fetch({ url: address, sha256: digest });
    await expect(wanted).rejects.toThrow(reason);
    await expect(wanted).rejects.toMatchObject({ retry: 'never' });
  });
});
