import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { parseGrants } from '@made-open/manifest';
import { HttpTransport } from '../src/http-transport.ts';
import { defaultLimits, Egress, parseOverrides } from '../src/index.ts';
import { makeAuthority } from './authority.ts';
import { closed, reasonOf, startSource, textOf, type Source } from './source.ts';

const [api, cdn] = ['api.example.com', 'cdn.example.com'];
let source: Source;

beforeEach(async () => {
  source = await startSource([api, cdn]);
});
afterEach(() => source.close());

describe('the word that a request leaves', () => {
  const post = { url: `https://${api}/`, method: 'POST', body: Buffer.from('x') };

  it('comes before the server can have read anything, also when no answer follows', async () => {
    const told: string[] = [];
    source.handler = ({ socket }) => {
      told.push('read');
      socket.destroy();
    };
    const work = source.egress().request({ ...post, onSending: () => told.push('sending') });
    expect(await reasonOf(work)).toBe('CONNECTION');
    expect(told).toEqual(['sending', 'read']);
  });

  it('comes again over a connection that was kept', async () => {
    let told = 0;
    const egress = source.egress();
    for (let turn = 0; turn < 2; turn++)
      await egress.request({ ...post, onSending: () => (told += 1) });
    expect([told, source.connections.length]).toEqual([2, 1]);
  });

  it('does not come where nobody listens, nor where nobody proves to be the host', async () => {
    let told = 0;
    const onSending = (): number => (told += 1);
    for (const port of [source.port, 1]) {
      const overrides = { [`${api}:443`]: { address: '127.0.0.1', port } };
      const egress = source.egress({ overrides: parseOverrides(JSON.stringify(overrides)) });
      expect(await reasonOf(egress.request({ ...post, onSending }))).toMatch(/^(TLS|CONNECTION)$/u);
    }
    expect(told).toBe(0);
  });
});

describe('TLS', () => {
  it('is for the name, at the address of the override', async () => {
    const names: unknown[] = [];
    source.handler = ({ socket, headers }, response) => {
      names.push('servername' in socket ? socket.servername : undefined, headers.host);
      response.end('ok');
    };
    const { body } = await source.egress().request({ url: `https://${api}/` });
    expect([textOf(body), ...names]).toEqual(['ok', api, api]);
  });

  it('is refused without the authority, whatever the environment says', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const overrides = parseOverrides(
        JSON.stringify({ [`${api}:443`]: { address: '127.0.0.1', port: source.port } }),
      );
      const work = source.egress({ overrides }).request({ url: `https://${api}/` });
      expect(await reasonOf(work)).toBe('TLS');
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
    expect(source.requests).toEqual([]);
  });

  it('is refused from another authority', async () => {
    const { ca } = await makeAuthority();
    const override = { address: '127.0.0.1', port: source.port, ca };
    const overrides = parseOverrides(JSON.stringify({ [`${api}:443`]: override }));
    const work = source.egress({ overrides }).request({ url: `https://${api}/` });
    expect(await reasonOf(work)).toBe('TLS');
  });

  it('is refused for another name', async () => {
    const other = 'other.example.com';
    const override = { address: '127.0.0.1', port: source.port, ca: source.authority.ca };
    const work = source
      .egress({
        grants: parseGrants([`network:outbound:${other}`]),
        overrides: parseOverrides(JSON.stringify({ [`${other}:443`]: override })),
      })
      .request({ url: `https://${other}/` });
    expect(await reasonOf(work)).toBe('TLS');
    expect(source.requests).toEqual([]);
  });
});

describe('requests', () => {
  it('carry their body with its length', async () => {
    source.handler = (request, response) => {
      const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
      request.setEncoding('utf8');
      request.on('data', (text) => response.end(JSON.stringify([length, coding, text])));
    };
    const { body } = await source
      .egress()
      .request({ url: `https://${api}/`, method: 'POST', body: Buffer.from('{"a":1}') });
    expect(JSON.parse(textOf(body))).toEqual(['7', null, '{"a":1}']);
  });

  it('are refused when the body is too large', async () => {
    const egress = source.egress({ limits: { requestBytes: 10 } });
    const body = Buffer.alloc(11);
    expect(await reasonOf(egress.request({ url: `https://${api}/`, method: 'POST', body }))).toBe(
      'REQUEST_TOO_LARGE',
    );
  });

  it('reach the next address when the first does not answer', async () => {
    const transport = new HttpTransport(defaultLimits);
    const egress = source.egress({
      transport: (hop) => transport.send({ ...hop, addresses: ['127.0.0.9', ...hop.addresses] }),
    });
    const { status } = await egress.request({ url: `https://${api}/` });
    transport.close();
    expect(status).toBe(200);
  });

  it('say that nobody listens', async () => {
    const port = await new Promise<number>((resolve) => {
      const server = http.createServer().listen(0, '127.0.0.1', () => {
        const free = (server.address() as AddressInfo).port;
        server.close(() => resolve(free));
      });
    });
    const overrides = parseOverrides(
      `{"${api}:443":{"address":"127.0.0.1","port":${String(port)}}}`,
    );
    const work = source.egress({ overrides }).request({ url: `https://${api}/` });
    expect(await reasonOf(work)).toBe('CONNECTION');
  });
});

describe('redirects', () => {
  it('to a name that leads inside are refused before anything is sent', async () => {
    source.handler = (_request, response) => {
      response
        .writeHead(302, { location: `https://inside.example.com:${String(source.port)}/` })
        .end();
    };
    const egress = source.egress({
      grants: parseGrants([
        `network:outbound:${api}`,
        `network:outbound:inside.example.com:${String(source.port)}`,
      ]),
      resolve: () => Promise.resolve(['127.0.0.1']),
    });
    expect(await reasonOf(egress.request({ url: `https://${api}/` }))).toBe('ADDR_LOOPBACK');
    expect(source.requests).toEqual([`GET ${api} /`]);
  });

  it('leave credentials with their origin', async () => {
    const seen: (string | undefined)[] = [];
    source.handler = ({ headers }, response) => {
      seen.push(headers.authorization ?? headers.cookie);
      if (headers.host === cdn) response.end();
      else response.writeHead(302, { location: `https://${cdn}/file` }).end();
    };
    await source.egress().request({
      url: `https://${api}/`,
      headers: { Authorization: 'Bearer secret', Cookie: 'a=b' },
    });
    expect(seen).toEqual(['Bearer secret', undefined]);
    expect(source.requests).toEqual([`GET ${api} /`, `GET ${cdn} /file`]);
  });

  it.each([
    ['POST', 307],
    ['POST', 308],
    ['PUT', 302],
    ['PATCH', 301],
  ])('do not carry the body of a %s with %d to another origin', async (method, status) => {
    source.handler = (_request, response) => {
      response.writeHead(status, { location: `https://${cdn}/` }).end();
    };
    const body = Buffer.from('private');
    expect(await reasonOf(source.egress().request({ url: `https://${api}/`, method, body }))).toBe(
      'REDIRECT_BODY',
    );
    expect(source.requests).toHaveLength(1);
  });

  it.each([
    ['POST', 301, 'GET'],
    ['POST', 302, 'GET'],
    ['PUT', 303, 'GET'],
    ['HEAD', 303, 'HEAD'],
    ['PUT', 302, 'PUT'],
    ['POST', 308, 'POST'],
  ])('turn %s with %d to %s', async (method, status, after) => {
    const seen: unknown[] = [];
    source.handler = ({ url, method: used, headers }, response) => {
      if (url === '/') response.writeHead(status, { location: 'next?a=1' }).end();
      else {
        seen.push(used, headers['content-type']);
        response.end();
      }
    };
    const body = method === 'HEAD' ? undefined : Buffer.from('x');
    const { url } = await source
      .egress()
      .request({ url: `https://${api}/`, method, body, headers: { 'Content-Type': 'text/plain' } });
    const keepsContent = after !== 'GET';
    expect(seen).toEqual([after, keepsContent ? 'text/plain' : undefined]);
    expect(url).toBe(`https://${api}/next?a=1`);
  });

  it('from https to http are refused', async () => {
    source.handler = (_request, response) => {
      response.writeHead(302, { location: `http://${api}/` }).end();
    };
    const egress = source.egress({
      grants: parseGrants([`network:outbound:${api}`, `network:outbound:http://${api}`]),
    });
    expect(await reasonOf(egress.request({ url: `https://${api}/` }))).toBe('REDIRECT_DOWNGRADE');
  });

  it('are given back or refused on demand', async () => {
    source.handler = (_request, response) => {
      response.writeHead(302, { location: '/x' }).end();
    };
    const egress = source.egress();
    const { status } = await egress.request({ url: `https://${api}/`, redirect: 'manual' });
    expect(status).toBe(302);
    expect(await reasonOf(egress.request({ url: `https://${api}/`, redirect: 'error' }))).toBe(
      'REDIRECT',
    );
  });
});

describe('kept connections', () => {
  it('serve one plugin again and never another', async () => {
    const [one, other] = [source.egress(), source.egress()];
    for (const egress of [one, one, other, other]) await egress.request({ url: `https://${api}/` });
    expect(source.connections).toHaveLength(2);
  });

  it('are not shared by two hosts at one address', async () => {
    const egress = source.egress();
    for (const host of [api, cdn, api, cdn]) await egress.request({ url: `https://${host}/` });
    expect(source.connections).toHaveLength(2);
  });

  it('end with the Egress', async () => {
    const egress = source.egress();
    await egress.request({ url: `https://${api}/` });
    egress.close();
    await closed(source.connections[0]);
  });

  it('that the server drops are replaced for a GET and not for a POST', async () => {
    const used = new Set<unknown>();
    source.handler = (request, response) => {
      if (used.has(request.socket)) request.socket.destroy();
      else response.end('ok');
      used.add(request.socket);
    };
    const egress = source.egress();
    const url = `https://${api}/`;
    await egress.request({ url });
    expect((await egress.request({ url })).status).toBe(200);
    expect(await reasonOf(egress.request({ url, method: 'POST', body: Buffer.from('x') }))).toBe(
      'CONNECTION',
    );
    expect(source.requests.filter((request) => request.startsWith('POST'))).toHaveLength(1);
  });
});

describe('plain http', () => {
  it('goes where it is granted', async () => {
    const server = http.createServer((_request, response) => response.end('plain'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const egress = new Egress({
      grants: parseGrants([`network:outbound:http://${api}`]),
      overrides: parseOverrides(`{"${api}:80":{"address":"127.0.0.1","port":${String(port)}}}`),
    });
    const { body } = await egress.request({ url: `http://${api}/` });
    egress.close();
    server.close();
    expect(textOf(body)).toBe('plain');
    expect(https.globalAgent.sockets).toEqual({});
  });
});
