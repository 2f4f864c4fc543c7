import { gzipSync, brotliCompressSync, createGzip } from 'node:zlib';
import { closed, reasonOf, startSource, textOf, type Handler, type Source } from './source.ts';

const host = 'api.example.com';
const url = `https://${host}/`;
const limits = { wireBytes: 200_000, bodyBytes: 400_000 };
let source: Source;

beforeAll(async () => {
  source = await startSource([host]);
});
afterAll(() => source.close());

const raw =
  (text: string, end = false): Handler =>
  ({ socket }) => {
    socket.write(text);
    if (end) socket.end();
  };

describe('a good response', () => {
  it('is unpacked, and its headers say so', async () => {
    source.handler = ({ headers }, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/plain' });
      response.end(gzipSync(`you accept ${String(headers['accept-encoding'])}`));
    };
    const { status, headers, body, url: from } = await source.egress().request({ url });
    expect([status, textOf(body), from]).toEqual([200, 'you accept gzip', url]);
    expect(headers['content-type']).toBe('text/plain');
    expect(headers).not.toHaveProperty('content-encoding');
  });

  it.each([
    ['HEAD', 200],
    ['GET', 304],
    ['GET', 204],
  ])('may have no body: %s %d', async (method, status) => {
    source.handler = (_request, response) => {
      response.writeHead(status, { 'content-encoding': 'gzip' }).end();
    };
    const answer = await source.egress().request({ url, method });
    expect([answer.status, answer.body.byteLength]).toEqual([status, 0]);
  });

  it('may be an error of the source', async () => {
    source.handler = (_request, response) => {
      response.writeHead(503, { 'retry-after': '7' }).end('busy');
    };
    const { status, headers, body } = await source.egress().request({ url });
    expect([status, headers['retry-after'], textOf(body)]).toEqual([503, '7', 'busy']);
  });

  it('has only one layer of gzip taken off', async () => {
    const inner = gzipSync('x'.repeat(1_000_000));
    source.handler = (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(inner));
    };
    const { body } = await source.egress({ limits }).request({ url });
    expect(Buffer.from(body).equals(inner)).toBe(true);
  });
});

describe('a body that is passed on', () => {
  const content = Buffer.alloc(600_000, 'Ada ');

  it.each([false, true])(
    'goes part by part, beyond the limit of what is held; packed: %s',
    async (packed) => {
      source.handler = (_request, response) => {
        response.writeHead(200, packed ? { 'content-encoding': 'gzip' } : {});
        response.end(packed ? gzipSync(content) : content);
      };
      const parts: Uint8Array[] = [];
      let open = 0;
      const pass = async (part: Uint8Array): Promise<void> => {
        expect(++open).toBe(1);
        await new Promise(setImmediate);
        parts.push(part);
        open--;
      };
      const { status, body } = await source.egress({ limits }).request({ url, pass });
      expect([status, body.byteLength, parts.length > 1]).toEqual([200, 0, true]);
      expect(Buffer.concat(parts).equals(content)).toBe(true);
    },
  );

  it('is given as it is when the answer is no 2xx', async () => {
    source.handler = (_request, response) => void response.writeHead(404).end('none');
    const pass = (): Promise<void> => Promise.reject(new Error('not wanted'));
    const { status, body } = await source.egress().request({ url, pass });
    expect([status, textOf(body)]).toEqual([404, 'none']);
  });

  it('ends with who does not take it, with its own limit, and with its source', async () => {
    source.handler = (_request, response) => void response.writeHead(200).end(content);
    const full = (): Promise<void> => Promise.reject(new Error('full'));
    expect(await reasonOf(source.egress().request({ url, pass: full }))).toBe('CONNECTION');
    const pass = (): Promise<void> => Promise.resolve();
    const small = source.egress({ limits: { passedBytes: 1000 } });
    expect(await reasonOf(small.request({ url, pass }))).toBe('RESPONSE_TOO_LARGE');
    source.handler = (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(content).subarray(0, 200));
    };
    expect(await reasonOf(source.egress().request({ url, pass }))).toBe('RESPONSE_BROKEN');
    source.handler = (_request, response) => {
      response.writeHead(200, { 'content-length': '100000' });
      response.write('begun');
      setImmediate(() => response.destroy());
    };
    expect(await reasonOf(source.egress().request({ url, pass }))).toBe('CONNECTION');
  });
});

describe('a hostile response', () => {
  it.each<[string, string, Handler]>([
    [
      'RESPONSE_TOO_LARGE',
      'a gzip bomb',
      (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        const bomb = createGzip({ level: 9 });
        bomb.on('error', () => undefined).pipe(response);
        bomb.end(Buffer.alloc(100 * 1024 * 1024));
      },
    ],
    [
      'RESPONSE_ENCODING',
      'gzip in gzip, and says so',
      (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip, gzip' });
        response.end(gzipSync(gzipSync('x')));
      },
    ],
    [
      'RESPONSE_ENCODING',
      'an encoding nobody asked for',
      (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('x'));
      },
    ],
    [
      'RESPONSE_BROKEN',
      'gzip that is none',
      (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip');
      },
    ],
    [
      'RESPONSE_BROKEN',
      'gzip without its end',
      (_request, response) => {
        const packed = gzipSync('x'.repeat(100_000));
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.end(packed.subarray(0, packed.length - 20));
      },
    ],
    [
      'RESPONSE_HEADERS',
      'huge headers',
      raw(`HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`),
    ],
    [
      'RESPONSE_HEADERS',
      'many headers',
      raw(`HTTP/1.1 200 OK\r\n${'X-Header-Of-Some-Length: value\r\n'.repeat(800)}\r\n`),
    ],
    [
      'RESPONSE_BROKEN',
      'interim responses without end',
      raw('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(500)),
    ],
    [
      'RESPONSE_BROKEN',
      'another protocol',
      raw('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'),
    ],
    ['RESPONSE_BROKEN', 'no HTTP', raw('SSH-2.0-OpenSSH_9.6\r\n')],
    [
      'RESPONSE_BROKEN',
      'two lengths',
      raw('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    ],
    ['CONNECTION', 'nothing', raw('', true)],
    [
      'CONNECTION',
      'less than its length',
      raw('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc', true),
    ],
    [
      'CONNECTION',
      'chunks without the last',
      raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n', true),
    ],
  ])('%s: %s', async (reason, _name, handler) => {
    source.handler = handler;
    expect(await reasonOf(source.egress({ limits }).request({ url }))).toBe(reason);
  });

  it('that never ends is cut off, and the connection with it', async () => {
    source.handler = (_request, response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(16_384)));
      };
      response.on('drain', more);
      more();
    };
    expect(await reasonOf(source.egress({ limits }).request({ url }))).toBe('RESPONSE_TOO_LARGE');
    await closed(source.connections.at(-1));
  });

  it.each<[string, Handler]>([
    ['sends nothing', () => undefined],
    ['sends half a header', raw('HTTP/1.1 200 OK\r\nX-A: ')],
  ])('that %s ends when the headers are due', async (_name, handler) => {
    source.handler = handler;
    const egress = source.egress({ limits: { headersWithinMs: 200 } });
    expect(await reasonOf(egress.request({ url }))).toBe('TIMEOUT');
    await closed(source.connections.at(-1));
  });

  it('that drips ends when everything is due', async () => {
    const drips: NodeJS.Timeout[] = [];
    source.handler = (_request, response) => {
      response.writeHead(200);
      drips.push(setInterval(() => response.write('.'), 20));
    };
    const egress = source.egress({ limits: { totalMs: 400 } });
    expect(await reasonOf(egress.request({ url }))).toBe('TIMEOUT');
    await closed(source.connections.at(-1));
    drips.forEach(clearInterval);
  });

  it('cannot win time by redirects', async () => {
    source.handler = (_request, response) => {
      setTimeout(() => response.writeHead(302, { location: '/again' }).end(), 250);
    };
    const egress = source.egress({ limits: { totalMs: 600 } });
    expect(await reasonOf(egress.request({ url }))).toBe('TIMEOUT');
  });
});

describe('a request that is given up', () => {
  it.each<[string, Handler]>([
    ['before headers', () => undefined],
    ['in the body', (_request, response) => void response.writeHead(200).write('begun')],
  ])('%s ends at once, and the connection with it', async (_name, handler) => {
    const giveUp = new AbortController();
    source.handler = (request, response) => {
      handler(request, response);
      setImmediate(() => giveUp.abort());
    };
    const work = source.egress().request({ url, signal: giveUp.signal });
    expect(await reasonOf(work)).toBe('ABORTED');
    await closed(source.connections.at(-1));
  });

  it('is not begun when it was given up before', async () => {
    const before = source.requests.length;
    const work = source.egress().request({ url, signal: AbortSignal.abort() });
    expect(await reasonOf(work)).toBe('ABORTED');
    expect(source.requests.length).toBe(before);
  });
});
