import { EntityService } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { connect } from 'node:net';
import { Gateway } from '../gateway.ts';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await Gateway.start({ ANSWER_TIMEOUT_MS: '500', RATE_BURST: '1000' });
});
afterAll(() => gateway?.stop());
beforeEach(() => gateway.fakes.reset());

/** What the gateway says to bytes that are no request of an ordinary client. */
function answerTo(bytes: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let heard = '';
  const socket = connect(gateway.service.port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
  socket
    .setEncoding('utf8')
    .on('data', (part: string) => (heard += part))
    .on('close', () => resolve(heard))
    // What was not read any more resets the connection, after the answer.
    .on('error', () => undefined);
  return promise;
}

describe('a URL that cannot be read', () => {
  it.each([
    '/%',
    '/v1/persons/%zz',
    '/v1/search?q=%',
    '/v1/search?q=%zz',
    '/v1/search?q=%c3%28',
    '/v1/search?%ff=1&q=a',
    '/v1/persons?cursor=%E0%80',
  ])('is a problem: %s', async (path) => {
    const { status, headers } = await gateway.problem(path);
    expect(status).toBe(400);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(gateway.fakes.searched).toEqual([]);
  });

  it('is a problem when it is too long', async () => {
    expect((await gateway.problem(`/v1/persons/${'a'.repeat(300)}`)).status).toBe(404);
    expect((await gateway.problem(`/v1/persons/${'a'.repeat(3000)}`)).status).toBe(414);
  });
});

describe('what is no HTTP', () => {
  it.each([
    ['no request', 'GARBAGE\r\n\r\n', 400],
    ['a byte that URLs have not', 'GET /v1/persons\xff HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['too large headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
  ])('is a problem, too: %s', async (_, bytes, status) => {
    const [head = '', body = ''] = (await answerTo(bytes)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${String(status)} `);
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, type: 'about:blank' });
  });
});

describe('an outage', () => {
  it('of search-indexer does not keep anybody from reading', async () => {
    gateway.fakes.indexer.off('cmd.search_indexer.Search');
    const search = await gateway.problem('/v1/search?q=ada');
    expect(search.status).toBe(503);
    expect(search.headers.get('retry-after')).toBe('2');
    expect((await gateway.get('/v1/persons')).status).toBe(200);
    gateway.fakes.answerAsIndexer();
    expect((await gateway.get('/v1/search?q=ada')).status).toBe(200);
  });

  it('of a service that answers too late is told in time, and the late answer reaches nobody', async () => {
    const { getEntity } = EntityService.method;
    const timeouts: number[] = [];
    gateway.fakes.etl.heardTimeout = (timeoutMs) => timeouts.push(timeoutMs);
    gateway.fakes.etl.off('cmd.etl.GetEntity');
    const id = gateway.fakes.persons[0]?.id ?? '';
    expect((await gateway.problem(`/v1/persons/${id}`)).status).toBe(503);
    expect(timeouts[0]).toBeGreaterThan(0);
    gateway.fakes.etl.on(getEntity, 'cmd.etl.GetEntity', () => ({}));
    expect((await gateway.problem(`/v1/persons/${id}`)).status).toBe(404);
  });

  it('of PostgreSQL is told, for keys that are kept there', async () => {
    const key = await gateway.register('outagekey001');
    const administrator = await gateway.platform.postgres.connect();
    await administrator.query('alter role channel_gateway nologin');
    await administrator.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'channel_gateway'",
    );
    const refused = await gateway.problem('/v1/persons', { key });
    expect(refused).toMatchObject({ status: 503, body: { code: 'gateway.unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(refused.text).not.toMatch(/role|postgres|login/iu);
    await eventually(async () => expect((await gateway.health('/health/ready')).status).toBe(503));
    expect((await gateway.health('/health/live')).status).toBe(200);
    await administrator.query('alter role channel_gateway login');
    await administrator.end();
    await eventually(async () =>
      expect((await gateway.get('/v1/persons', { key })).status).toBe(200),
    );
  });

  it('of NATS is told', async () => {
    await gateway.platform.nats.stop();
    await eventually(async () => expect((await gateway.health('/health/ready')).status).toBe(503));
    for (const path of ['/v1/persons', '/v1/search?q=ada']) {
      const { status, headers } = await gateway.problem(path);
      expect(status).toBe(503);
      expect(headers.get('retry-after')).toBe('2');
    }
  });
});
