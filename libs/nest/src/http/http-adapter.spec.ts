import { Socket } from 'node:net';
import { createHttpAdapter, refuseConnection } from './http-adapter.ts';

/** A connection that keeps what is written to it. */
class HeardSocket extends Socket {
  heard = '';

  override end(text: unknown, sent?: unknown): this {
    this.heard += String(text);
    if (typeof sent === 'function') sent();
    return this;
  }
}

function refused(code: string): HeardSocket {
  const socket = new HeardSocket().on('error', () => undefined);
  refuseConnection(Object.assign(new Error('what the parser says'), { code }), socket);
  return socket;
}

describe('createHttpAdapter', () => {
  it('cuts off who sends headers slowly', () => {
    expect(createHttpAdapter().getInstance().server.headersTimeout).toBe(10_000);
  });

  it.each([
    ['/%zz', 400, 'http.bad_request'],
    [`/${'x'.repeat(501)}`, 414, 'http.uri_too_long'],
  ])('answers %.20s, which no route sees, with a problem', async (url, status, code) => {
    const http = createHttpAdapter().getInstance();
    http.get('/:name', () => 'found');
    const answer = await http.inject({ url });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/u);
    expect(answer.json()).toMatchObject({ type: 'about:blank', status, code });
    await http.close();
  });
});

describe('refuseConnection', () => {
  it.each([
    ['HPE_INVALID_METHOD', 400, 'http.bad_request'],
    ['HPE_HEADER_OVERFLOW', 431, 'http.headers_too_large'],
    ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'http.timeout'],
  ])('answers %s with a problem and ends', (fault, status, code) => {
    const { heard, destroyed } = refused(fault);
    const [head = '', body = ''] = heard.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} \\w`, 'u'));
    expect(head).toContain('Content-Type: application/problem+json');
    expect(head).toContain(`Content-Length: ${String(Buffer.byteLength(body))}`);
    expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', status, code });
    expect(destroyed).toBe(true);
  });

  it('says nothing to who has gone', () => {
    expect(refused('ECONNRESET').heard).toBe('');
  });
});
