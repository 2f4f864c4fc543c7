import { once } from 'node:events';
import http from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { Egress, EgressError } from '@made-open/egress';
import { parseGrants } from '@made-open/manifest';
import { ConnectProxy, type ConnectProxyOptions } from '../src/proxy/connect-proxy.ts';

const outside = '93.184.215.14';
const names: Record<string, string[]> = {
  'api.example.com': [outside],
  'inside.example.com': ['10.0.0.7'],
  'both.example.com': [outside, '169.254.169.254'],
};

describe('the proxy into the world', () => {
  const proxies: ConnectProxy[] = [];
  const opened: string[] = [];
  const notes: string[] = [];
  let world: http.Server;
  let worldPort: number;
  let port: number;

  async function start(options: Partial<ConnectProxyOptions> = {}): Promise<number> {
    const proxy = new ConnectProxy({
      ports: [80, 443],
      note: (text) => notes.push(text),
      resolve: (host) => Promise.resolve(names[host] ?? []),
      // Everything outside is a server of this test.
      open: (address, wanted) => {
        opened.push(`${address}:${String(wanted)}`);
        return connect(worldPort, '127.0.0.1');
      },
      ...options,
    });
    proxies.push(proxy);
    return proxy.listen(0, '127.0.0.1');
  }

  /** Status of the answer to a CONNECT. */
  function ask(target: string, of = port): Promise<number> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: of, method: 'CONNECT', path: target };
      const request = http.request(options);
      request.once('connect', ({ statusCode = 0 }, socket) => {
        socket.destroy();
        resolve(statusCode);
      });
      request.once('error', reject);
      request.end();
    });
  }

  function egress(resolve: (host: string) => readonly string[]): Egress {
    return new Egress({
      grants: parseGrants(['network:outbound:http://api.example.com']),
      proxy: `http://127.0.0.1:${String(port)}`,
      resolve: (host) => Promise.resolve(resolve(host)),
    });
  }

  beforeAll(async () => {
    world = http.createServer(({ headers, url }, response) =>
      response.end(`${headers.host ?? ''}${url ?? ''}`),
    );
    await new Promise<void>((resolve) => world.listen(0, '127.0.0.1', resolve));
    worldPort = (world.address() as AddressInfo).port;
    port = await start();
  });
  beforeEach(() => {
    opened.length = 0;
    notes.length = 0;
  });
  afterAll(async () => {
    for (const proxy of proxies) await proxy.close();
    world.closeAllConnections();
    await new Promise<unknown>((resolve) => world.close(resolve));
  });

  it('brings the requests of plugins to the hosts that they were granted', async () => {
    const granted = egress(() => [outside]);
    const { body } = await granted.request({ url: 'http://api.example.com/items' });
    expect(new TextDecoder().decode(body)).toBe('api.example.com/items');
    expect(opened).toEqual([`${outside}:80`]);
    await expect(granted.request({ url: 'http://other.example.com/' })).rejects.toThrow(
      'the manifest does not ask for',
    );
    expect(opened).toHaveLength(1);
    granted.close();
  });

  it('lets no name that comes to mean an address inside through, whoever resolves it', async () => {
    let lookups = 0;
    const turning = egress(() => (lookups++ === 0 ? [outside] : ['127.0.0.1']));
    await turning.request({ url: 'http://api.example.com/' });
    await expect(turning.request({ url: 'http://api.example.com/' })).rejects.toThrow(EgressError);
    expect(opened).toEqual([`${outside}:80`]);
    turning.close();
    for (const host of ['inside.example.com', 'both.example.com'])
      expect(await ask(`${host}:443`)).toBe(403);
    expect(opened).toEqual([`${outside}:80`]);
  });

  it.each(['10.0.0.7', '127.0.0.1', '169.254.169.254', '[::1]', '[fd00::1]', '[::ffff:10.0.0.7]'])(
    'goes to no address inside: %s',
    async (address) => {
      expect(await ask(`${address}:443`)).toBe(403);
      expect(opened).toEqual([]);
      expect(notes.join()).toContain('its address is inside');
    },
  );

  it('connects to the address that it judged, and asks for the name once', async () => {
    let lookups = 0;
    const own = await start({
      resolve: () => Promise.resolve(lookups++ === 0 ? [outside] : ['127.0.0.1']),
    });
    expect(await ask('api.example.com:443', own)).toBe(200);
    expect(opened).toEqual([`${outside}:443`]);
    expect(lookups).toBe(1);
  });

  it('goes to no other port, and to nothing that is no host and port', async () => {
    expect(await ask(`${outside}:25`)).toBe(403);
    expect(await ask('api.example.com')).toBe(400);
    expect(await ask('nobody.example.com:443')).toBe(502);
    expect(opened).toEqual([]);
  });

  it('says so when a host does not answer, and how many tunnels are enough', async () => {
    const deaf = await start({
      openWithinMs: 50,
      open: () => connect({ host: '192.0.2.1', port: 9 }),
    });
    expect([502, 504]).toContain(await ask('api.example.com:443', deaf));
    const full = await start({ mostTunnels: 0 });
    expect(await ask('api.example.com:443', full)).toBe(503);
  });

  it('ends a tunnel through which nothing comes', async () => {
    const own = await start({ idleMs: 50 });
    const socket = connect(own, '127.0.0.1');
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.write(`CONNECT ${outside}:443 HTTP/1.1\r\nHost: ${outside}:443\r\n\r\n`);
    socket.resume();
    await closed;
  });

  it('lets what comes through a tunnel be answered at its end, and opens no other', async () => {
    const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const { port: echoPort } = echo.address() as AddressInfo;
    const own = await start({ open: () => connect(echoPort, '127.0.0.1') });
    const socket = connect(own, '127.0.0.1');
    socket.write(`CONNECT ${outside}:443 HTTP/1.1\r\nHost: ${outside}:443\r\n\r\n`);
    expect(String((await once(socket, 'data'))[0])).toContain('200');
    const closed = proxies.at(-1)?.close(60_000);
    await expect(ask(`${outside}:443`, own)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    socket.write('sent late');
    expect(String((await once(socket, 'data'))[0])).toBe('sent late');
    socket.end();
    await closed;
    echo.close();
  });

  it('says that it is alive, and is no proxy of another kind', async () => {
    const url = `http://127.0.0.1:${String(port)}`;
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await fetch(`${url}/health/live`, { method: 'POST' })).status).toBe(405);
  });
});
