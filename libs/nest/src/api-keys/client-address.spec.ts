import { BlockList } from 'node:net';
import { clientAddress, readProxies } from './client-address.ts';

const { proxies } = readProxies('10.0.0.0/8, 192.0.2.1,fd00::/8');

describe('clientAddress', () => {
  it('believes no header when no proxy is trusted', () => {
    expect(clientAddress(new BlockList(), '203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
    expect(clientAddress(proxies, '203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
  });

  it('takes what the outermost trusted proxy saw, not what the client wrote', () => {
    const header = '127.0.0.1, 198.51.100.1, 10.2.3.4';
    expect(clientAddress(proxies, '::ffff:10.0.0.1', header)).toBe('198.51.100.1');
    expect(clientAddress(proxies, '192.0.2.1', '198.51.100.1')).toBe('198.51.100.1');
    expect(clientAddress(proxies, 'fd00::1', '198.51.100.1')).toBe('198.51.100.1');
  });

  it.each([undefined, '', 'unknown', '198.51.100.1, <script>'])(
    'stays with the proxy when the header says nothing useful: %j',
    (header) => {
      expect(clientAddress(proxies, '10.0.0.1', header)).toBe('10.0.0.1');
    },
  );

  it('counts a network of IPv6 as one', () => {
    expect(clientAddress(proxies, '2001:db8:0:1::5', undefined)).toBe('2001:db8:0:1::/64');
    expect(clientAddress(proxies, '2001:0DB8:0000:0001:ffff:0:0:9', undefined)).toBe(
      '2001:db8:0:1::/64',
    );
    expect(clientAddress(proxies, '::1', undefined)).toBe('0:0:0:0::/64');
  });
});

describe('readProxies', () => {
  it('names what is no network', () => {
    expect(readProxies('10.0.0.0/8,proxy.local,10.0.0.0/33, fe80::/129').faults).toEqual([
      'proxy.local',
      '10.0.0.0/33',
      'fe80::/129',
    ]);
    const open = ['10.0.0.0/', '10.0.0.0/8/x', '10.0.0.0/ 8', '10.0.0.0/-1'];
    expect(readProxies(open.join(',')).faults).toEqual(open);
    expect(readProxies('').faults).toEqual([]);
  });
});
