import { readPayload } from '@made-open/nest';
import type { Webhook } from '../connections/webhook.ts';
import { aRequest } from '../../test/inbound/a-request.ts';
import { storedBody, storedHeaders, storedQuery } from './stored-request.ts';

const webhook = (of: Partial<Webhook> = {}): Webhook => ({ name: '', verify: 'none', ...of });

function bodyOf(verify: string, type: string, body: string): string {
  const request = aRequest({ body, headers: { 'content-type': type } });
  const payload = readPayload(type, request.body);
  return Buffer.from(storedBody(webhook({ verify }), request, payload)).toString();
}

describe('what is stored of a request', () => {
  it('has no header that proves the sender, or tells its way', () => {
    const headers = {
      authorization: 'Bearer x',
      cookie: 'a',
      'x-hub-signature-256': 's',
      'stripe-signature': 's',
      'x-slack-signature': 's',
      'x-twilio-signature': 's',
      'x-telegram-bot-api-secret-token': 's',
      'x-api-key': 'k',
      'x-own-proof': 's',
      host: 'h',
      'x-forwarded-for': '1.2.3.4',
      'content-length': '2',
    };
    const kept = {
      'content-type': 'application/json',
      'user-agent': 'GitHub',
      'x-github-event': 'push',
      'webhook-id': 'm',
      'webhook-timestamp': '1',
    };
    const declared = webhook({ verify: 'hmac', signature: { header: 'X-Own-Proof' } });
    expect(storedHeaders(declared, aRequest({ headers: { ...headers, ...kept } }))).toEqual(kept);
  });

  it('has no token of the query', () => {
    const query = { token: 't', sig: 's', code: 'c', own: 'secret', page: '2' };
    const declared = webhook({ challenge: { token: 'own' } });
    expect(storedQuery(declared, aRequest({ query }))).toEqual({ code: 'c', page: '2' });
  });

  it('has no secret of the body', () => {
    const json = 'application/json';
    const graph = '{"value":[{"id":1,"clientState":"s"},{"clientState":"s"}],"other":2}';
    expect(bodyOf('microsoft-graph', json, graph)).toBe('{"value":[{"id":1},{}],"other":2}');
    expect(bodyOf('slack', json, '{"token":"s","event":{"token":"t"}}')).toBe(
      '{"event":{"token":"t"}}',
    );
    expect(bodyOf('mailgun', json, '{"signature":{"token":"s"},"a":1}')).toBe('{"a":1}');
    const form = 'application/x-www-form-urlencoded';
    expect(bodyOf('slack', form, 'token=s&text=a+b&x=1&x=2')).toBe('text=a+b&x=1&x=2');
  });

  it('has no signature that stands in the body', () => {
    const body = '{"signature":{"timestamp":"1","mac":"s"},"a":12345678901234567890}';
    const request = aRequest({ body, headers: { 'content-type': 'application/json' } });
    const declared = webhook({ verify: 'hmac', signature: { field: 'signature.mac' } });
    const payload = readPayload('application/json', request.body);
    expect(Buffer.from(storedBody(declared, request, payload)).toString()).toBe(
      '{"signature":{"timestamp":"1"},"a":12345678901234567890}',
    );
  });

  it('has all digits of its numbers beside that', () => {
    const numbers = '12345678901234567890,1.10,1e400,-0';
    const text = (of: string) => `{${of}"value":[${numbers}],"a":{"id":9007199254740993}}`;
    expect(bodyOf('microsoft-graph', 'application/json', text(''))).toBe(text(''));
    expect(bodyOf('slack', 'application/json', text('"token":"s",'))).toBe(text(''));
  });

  it('is else the body as it came', () => {
    const body = '{ "token" : "kept" }';
    expect(bodyOf('github', 'application/json', body)).toBe(body);
    expect(bodyOf('slack', 'text/plain', body)).toBe(body);
  });
});
